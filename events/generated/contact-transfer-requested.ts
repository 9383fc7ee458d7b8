// Generated from events/schemas by `npm run generate`: change the schema, not this file.
/**
 * A transfer intent in its envelope: an EventBridge event, or a queue message with just id and detail. At most 16 KiB (UTF-8) and 256 levels deep; no member may be named __proto__, constructor or prototype. Other members of the envelope are ignored.
 */
export interface ContactTransferRequested {
  /**
   * The event's id. It identifies the intent if detail.intentId is omitted.
   */
  id: string;
  /**
   * The kind of event; optional in a queue message written by hand.
   */
  "detail-type"?: "Contact Transfer Requested";
  /**
   * The producer.
   */
  source?: string;
  /**
   * When the event happened: an intent's age counts from here. A time in the future does not make it younger.
   */
  time?: string;
  detail: TransferIntent;
  [k: string]: unknown;
}
/**
 * What to transfer, and where: at most one of queueId and userId; with neither, the flow decides.
 */
export interface TransferIntent {
  /**
   * The contact to transfer: a contact id, or a contact ARN.
   */
  contactId: string;
  /**
   * The flow that makes the transfer: a flow id, or a flow ARN.
   */
  contactFlowId: string;
  /**
   * The Connect instance: an id, or an ARN. Optional if the deployment allows a single instance or has a default.
   */
  instanceId?: string;
  /**
   * The queue to transfer to: a queue id, or a queue ARN.
   */
  queueId?: string;
  /**
   * The user (agent) to transfer to: a user id, or a user ARN.
   */
  userId?: string;
  /**
   * The producer's own id for this intent, and its idempotency key: set it if an event may be sent twice.
   */
  intentId?: string;
  /**
   * Do not transfer after this instant.
   */
  expiresAt?: string;
  /**
   * Returned in the outcome unchanged, numbers digit by digit; at most 4 KiB (UTF-8). An integer beyond 64 bits, or a number beyond a double's range, is refused, since EventBridge does not take it.
   */
  metadata?: {
    [k: string]: unknown;
  };
}
