import type { TransferResponse } from "../../events/generated/contact-transfer-succeeded.ts";
import type { FailureError, Refusal } from "../refusal.ts";

/** A permanent refusal by Connect. */
export type ConnectRefusal = Refusal & { readonly error: FailureError };

/** Why an intent ends whose effect is not known: a refusal, an expiry, or failures that were retried for long enough. */
export type CarriedRefusal = Refusal & { readonly error?: FailureError };

/**
 * Connect's answer to an earlier delivery that could not publish it: it travels in the `History` of a new message, so that
 * Connect is not asked again. It counts for its own token alone.
 */
export type CarriedResult = { readonly clientToken: string } & (
  | { readonly kind: "transferred"; readonly response: TransferResponse; readonly requestId?: string }
  | { readonly kind: "refused"; readonly refusal: CarriedRefusal }
);

/** Longest text in a result; the function itself writes no longer ones. */
const maxLength = 2_048;
const refusalReasons = [
  "IntentExpired",
  "InvalidRequest",
  "ResourceNotFound",
  "AccessDenied",
  "ServiceQuotaExceeded",
  "DuplicateRequest",
  "ConnectUnavailable",
] as const;

/** Undefined for what the function did not write: then nothing is known. */
export function readCarriedResult(value: unknown): CarriedResult | undefined {
  const { clientToken, kind, response, requestId, refusal } = membersOf(value);
  if (!isText(clientToken)) return undefined;
  if (kind === "transferred") {
    const read = readResponse(response);
    return (
      read && { clientToken, kind, response: read, requestId: isText(requestId) ? requestId : undefined }
    );
  }
  const read = kind === "refused" ? readRefusal(refusal) : undefined;
  return read && { clientToken, kind: "refused", refusal: read };
}

function readResponse(value: unknown): TransferResponse | undefined {
  const { contactId, contactArn, httpStatus } = membersOf(value);
  if (!isText(contactId) || !isText(contactArn) || !isStatus(httpStatus)) return undefined;
  return { contactId, contactArn, evidence: "answered", httpStatus };
}

function readRefusal(value: unknown): CarriedRefusal | undefined {
  const { reason, message, error } = membersOf(value);
  const known = refusalReasons.find((one) => one === reason);
  if (known === undefined || !isText(message)) return undefined;
  if (error === undefined) return { reason: known, message };
  const { name, httpStatus, requestId } = membersOf(error);
  if (!isText(name)) return undefined;
  return {
    reason: known,
    message,
    error: {
      name,
      httpStatus: isStatus(httpStatus) ? httpStatus : undefined,
      requestId: isText(requestId) ? requestId : undefined,
    },
  };
}

/** The members of any JSON value: others than objects have none of these names. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxLength;
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599;
}
