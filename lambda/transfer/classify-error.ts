import type { ReasonsThat } from "../../events/failure-reasons.ts";
import { cutText, type FailureError, type Refusal } from "../refusal.ts";

/** What an SDK error means for the intent. */
export type ConnectError =
  | { readonly kind: "throttled" }
  | {
      /** `refused`: a retry cannot help. `failed`: it may. */
      readonly kind: "refused" | "failed";
      readonly refusal: Refusal & { readonly error: FailureError };
      /** The request may have moved the contact nevertheless. */
      readonly mayHaveMoved: boolean;
      /** The connection broke. Sockets go stale while an instance is frozen, so one immediate retry is right. */
      readonly isReset: boolean;
    };

type Unclear = ReasonsThat<{ effect: "unknown" }>;

/** As the taxonomy says of the reason: the compiler compares the two. */
type Meaning = Readonly<
  | { kind: "refused"; reason: ReasonsThat<{ retried: false }>; mayHaveMoved: false }
  | { kind: "failed"; reason: Exclude<ReasonsThat<{ retried: true }>, Unclear>; mayHaveMoved: false }
  | { kind: "failed"; reason: Unclear; mayHaveMoved: true }
>;

/** By error name: `Reason` in Connect's model applies to attachments only. */
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
 * The only place that interprets the SDK's errors. A name that is not in the table (a broken body surfaces as SyntaxError)
 * means that the answer is unknown, never that the intent fails permanently.
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

/** A signal ends a request at its time-out; the SDK calls that an abort. */
function nameOf(name: string | undefined): string {
  return name === "AbortError" ? "TimeoutError" : cutText(name || "Error");
}

/** Foreign texts can echo values, as V8's parse errors do, so an unknown answer is described by name and status only. */
function unanswered(name: string, httpStatus: number | undefined): string {
  if (httpStatus === undefined) return `Connect did not answer (${name})`;
  const isReadable = httpStatus >= 400 && name !== "SyntaxError";
  return `Connect answered ${httpStatus}${isReadable ? "" : " with an unreadable response"} (${name})`;
}
