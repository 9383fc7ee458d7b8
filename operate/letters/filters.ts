import { UsageError } from "../../cli/errors.ts";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import type { Letter } from "./letter.ts";
import { type MemberPath, memberAt, parseMemberPath } from "./member-path.ts";

/** Which letters a command works on: all that meet every condition. Lists are alternatives. */
export interface LetterFilter {
  /** Message ids or the beginnings of them. */
  readonly ids?: readonly string[];
  readonly reasons?: readonly string[];
  readonly intents?: readonly string[];
  readonly contacts?: readonly string[];
  readonly instances?: readonly string[];
  /** Queues that intents are destined for. */
  readonly queues?: readonly string[];
  readonly sources?: readonly string[];
  /** Since the failure. */
  readonly olderThanMs?: number;
  readonly newerThanMs?: number;
  /** Part of what the failure says, in any case. */
  readonly message?: string;
  readonly where?: readonly Where[];
}

/** A condition on a member of the envelope. */
export interface Where {
  readonly path: MemberPath;
  readonly operator: "=" | "!=" | "~" | "is there";
  readonly value: string;
}

/** Reads `PATH=VALUE`, `PATH!=VALUE`, `PATH~PART` or `PATH` alone (it is there). @throws UsageError */
export function parseWhere(text: string): Where {
  const form = text.startsWith("/")
    ? /^((?:[^=~!]|~[01])+)(?:(!=|=|~)(.*))?$/s
    : /^([^=~!]+)(?:(!=|=|~)(.*))?$/s;
  const [, path, operator, value = ""] = form.exec(text) ?? [];
  if (path === undefined) {
    throw new UsageError(
      `--where ${text} is not a condition; write PATH=VALUE, PATH!=VALUE, PATH~PART or PATH alone.`,
    );
  }
  return { path: parseMemberPath(path), operator: (operator as Where["operator"]) ?? "is there", value };
}

/** Whether a letter meets every condition at `now` (milliseconds since 1970). */
export function matches(letter: Letter, filter: LetterFilter, now: number): boolean {
  const { envelope } = letter.reading;
  const idAt = (...path: string[]) => idOf(memberAt(envelope, path));
  const { intent } = letter.reading.kind === "intent" ? letter.reading : {};
  const ageMs = now - letter.failedAt;
  return (
    isAny(filter.ids, (id) => letter.messageId.startsWith(id)) &&
    isAny(filter.reasons, (reason) => letter.reason.toLowerCase() === reason.toLowerCase()) &&
    isAny(filter.intents, (id) => intentIdOf(letter) === id) &&
    isAny(filter.contacts, (contact) => idAt("detail", "contactId") === idOf(contact)) &&
    isAny(filter.instances, (id) => (intent?.instanceId ?? idAt("detail", "instanceId")) === idOf(id)) &&
    isAny(filter.queues, (queue) => idAt("detail", "queueId") === idOf(queue)) &&
    isAny(filter.sources, (source) => memberAt(envelope, ["source"]) === source) &&
    (filter.olderThanMs === undefined || ageMs >= filter.olderThanMs) &&
    (filter.newerThanMs === undefined || ageMs <= filter.newerThanMs) &&
    (filter.message === undefined || tells(letter, filter.message)) &&
    (filter.where ?? []).every((condition) => holds(envelope, condition))
  );
}

/** The intent's identity as far as anything in the letter tells it. */
export function intentIdOf({ reading, origin }: Letter): string | undefined {
  if (reading.kind === "intent") return reading.intent.intentId;
  if (origin.kind === "function" && origin.failure?.intentId) return origin.failure.intentId;
  const given = memberAt(reading.envelope, ["detail", "intentId"]) ?? memberAt(reading.envelope, ["id"]);
  return typeof given === "string" ? given : undefined;
}

function isAny(wanted: readonly string[] | undefined, test: (value: string) => boolean): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.some(test);
}

function idOf(value: unknown): string | undefined {
  return typeof value === "string" ? (parseConnectArn(value)?.id ?? value) : undefined;
}

function tells({ message, origin }: Letter, part: string): boolean {
  const violations = origin.kind === "function" ? (origin.failure?.violations ?? []) : [];
  return [message, ...violations.map((violation) => violation.message)].some((text) =>
    text.toLowerCase().includes(part.toLowerCase()),
  );
}

function holds(envelope: unknown, { path, operator, value }: Where): boolean {
  const member = memberAt(envelope, path);
  if (operator === "is there") return member !== undefined;
  if (member === undefined) return operator === "!=";
  const text = typeof member === "string" ? member : JSON.stringify(member);
  if (operator === "~") return text.includes(value);
  return (text === value) === (operator === "=");
}
