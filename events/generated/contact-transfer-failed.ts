// Generated from events/schemas by `npm run generate`: change the schema, not this file.
export type Identity = string;
/**
 * The client token of the request to Connect. Outcomes of one intent share it; if a Succeeded and a Failed exist for one token, Succeeded wins.
 */
export type ClientToken = string;
/**
 * Why the intent failed.
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
 * none: no request for this message can have transferred the contact. unknown: one may have.
 */
export type Effect = "none" | "unknown";

/**
 * The intent failed permanently; it is in the dead-letter queue with this failure.
 */
export interface ContactTransferFailed {
  /**
   * The deployment's outcome source.
   */
  source: string;
  "detail-type": "Contact Transfer Failed";
  /**
   * The ARN of the contact to transfer, if known.
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
   * The queue message's id; absent if the intent arrived as its own event.
   */
  messageId?: string;
  failure: Failure;
  resolution?: Resolution;
  requestedBy?: RequestedBy;
  /**
   * How many times the queue has delivered the message, including this delivery; absent if the intent arrived as its own event.
   */
  receiveCount?: number;
  /**
   * The intent's own metadata.
   */
  metadata?: {
    [k: string]: unknown;
  };
  /**
   * EventBridge refused the outcome with its metadata, so it was published without.
   */
  metadataLeftOut?: true;
  /**
   * The deployment is in shadow mode: everything happened except the request to Connect, and no contact was transferred.
   */
  shadow?: true;
}
/**
 * The request to Connect, with ARNs reduced to ids.
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
   * What is wrong, for an operator to read; Connect's own message if Connect rejected the request.
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
   * How many more violations there are.
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
 * What the AWS SDK reported about the last request.
 */
export interface FailureError {
  name: string;
  httpStatus?: number;
  requestId?: string;
}
/**
 * What Connect's reads showed after the answer to a request was lost.
 */
export interface Resolution {
  /**
   * moved: one successor, where the intent wanted it. elsewhere: one successor at another place. several: two or more. ended: no successor, and the contact has ended. open: no successor, and the contact is open. unreadable: the reads failed, lagged or contradicted each other.
   */
  found: "moved" | "elsewhere" | "several" | "ended" | "open" | "unreadable";
  /**
   * Who moved the contact. other: somebody else, which is proven. likely-us: no agent ever had the contact. unproven: neither.
   */
  by?: "other" | "likely-us" | "unproven";
  /**
   * The successor.
   */
  contactId?: string;
  /**
   * The queue that the successor was seen in.
   */
  queueId?: string;
  /**
   * The agent who has, or had, the successor.
   */
  agentId?: string;
  /**
   * All successors, if there are several.
   *
   * @maxItems 20
   */
  contactIds?: string[];
  /**
   * Why the reads prove nothing.
   */
  why?: string;
  /**
   * When Connect was read: an RFC 3339 instant.
   */
  readAt: string;
}
/**
 * What the envelope says about itself, as far as it is valid.
 */
export interface RequestedBy {
  /**
   * Who asked: the envelope's source.
   */
  source?: string;
  eventId?: Identity;
  /**
   * The envelope's time.
   */
  time?: string;
}
