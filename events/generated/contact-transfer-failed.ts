// Generated from events/schemas by `npm run generate`: change the schema, not this file.
export type Identity = string;
/**
 * The token under which Connect was or would be asked. Outcomes of one intent belong together by it; where a Succeeded and a Failed exist for one token, Succeeded holds.
 */
export type ClientToken = string;
/**
 * Why the intent ended.
 */
export type FailureReason =
  | "InvalidIntent"
  | "NotAllowed"
  | "IntentExpired"
  | "InvalidRequest"
  | "ResourceNotFound"
  | "AccessDenied"
  | "ServiceQuotaExceeded"
  | "DuplicateRequest"
  | "ConnectUnavailable";
/**
 * none: no request for this message can have moved the contact. unknown: one may have.
 */
export type Effect = "none" | "unknown";

/**
 * The intent was given up; it lies in the dead-letter queue with this failure.
 */
export interface ContactTransferFailed {
  /**
   * The deployment's outcome source.
   */
  source: string;
  "detail-type": "Contact Transfer Failed";
  /**
   * The ARN of the contact that was to be transferred, where it is known.
   *
   * @maxItems 1
   */
  resources: string[];
  detail: TransferFailed;
  [k: string]: unknown;
}
export interface TransferFailed {
  intentId?: Identity;
  clientToken?: ClientToken;
  request?: TransferRequest;
  /**
   * The queue message's id; left out where the intent came as its own event.
   */
  messageId?: string;
  failure: Failure;
  /**
   * How often the queue had delivered the message, this delivery included; left out where the intent came as its own event.
   */
  receiveCount?: number;
  /**
   * The intent's own metadata.
   */
  metadata?: {
    [k: string]: unknown;
  };
  /**
   * The deployment is in shadow mode: everything but the request to Connect was done, and no contact has moved.
   */
  shadow?: true;
}
/**
 * What Connect was or would be asked, ARNs reduced to ids.
 */
export interface TransferRequest {
  instanceId: string;
  contactId: string;
  contactFlowId: string;
  queueId?: string;
  userId?: string;
}
export interface Failure {
  reason: FailureReason;
  /**
   * What is wrong, in words for an operator; after a refusal, Connect's own message.
   */
  message: string;
  effect: Effect;
  /**
   * What is wrong with an InvalidIntent, at most 20.
   *
   * @minItems 1
   * @maxItems 20
   */
  violations?: Violation[];
  /**
   * How many further violations there are.
   */
  moreViolations?: number;
  error?: FailureError;
}
export interface Violation {
  /**
   * A JSON pointer (RFC 6901) into the envelope; empty for the whole.
   */
  path: string;
  message: string;
}
/**
 * What the AWS SDK reported of the last request.
 */
export interface FailureError {
  name: string;
  httpStatus?: number;
  requestId?: string;
}
