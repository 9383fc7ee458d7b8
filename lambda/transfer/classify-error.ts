import { cutText, type FailureError, type FailureReason, type Refusal } from "../refusal.ts";

/** What an error of the SDK means for the intent. */
export type ConnectError =
  | { readonly kind: "throttled" }
  | {
      /** Refused: asking again cannot help. Failed: it may. */
      readonly kind: "refused" | "failed";
      readonly refusal: Refusal & { readonly error: FailureError };
      /** The request may have moved the contact all the same. */
      readonly mayHaveMoved: boolean;
      /** The connection broke: sockets go stale while an instance is frozen, so one more try at once is right. */
      readonly isReset: boolean;
    };

interface Meaning {
  readonly kind: "refused" | "failed";
  readonly reason: FailureReason;
  readonly mayHaveMoved: boolean;
}

/** By error name, since `Reason` in Connect's model concerns attachments only. Refused: asking again cannot help. */
const meanings: Readonly<Record<string, Meaning>> = {
  InvalidRequestException: { kind: "refused", reason: "InvalidRequest", mayHaveMoved: false },
  ResourceNotFoundException: { kind: "refused", reason: "ResourceNotFound", mayHaveMoved: false },
  AccessDeniedException: { kind: "failed", reason: "AccessDenied", mayHaveMoved: false },
  ServiceQuotaExceededException: { kind: "failed", reason: "ServiceQuotaExceeded", mayHaveMoved: false },
  IdempotencyException: { kind: "failed", reason: "DuplicateRequest", mayHaveMoved: true },
};
const answerUnknown: Meaning = { kind: "failed", reason: "ConnectUnavailable", mayHaveMoved: true };
const throttlingNames = new Set(["ThrottlingException", "TooManyRequestsException"]);
const resetCodes = new Set(["ECONNRESET", "EPIPE"]);

/**
 * Translates what the SDK throws, in this one place. A name that is not in the table (a broken body surfaces as
 * SyntaxError) means that the answer is unknown, never that the intent failed for good.
 */
export function classifyError(thrown: unknown): ConnectError {
  const { name, message, code, $metadata, $response } = (thrown ?? {}) as {
    name?: string;
    message?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number; requestId?: string };
    $response?: { statusCode?: number };
  };
  const httpStatus = $metadata?.httpStatusCode ?? $response?.statusCode;
  const isReset = resetCodes.has(code ?? "");
  const errorName = isReset && code ? code : nameOf(name);
  if (httpStatus === 429 || throttlingNames.has(errorName)) return { kind: "throttled" };
  const known = Object.hasOwn(meanings, errorName) ? meanings[errorName] : undefined;
  const { kind, reason, mayHaveMoved } = known ?? answerUnknown;
  const error: FailureError = { name: errorName, httpStatus, requestId: $metadata?.requestId };
  return {
    kind,
    refusal: {
      reason,
      message: known && message ? cutText(message) : unanswered(errorName, httpStatus),
      error,
    },
    mayHaveMoved,
    isReset,
  };
}

/** A request is ended by a signal when its time is over; the SDK calls that an abort, and a reset a time-out. */
function nameOf(name: string | undefined): string {
  return name === "AbortError" ? "TimeoutError" : cutText(name || "Error");
}

/** Foreign texts can echo values, as V8's parse errors do: of an unknown answer only its name and status are told. */
function unanswered(name: string, httpStatus: number | undefined): string {
  if (httpStatus === undefined) return `Connect did not answer (${name})`;
  const isReadable = httpStatus >= 400 && name !== "SyntaxError";
  return `Connect answered ${httpStatus}${isReadable ? "" : ", which could not be read"} (${name})`;
}
