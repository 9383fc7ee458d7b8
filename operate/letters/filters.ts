import { readDuration } from "../../cli/duration.ts";
import { UsageError } from "../../cli/errors.ts";
import { jsonText } from "../../cli/json.ts";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import { causeOf } from "./cause.ts";
import { intentIdOf } from "./identify-letter.ts";
import type { DeadLetter } from "./letter.ts";
import { type MemberPath, memberAt, parseMemberPath } from "./member-path.ts";

/** A condition of the command line. */
export interface Condition {
  /** `--reason` */
  readonly option: string;
  /** As given. */
  readonly value: string;
  /** Whether a dead letter meets it at `now` (milliseconds since 1970). */
  readonly holds: (letter: Findable, now: number) => boolean;
}

/** What the filters look at: of a dead letter, or kept of it without its body. Ids are those of ARNs. */
export interface Findable {
  readonly messageId: string;
  readonly reason: string;
  readonly causeId: string;
  readonly intentId?: string;
  readonly contactId?: string;
  readonly instanceId?: string;
  readonly queueId?: string;
  readonly source?: string;
  readonly failedAt: number;
  /** The failure's message, then those of its violations. */
  readonly messages: readonly string[];
  /** `--where` needs it. */
  readonly envelope?: unknown;
}

export function findableOf(letter: DeadLetter): Findable {
  const { messageId, reason, failedAt, message, origin, reading } = letter;
  const violations = origin.kind === "function" ? (origin.failure?.violations ?? []) : [];
  const source = memberAt(reading.envelope, ["source"]);
  return {
    messageId,
    reason,
    // Made only if a filter asks.
    get causeId() {
      return causeOf(letter).id;
    },
    intentId: intentIdOf(letter),
    contactId: idAt(letter, "detail", "contactId"),
    instanceId: instanceIdOf(letter),
    queueId: idAt(letter, "detail", "queueId"),
    source: typeof source === "string" ? source : undefined,
    failedAt,
    messages: [message, ...violations.map((violation) => violation.message)],
    envelope: reading.envelope,
  };
}

export interface Filter {
  readonly option: string;
  /** As commander and the docs show it. */
  readonly flags: string;
  readonly description: string;
  /** Whether a dead letter must meet one condition of a repeated option, or every one. */
  readonly repeated: "some" | "every";
  /** @throws UsageError */
  readonly read: (value: string) => readonly Condition[];
}

/** The filters of the dead-letter commands: their options, the matching and the table in docs/replay.md come from here. */
export const filters: readonly Filter[] = [
  filter("--message-id <id>", "message id, or its beginning", text, (letter, id) =>
    letter.messageId.startsWith(id),
  ),
  filter(
    "--reason <reason>",
    "failure reason; several separated by commas",
    list,
    (letter, reason) => letter.reason.toLowerCase() === reason.toLowerCase(),
  ),
  filter(
    "--cause <id>",
    "cause, as the console shows it: reason, first violation or error, destination and source",
    text,
    (letter, id) => letter.causeId === id,
  ),
  filter("--intent <id>", "intentId", text, (letter, id) => letter.intentId === id),
  filter("--contact <id>", "contact id or ARN", connectId, (letter, id) => letter.contactId === id),
  filter("--instance <id>", "instance id or ARN", connectId, (letter, id) => letter.instanceId === id),
  filter(
    "--queue <id>",
    "id or ARN of the destination queue",
    connectId,
    (letter, id) => letter.queueId === id,
  ),
  filter("--source <source>", "source of the event", text, (letter, source) => letter.source === source),
  filter(
    "--older-than <duration>",
    "failed at least this long ago: 30m, 6h, 2d, 1d12h",
    (value) => [readDuration(value)],
    ({ failedAt }, ms, now) => now - failedAt >= ms,
  ),
  filter(
    "--newer-than <duration>",
    "failed at most this long ago",
    (value) => [readDuration(value)],
    ({ failedAt }, ms, now) => now - failedAt <= ms,
  ),
  filter("--message <text>", "part of the failure's message, in any case", text, mentions),
  filter(
    "--where <condition>",
    "a member of the envelope: PATH=VALUE, PATH!=VALUE, PATH~PART, or PATH if it exists",
    (value) => [parseWhere(value)],
    meetsWhere,
    "every",
  ),
];

/** Whether a dead letter meets these conditions at `now` (milliseconds since 1970). Without any, every one does. */
export function meets(letter: DeadLetter, conditions: readonly Condition[], now: number): boolean {
  return conditions.length === 0 || matches(findableOf(letter), conditions, now);
}

/** The same for what is kept of a dead letter. */
export function matches(letter: Findable, conditions: readonly Condition[], now: number): boolean {
  return filters.every(({ option, repeated }) => {
    const own = conditions.filter((condition) => condition.option === option);
    return own.length === 0 || own[repeated](({ holds }) => holds(letter, now));
  });
}

/** The conditions of one option as the command line would give them. @throws UsageError */
export function readConditions(option: string, value: string): readonly Condition[] {
  const found = filters.find((candidate) => candidate.option === option);
  if (found) return found.read(value);
  throw new UsageError(`${option} is not a filter.`);
}

/** Chosen one by one, by their whole message ids: one look for however many there are. */
export function hasOneOfIds(ids: readonly string[]): Condition {
  const wanted = new Set(ids);
  return {
    option: "--message-id",
    value: ids.join(","),
    holds: ({ messageId }) => wanted.has(messageId),
  };
}

function filter<T>(
  flags: string,
  description: string,
  parse: (value: string) => readonly T[],
  holds: (letter: Findable, wanted: T, now: number) => boolean,
  repeated: Filter["repeated"] = "some",
): Filter {
  const [option = ""] = flags.split(" ");
  const read = (value: string) => {
    const wanted = parse(value);
    // An empty value, as from an unset variable of a shell, must not select everything.
    if (wanted.length === 0) throw new UsageError("It must not be empty.");
    return wanted.map((one) => ({
      option,
      value,
      holds: (letter: Findable, now: number) => holds(letter, one, now),
    }));
  };
  return { option, flags, description, repeated, read };
}

function text(value: string): string[] {
  return value === "" ? [] : [value];
}

function list(value: string): string[] {
  return value.split(",").filter((part) => part !== "");
}

function connectId(value: string): string[] {
  return text(idOf(value) ?? "");
}

function idAt({ reading }: DeadLetter, ...path: string[]): string | undefined {
  return idOf(memberAt(reading.envelope, path));
}

function idOf(value: unknown): string | undefined {
  return typeof value === "string" ? (parseConnectArn(value)?.id ?? value) : undefined;
}

function instanceIdOf(letter: DeadLetter): string | undefined {
  const { reading } = letter;
  return reading.kind === "intent" ? reading.intent.instanceId : idAt(letter, "detail", "instanceId");
}

function mentions({ messages }: Findable, part: string): boolean {
  return messages.some((sentence) => sentence.toLowerCase().includes(part.toLowerCase()));
}

interface Where {
  readonly path: MemberPath;
  readonly operator: "=" | "!=" | "~" | "exists";
  readonly value: string;
}

function parseWhere(condition: string): Where {
  const form = condition.startsWith("/")
    ? /^((?:[^=~!]|~[01])+)(?:(!=|=|~)(.*))?$/s
    : /^([^=~!]+)(?:(!=|=|~)(.*))?$/s;
  const [, path, operator, value = ""] = form.exec(condition) ?? [];
  if (path === undefined)
    throw new UsageError("It must be PATH=VALUE, PATH!=VALUE, PATH~PART, or PATH alone.");
  return {
    path: parseMemberPath(path),
    operator: operator === "=" || operator === "!=" || operator === "~" ? operator : "exists",
    value,
  };
}

function meetsWhere({ envelope }: Findable, { path, operator, value }: Where): boolean {
  const member = memberAt(envelope, path);
  if (operator === "exists") return member !== undefined;
  if (member === undefined) return operator === "!=";
  const shown = typeof member === "string" ? member : jsonText(member);
  if (operator === "~") return shown?.includes(value) ?? false;
  return (shown === value) === (operator === "=");
}
