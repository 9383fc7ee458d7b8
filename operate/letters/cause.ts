import { requestOf } from "../../lambda/intake/intent.ts";
import { readRequestedBy } from "../../lambda/intake/requested-by.ts";
import type { Violation } from "../../lambda/refusal.ts";
import { hashOf } from "./hash.ts";
import type { DeadLetter } from "./letter.ts";

/** Why a dead letter failed, as far as others failed for the same: the letters of a cause are repaired together. */
export interface Cause {
  /** The beginning of a hash of the others, for `--cause`. */
  readonly id: string;
  readonly reason: string;
  /** The JSON pointer of the first violation, or the name of the error. */
  readonly detail?:
    | { readonly kind: "violation"; readonly path: string }
    | { readonly kind: "error"; readonly name: string };
  /** Where the contact was to go. */
  readonly place?: { readonly kind: "queue" | "user" | "flow"; readonly id: string };
  /** The producer. */
  readonly source?: string;
}

type Failed = Pick<DeadLetter, "reason" | "origin" | "reading">;

/** The cause of a dead letter. The outcome of the same failure has the same. */
export function causeOf(letter: Failed): Cause {
  const cause = {
    reason: letter.reason,
    detail: detailOf(letter),
    place: placeOf(letter),
    source: readRequestedBy(letter.reading.envelope)?.source,
  };
  const { reason, detail, place, source } = cause;
  const parts = [reason, detail && Object.values(detail), place && Object.values(place), source];
  return { id: hashOf(JSON.stringify(parts), "hex").slice(0, 8), ...cause };
}

function detailOf({ origin, reading }: Failed): Cause["detail"] {
  const { violations, error } = reportOf(origin);
  // Only what nobody has reported about is read from the body.
  const read = violations || error || reading.kind === "intent" ? [] : reading.violations;
  const [violation] = violations?.length ? violations : read;
  if (violation) return { kind: "violation", path: violation.path };
  return error === undefined ? undefined : { kind: "error", name: error };
}

function reportOf(origin: Failed["origin"]): { violations?: readonly Violation[]; error?: string } {
  if (origin.kind === "sqs") return {};
  if (origin.kind !== "function") return { error: origin.error.code };
  return { violations: origin.failure?.violations, error: origin.failure?.error?.name };
}

/** An invalid intent has none: what it names is not the cause, and its outcome does not have it. */
function placeOf({ reading, reason }: Failed): Cause["place"] {
  if (reading.kind === "other" || reason === "InvalidIntent") return undefined;
  const { queueId, userId, contactFlowId } = requestOf(reading.intent);
  if (queueId !== undefined) return { kind: "queue", id: queueId };
  return userId === undefined ? { kind: "flow", id: contactFlowId } : { kind: "user", id: userId };
}
