import type {
  Effect,
  Failure,
  FailureError,
  FailureReason,
  Violation,
} from "../events/generated/contact-transfer-failed.ts";

export type { Effect, Failure, FailureError, FailureReason, Violation };

/** A failure lists at most this many violations and counts the others in `moreViolations`. */
const maxViolations = 20;

/** Longest text from outside: a path deep in metadata, a message of Connect. */
const maxTextLength = 1024;

/** Why an intent fails: because of its content, or because of Connect's answer. `effect` depends on the record. */
export type Refusal = Omit<Failure, "effect">;

/** The refusal of an envelope that breaks the contract. `message` shows the first violation. */
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

/** The refusal of an intent that names something the deployment does not allow. */
export function notAllowed(member: string, what: string, setting: string): Refusal {
  return {
    reason: "NotAllowed",
    message: `detail/${member} names ${what} that this deployment does not allow; the setting ${setting} lists what is allowed`,
  };
}

/** Cuts a text from outside to fit an outcome and a dead letter. Half a character could make the whole outcome invalid. */
export function cutText(text: string): string {
  const cut = text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
  return cut.toWellFormed();
}
