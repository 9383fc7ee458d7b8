import type { ReasonsThat } from "../../events/failure-reasons.ts";
import { blame, readThrown } from "../error-table.ts";
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
      /** One retry at once is right: a stale connection broke, or the SDK has corrected its clock by this answer. */
      readonly retryAtOnce: boolean;
    };

type Unclear = ReasonsThat<{ effect: "unknown" }>;

/** As the taxonomy says of the reason: the compiler compares the two. */
type Meaning = Readonly<
  | { kind: "refused"; reason: ReasonsThat<{ retried: false }>; mayHaveMoved: false }
  | { kind: "failed"; reason: Exclude<ReasonsThat<{ retried: true }>, Unclear>; mayHaveMoved: false }
  | { kind: "failed"; reason: Unclear; mayHaveMoved: true }
  | { kind: "failed"; reason: "ConnectUnavailable"; mayHaveMoved: false; isUnsent: true }
>;

const accessDenied: Meaning = { kind: "failed", reason: "AccessDenied", mayHaveMoved: false };
/** By error name: `Reason` in Connect's model applies to attachments only. The error table says with which status it counts. */
const meanings: Readonly<Record<string, Meaning>> = {
  InvalidRequestException: { kind: "refused", reason: "InvalidRequest", mayHaveMoved: false },
  InvalidActiveRegionException: { kind: "refused", reason: "InvalidRequest", mayHaveMoved: false },
  ResourceNotFoundException: { kind: "refused", reason: "ResourceNotFound", mayHaveMoved: false },
  ServiceQuotaExceededException: { kind: "failed", reason: "ServiceQuotaExceeded", mayHaveMoved: false },
  IdempotencyException: { kind: "failed", reason: "DuplicateRequest", mayHaveMoved: true },
};
const answerUnknown: Meaning = { kind: "failed", reason: "ConnectUnavailable", mayHaveMoved: true };
const unsent: Meaning = { kind: "failed", reason: "ConnectUnavailable", mayHaveMoved: false, isUnsent: true };

/**
 * What an error of TransferContact means. A name that the error table does not know with its status (a broken body surfaces
 * as SyntaxError) means that the answer is unknown, never that the intent fails permanently.
 */
export function classifyError(thrown: unknown): ConnectError {
  const { name, message, httpStatus, requestId, isReset, isUnsent, isClockCorrected } = readThrown(thrown);
  const { fault, isKnown, isClock } = blame("Connect", name, httpStatus);
  if (fault === "load") return { kind: "throttled" };
  const known = fault === "caller" ? accessDenied : isKnown ? meanings[name] : undefined;
  const { kind, reason, mayHaveMoved } = known ?? (isUnsent ? unsent : answerUnknown);
  return {
    kind,
    refusal: {
      reason,
      message: known && message ? cutText(message) : unanswered(cutText(name), httpStatus),
      error: { name: cutText(name), httpStatus, requestId },
    },
    mayHaveMoved,
    retryAtOnce: isReset || isClock || isClockCorrected,
  };
}

/** Foreign texts can echo values, as V8's parse errors do, so an unknown answer is described by name and status only. */
function unanswered(name: string, httpStatus: number | undefined): string {
  if (httpStatus === undefined) return `Connect did not answer (${name})${whatToCheck(name)}`;
  const isReadable = httpStatus >= 400 && name !== "SyntaxError";
  return `Connect answered ${httpStatus}${isReadable ? "" : " with an unreadable response"} (${name})`;
}

/** What an operator looks at first, by Node's error code. */
function whatToCheck(code: string): string {
  if (/ENOTFOUND|EAI_/.test(code)) return ": its host name has no address; check DNS and the VPC endpoint";
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/.test(code))
    return ": no connection; check the endpoint, the security groups and the routes";
  if (/CERT|_TLS_|_SSL_|UNABLE_TO_/.test(code))
    return ": its certificate was not accepted; check the endpoint, a proxy and the certificate authorities";
  return "";
}
