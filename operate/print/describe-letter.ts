import stringWidth from "string-width";
import { formatDuration } from "../../cli/duration.ts";
import { parseJson } from "../../cli/json.ts";
import { padEnd, printable, wrapText } from "../../cli/print/table.ts";
import type { Terminal } from "../../cli/print/terminal.ts";
import { widthUpTo } from "../../cli/print/wrap-words.ts";
import type { Effect, Violation } from "../../lambda/refusal.ts";
import type { Deployment } from "../aws/find-deployment.ts";
import { type ContactCheck, notAsked } from "../checks/check-contacts.ts";
import { filedLetter } from "../files/letter-file.ts";
import type { DeadLetter, Origin, ReportedFailure } from "../letters/letter.ts";
import { memberAt } from "../letters/member-path.ts";
import { describeLetterReason } from "../letters/reasons.ts";
import { type Decision, decideAlone } from "../replay/plan-replay.ts";
import { ownAttributes } from "../replay/sketch-letter.ts";
import { skipSentences } from "../replay/skip-reasons.ts";
import { describeResolution } from "./describe-resolution.ts";
import { spreadJson } from "./spread-json.ts";
import { destinationText } from "./summarize-letter.ts";

/** What a description needs besides the dead letter. */
export interface LetterFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly retentionMs: number;
  readonly deployment: Deployment;
}

type Line = readonly [label: string, text: string | undefined];
/** A text, or lines that are shown below their label. */
type Block = Line | readonly [label: string, lines: readonly string[]];

/** A dead letter for a person: what was requested, what went wrong, what happened before, and how long it remains. */
export function describeLetter(
  letter: DeadLetter,
  facts: LetterFacts,
  { paint, width }: Pick<Terminal, "paint" | "width">,
  check?: ContactCheck | "not asked",
): string {
  const sections: [string, readonly Block[]][] = [
    ["Intent", intentLines(letter)],
    ["Failure", failureLines(letter, facts.now)],
    ["Attributes", attributeLines(letter)],
    ["History", historyLines(letter, facts.now)],
    ["Now", nowLines(letter, facts, check)],
  ];
  const present = sections.filter(([, lines]) => lines.some(([, text]) => text));
  const text = present.map(([title, lines]) => `${paint("bold", title)}\n${formatLines(lines, width)}`);
  return [paint("bold", `Dead letter ${letter.messageId}`), ...text].join("\n");
}

/** A dead letter as `show --json` prints it: the line of an export, and what the tool derives from it. */
export function letterJson(
  letter: DeadLetter,
  { now, retentionMs, deployment }: LetterFacts,
  check?: ContactCheck,
) {
  const { reading, origin, history, reason } = letter;
  const decision = decideAlone(letter, deployment, now);
  return {
    ...filedLetter(letter),
    ...describeLetterReason(reason),
    failedAt: iso(letter.failedAt),
    expiresFromQueueAt: iso(letter.sentAt + retentionMs),
    origin: originJson(origin),
    intent: reading.kind === "intent" ? reading.envelope : undefined,
    clientToken: reading.kind === "intent" ? letter.groupKey : undefined,
    notAnIntent: reading.kind === "other" ? reading.message : undefined,
    history: { ...history, firstSentAt: iso(history.firstSentAt), renewedAt: iso(history.renewedAt) },
    replay: decision.kind === "replay" ? { possible: true } : { possible: false, why: decision.why },
    check,
  };
}

function originJson(origin: Origin) {
  if (origin.kind !== "function" || !origin.failure) return origin;
  return { ...origin, failure: { ...origin.failure, failedAt: iso(origin.failure.failedAt) } };
}

function intentLines({ reading, intentBody, origin }: DeadLetter): Block[] {
  if (reading.kind === "other") {
    const isOutcome = origin.kind === "outcome";
    return [
      [
        "not an intent",
        isOutcome ? "an outcome" : origin.kind === "function" ? "the failure says why" : reading.message,
      ],
      // The violations that the function wrote are shown under the failure.
      ...(origin.kind === "function" || isOutcome ? [] : violationLines(reading.violations, reading.message)),
      ["source", textAt(reading.envelope, "source")],
      ["intentId", textAt(reading.envelope, "detail", "intentId")],
      ["contact", textAt(reading.envelope, "detail", "contactId")],
      bodyOf(intentBody),
    ];
  }
  const { intent, envelope } = reading;
  const { source, time } = envelope as { source?: string; time?: string };
  return [
    ["intentId", intent.intentId],
    ["contact", intent.contactId],
    ["instance", intent.instanceId || "the deployment's default"],
    ["flow", intent.contactFlowId],
    ["destination", destinationText(intent.destination)],
    ["source", source],
    ["time", time],
    ["expires", iso(intent.expiresAt)],
    ["metadata", intent.metadata && JSON.stringify(intent.metadata)],
  ];
}

const maxBody = 1_000;

function bodyOf(body: string): Block {
  if (body.length > maxBody) return ["body", `${body.slice(0, maxBody)}… (dlq export has the rest)`];
  return parseJson(body) === undefined ? ["body", body] : ["body", spreadJson(body)];
}

function textAt(envelope: unknown, ...path: string[]): string | undefined {
  const value = memberAt(envelope, path);
  return typeof value === "string" ? value : undefined;
}

function failureLines({ reason, message, failedAt, origin }: DeadLetter, now: number): Line[] {
  const { meaning, nextStep } = describeLetterReason(reason);
  return [
    ["reason", reason],
    ["meaning", meaning],
    ["message", message],
    ["failed", `${formatDuration(now - failedAt)} ago, at ${iso(failedAt)}`],
    ...(origin.kind === "function" && origin.failure ? reportedLines(origin.failure) : []),
    ...originLines(origin),
    ["next step", nextStep],
  ];
}

function reportedLines(failure: ReportedFailure): Line[] {
  const { error, violations, moreViolations, message: whole, resolution } = failure;
  return [
    ["error", error && [error.name, error.httpStatus, error.requestId].filter(Boolean).join(" ")],
    ["Connect's reads", resolution && `${describeResolution(resolution)} (read at ${resolution.readAt})`],
    ...violationLines(violations, whole),
    ["", moreViolations > 0 ? `and ${moreViolations} more violations` : undefined],
  ];
}

/** One violation alone is the message. */
function violationLines(violations: readonly Violation[], whole: string | undefined): Line[] {
  return violations
    .filter(({ message }) => message !== whole)
    .map(({ path, message }): Line => [path || "body", message]);
}

/** Who sent it to the dead-letter queue, as far as that is known. */
export function originLines(origin: Origin): Line[] {
  switch (origin.kind) {
    case "function": {
      const { failure } = origin;
      return [
        ["receives", failure?.receiveCount === undefined ? undefined : String(failure.receiveCount)],
        ["invocation", failure?.requestId],
      ];
    }
    case "rule":
    case "outcome":
      return [
        ["rule", origin.ruleArn],
        ["target", origin.targetArn],
        ["retries", origin.error.retryAttempts],
      ];
    case "schedule":
      return [
        ["schedule", origin.scheduleArn],
        ["target", origin.targetArn],
        ["retries", origin.error.retryAttempts],
      ];
    case "invocation":
      return [["invocation", origin.requestId]];
    case "event ids":
      return [["events", origin.eventIds.join(", ")]];
    case "sqs":
      return [];
  }
}

/** An attribute that is longer is in an export. */
const maxValueLength = 200;

/** The message's own attributes, which a replay keeps. */
export function attributeLines(letter: DeadLetter): Line[] {
  return Object.entries(ownAttributes(letter)).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = StringValue ?? `${BinaryValue?.length ?? 0} bytes`;
    const cut = value.length > maxValueLength ? `${value.slice(0, maxValueLength)}…` : value;
    return [name, DataType === "String" ? cut : `${cut} (${DataType})`];
  });
}

function historyLines({ history }: DeadLetter, now: number): Line[] {
  const { firstSentAt, renewedAt, replays, effect } = history;
  return [
    [
      "first sent",
      firstSentAt === undefined
        ? undefined
        : `${formatDuration(now - firstSentAt)} ago, at ${iso(firstSentAt)}`,
    ],
    ["renewed", iso(renewedAt)],
    ["replayed", replays === 0 ? "never" : replays === 1 ? "once" : `${replays} times`],
    [
      "effect",
      effect === "unknown" ? `${effectText(effect)}. Find out with dlq resolve` : effectText(effect),
    ],
  ];
}

/** What an effect means for the contact. */
export function effectText(effect: Effect): string {
  return effect === "none"
    ? "none: no request can have transferred the contact"
    : "unknown: a request may have transferred the contact; if it is replayed unchanged, its client token protects against a second transfer";
}

function nowLines(
  letter: DeadLetter,
  { now, retentionMs, deployment }: LetterFacts,
  check?: ContactCheck | "not asked",
): Line[] {
  const decision = decideAlone(letter, deployment, now);
  const leftMs = letter.sentAt + retentionMs - now;
  return [
    ["retention", `SQS deletes it in ${formatDuration(leftMs)}, at ${iso(letter.sentAt + retentionMs)}`],
    ["contact", check === "not asked" ? whyNotAsked(letter) : check?.why],
    ["replay", replayLine(decision, check)],
  ];
}

function whyNotAsked({ reading }: DeadLetter): string {
  return reading.kind === "intent" ? notAsked : "not checked: it is not an intent";
}

/** What a replay would do with it. */
export function replayLine(decision: Decision, check?: ContactCheck | "not asked"): string {
  if (decision.kind !== "replay") {
    const why = decision.reason === "NotAnIntent" ? skipSentences.NotAnIntent : decision.why;
    return `would be skipped: ${why}`;
  }
  const isRefused = check !== undefined && check !== "not asked" && check.canBeTransferred === false;
  return isRefused ? "would fail again; with --check it is skipped" : "would be sent to the intent queue";
}

function formatLines(lines: readonly Block[], width: number | undefined): string {
  const present = lines.flatMap(([label, text]) => (text ? [{ name: printable(label), text }] : []));
  const labelWidth = present.reduce((most, { name }) => Math.max(most, Math.min(stringWidth(name), 24)), 0);
  const indent = " ".repeat(labelWidth + 4);
  return present
    .map(({ name, text }) => {
      if (typeof text !== "string") return below(name, text, width);
      const wrapped = wrapText(text, indent, width);
      const fits = stringWidth(name) <= labelWidth && isWithin(wrapped, width);
      return fits ? `  ${padEnd(name, labelWidth)}  ${wrapped.trimStart()}` : below(name, [text], width);
    })
    .join("\n");
}

/** The text of a label that leaves it too little room, or of several lines. */
function below(name: string, lines: readonly string[], width: number | undefined): string {
  const texts = lines.map((line) => wrapText(line, `    ${/^ */.exec(line)?.[0] ?? ""}`, width));
  return [`  ${name}`, ...texts].join("\n");
}

function isWithin(text: string, width = Number.POSITIVE_INFINITY): boolean {
  return text.split("\n").every((line) => widthUpTo(width, line) <= width);
}

function iso(instant: number): string;
function iso(instant: number | undefined): string | undefined;
function iso(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}
