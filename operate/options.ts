import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../cli/duration.ts";
import { UsageError } from "../cli/errors.ts";
import { type LetterFilter, parseWhere, type Where } from "./letters/filters.ts";
import type { SessionOptions } from "./open-session.ts";
import type { Selection } from "./receive/select-letters.ts";
import { type Edit, parseSet, parseUnset } from "./replay/edit-body.ts";

/** Options that every command has, as commander gives them. */
export interface CommonOptions extends SessionOptions {
  readonly maxIntentAge?: number;
  readonly id?: readonly string[];
  readonly reason?: readonly string[];
  readonly intent?: readonly string[];
  readonly contact?: readonly string[];
  readonly instance?: readonly string[];
  readonly queue?: readonly string[];
  readonly source?: readonly string[];
  readonly olderThan?: number;
  readonly newerThan?: number;
  readonly message?: string;
  readonly where?: readonly Where[];
  readonly limit?: number;
  readonly json?: true;
}

/** Adds where the queues are, which letters are meant, and how to answer. */
export function addCommonOptions(command: Command): Command {
  const options = [
    new Option("--stack <name>", "the CloudFormation stack, whose outputs name the queues"),
    new Option("--dead-letter-queue-url <url>", "instead of --stack (default: DEAD_LETTER_QUEUE_URL)"),
    new Option("--intent-queue-url <url>", "instead of --stack (default: INTENT_QUEUE_URL)"),
    new Option(
      "--instance-arn <arn>",
      "the Connect instance of intents that name none (default: the stack's)",
    ),
    new Option(
      "--max-intent-age <duration>",
      "the deployment's maxIntentAge (default: the stack's, else 24h)",
    ).argParser(duration),
    new Option("--region <region>", "as the AWS CLI takes it"),
    new Option("--profile <profile>", "as the AWS CLI takes it"),
    new Option("--endpoint-url <url>", "as the AWS CLI takes it"),
  ];
  const filters = [
    new Option("--id <id>", "message id or its beginning; this and the others may be repeated").argParser(
      collect,
    ),
    new Option("--reason <reason>", "AccessDenied, or several: AccessDenied,ConnectUnavailable").argParser(
      collectSplit,
    ),
    new Option("--intent <id>", "intentId").argParser(collect),
    new Option("--contact <id>", "contact id or ARN").argParser(collect),
    new Option("--instance <id>", "instance id or ARN").argParser(collect),
    new Option("--queue <id>", "id or ARN of the queue that the contact was to go to").argParser(collect),
    new Option("--source <source>", "the envelope's source").argParser(collect),
    new Option("--older-than <duration>", "failed longer ago than 30m, 6h, 2d").argParser(duration),
    new Option("--newer-than <duration>", "failed since 30m, 6h, 2d").argParser(duration),
    new Option("--message <text>", "part of what the failure says, in any case"),
    new Option(
      "--where <condition>",
      "detail.metadata.orderId=4711, PATH!=VALUE, PATH~PART, or PATH: it is there",
    ).argParser(collectWhere),
    new Option("--limit <n>", "at most so many of them, the oldest first").argParser(count),
  ];
  command.optionsGroup("Where:");
  for (const option of options) command.addOption(option);
  command.optionsGroup("Which dead letters (all conditions must hold; none: all of them):");
  for (const option of filters) command.addOption(option);
  command.optionsGroup("Answer:");
  return command.option("--json", "one JSON document; its shape is in docs/replay.md");
}

export function selectionOf(options: CommonOptions): Selection & { readonly json: boolean } {
  const filter: LetterFilter = {
    ids: options.id,
    reasons: options.reason,
    intents: options.intent,
    contacts: options.contact,
    instances: options.instance,
    queues: options.queue,
    sources: options.source,
    olderThanMs: options.olderThan,
    newerThanMs: options.newerThan,
    message: options.message,
    where: options.where,
  };
  return { filter, limit: options.limit, json: options.json ?? false };
}

/** A rate of `--rate`: messages a second, or `max`. */
export function rate(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const perSecond = Number(text);
  if (/^\d*\.?\d+$/.test(text) && perSecond > 0) return perSecond;
  throw new InvalidArgumentError("It must be messages a second, such as 2 or 0.5, or max.");
}

export function collectSet(text: string, previous: readonly Edit[] = []): readonly Edit[] {
  return [...previous, usable(() => parseSet(text))];
}

export function collectUnset(text: string, previous: readonly Edit[] = []): readonly Edit[] {
  return [...previous, usable(() => parseUnset(text))];
}

export function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 on.");
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError("It must be a duration such as 90s, 30m, 6h, 2d or 1d12h.");
}

function collect(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, text];
}

function collectSplit(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, ...text.split(",").filter((part) => part !== "")];
}

function collectWhere(text: string, previous: readonly Where[] = []): readonly Where[] {
  return [...previous, usable(() => parseWhere(text))];
}

/** A usage error in the words of commander, which names the option. */
function usable<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
}
