// Generated from events/schemas by `npm run generate`: change the schema, not this file.
export type Identity = string;
/**
 * The client token of the request to Connect. Outcomes of one intent share it; if a Succeeded and a Failed exist for one token, Succeeded wins.
 */
export type ClientToken = string;
/**
 * answered: Connect answered the request. observed: the answer was lost, and Connect's reads showed the transfer later.
 */
export type Evidence = "answered" | "observed";

/**
 * Connect has transferred the contact.
 */
export interface ContactTransferSucceeded {
  /**
   * The deployment's outcome source.
   */
  source: string;
  "detail-type": "Contact Transfer Succeeded";
  /**
   * The ARN of the contact to transfer, if known.
   *
   * @maxItems 1
   */
  resources: string[];
  detail: TransferSucceeded;
  [k: string]: unknown;
}
export interface TransferSucceeded {
  intentId: Identity;
  clientToken: ClientToken;
  request: TransferRequest;
  response: TransferResponse;
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
/**
 * Connect's response: the contact that the transfer created.
 */
export interface TransferResponse {
  contactId: string;
  contactArn: string;
  evidence: Evidence;
  /**
   * The status of Connect's answer; left out if the transfer was observed.
   */
  httpStatus?: number;
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
