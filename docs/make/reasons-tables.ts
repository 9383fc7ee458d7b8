import { markdownTable } from "markdown-table";
import {
  failureReasons,
  type ReasonFacts,
  type ReasonText,
  type Runbook,
  reasonNames,
} from "../../events/failure-reasons.ts";
import { ownRetryReasons } from "../../lambda/runtime/retry-reasons.ts";
import { awsReasons } from "../../operate/letters/reasons.ts";

const facts: readonly (readonly [string, ReasonFacts])[] = Object.entries(failureReasons);

/** README.md: what fails, and why. */
export function reasonsTable(): string {
  return table([
    ["reason", "means", "what happens", "what to do"],
    ...facts.map(([reason, each]) => [
      code(reason),
      asCode(each.meaning),
      whatHappens(each),
      asCode(each.nextStep),
    ]),
    [
      "throttled",
      "Connect answered with any 429",
      "**never a failure**: the intent waits until it is transferred or expires",
      "raise Connect's quota, then `transfersPerSecond`",
    ],
  ]);
}

/** docs/operations.md: the reasons of retries that no dead letter has. */
export function ownRetriesTable(): string {
  return table([
    ["reason", "means"],
    ...Object.entries(ownRetryReasons).map(([reason, meaning]) => [code(reason), asCode(meaning)]),
  ]);
}

/** docs/operations.md: a dead letter's reason, what to do about it and how to check. */
export function runbookTable(): string {
  const rows: readonly (readonly [string, ReasonText & { readonly runbook: Runbook }])[] = [
    ...facts,
    ...Object.entries(awsReasons),
  ];
  return table([
    ["reason", "means", "command", "check"],
    ...rows.map(([reason, { meaning, runbook }]) => [
      code(reason),
      asCode(meaning),
      runbook.command,
      runbook.check,
    ]),
  ]);
}

/** docs/delivery.md: what is retried, and when it fails permanently. */
export function retriesTable(): string {
  const retried = reasonNames.filter((reason) => failureReasons[reason].retried);
  return table([
    ["reason", "retried", "fails permanently"],
    [
      retried.map(code).join(", "),
      "after random(5 s … min(300 s, 5 s · 2^receiveCount))",
      "when all three hold: `retryFor` since the first receive, at least three receives, three failed requests in this delivery",
    ],
    [
      "throttled, or no slot in time",
      "near its slot, 20 s ahead at most, up to 5 s of jitter",
      "never; only `expiresAt` and `maxIntentAge` end it",
    ],
    [
      "no slot free, and the request will most likely fail (below)",
      "after the wait of the first row",
      "never by this wait",
    ],
    [
      "Connect is out, and was asked less than 5 s ago (below)",
      "as in the first row, after 30 s at most",
      "never by this wait",
    ],
    [
      "outcome or dead letter not sent",
      "after the same wait; Connect's answer travels in a new message",
      "never",
    ],
    [
      "`ResourceNotFound`, if the intent is younger than `notFoundGrace`",
      "once, at the end of `notFoundGrace`, in a new message",
      "if it is not found then",
    ],
    ["everything else", "no", "at once"],
  ]);
}

function whatHappens({ retried, hasGrace, withoutRequest, effect }: ReasonFacts): string {
  return [
    hasGrace
      ? "a young intent is asked once more at the end of `notFoundGrace`, then dead-lettered"
      : retried
        ? "retried for `retryFor`, then dead-lettered"
        : "dead-lettered at once",
    ...(withoutRequest ? ["without a request to Connect"] : []),
    ...(effect ? [`with \`effect: ${effect}\``] : []),
  ].join(", ");
}

function table(rows: readonly (readonly string[])[]): string {
  return markdownTable(rows, { alignDelimiters: false });
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Names of settings and members as code: the terminal shows the same text without the marks. */
function asCode(text: string): string {
  return text.replace(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g, code);
}
