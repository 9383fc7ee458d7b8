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
