// Generated from events/schemas by `npm run generate`: change the schema, not this file.
export type Identity = string;
/**
 * The token under which Connect was or would be asked. Outcomes of one intent belong together by it; where a Succeeded and a Failed exist for one token, Succeeded holds.
 */
export type ClientToken = string;

/**
 * Connect has made the transfer.
 */
export interface ContactTransferSucceeded {
  /**
   * The deployment's outcome source.
   */
  source: string;
  "detail-type": "Contact Transfer Succeeded";
  /**
   * The ARN of the contact that was to be transferred, where it is known.
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
/**
 * What Connect answered: the contact that the transfer began.
 */
export interface TransferResponse {
  contactId: string;
  contactArn: string;
  httpStatus: number;
}
