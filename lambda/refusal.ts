import type {
  Effect,
  Failure,
  FailureError,
  FailureReason,
  Violation,
} from "../events/generated/contact-transfer-failed.ts";

export type { Effect, Failure, FailureError, FailureReason, Violation };

/** Most violations that a failure lists; the others are counted in `moreViolations`. */
const maxViolations = 20;

/** Most characters of one text that came from outside: a place deep in metadata, a message of Connect. */
const maxTextLength = 1024;

/** Why an intent ended without asking Connect, or because of what Connect answered; `effect` is the record's to say. */
export type Refusal = Omit<Failure, "effect">;

/** The refusal of an envelope that breaks the contract. The first violation stands for all in `message`. */
export function invalidIntent(violations: readonly [Violation, ...Violation[]]): Refusal {
  const more = violations.length - 1;
  const unlisted = violations.length - maxViolations;
  return {
    reason: "InvalidIntent",
    message: cutText(violations[0].message) + (more > 0 ? ` (and ${more} more)` : ""),
    violations: violations
      .slice(0, maxViolations)
      .map(({ path, message }) => ({ path: cutText(path), message: cutText(message) })),
    ...(unlisted > 0 && { moreViolations: unlisted }),
  };
}

/** The refusal of an intent that names what the deployment does not allow. */
export function notAllowed(member: string, what: string, setting: string): Refusal {
  return {
    reason: "NotAllowed",
    message: `detail/${member} names ${what} that this deployment does not allow; its setting ${setting} says what it allows`,
  };
}

/** A text from outside, short enough for an outcome and a dead letter. */
export function cutText(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
}
