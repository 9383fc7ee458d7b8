// Generated from events/schemas by `npm run generate`: change the schema, not this file.
/**
 * A transfer intent in its envelope: an EventBridge event, or a queue message with just id and detail. At most 16 KiB (UTF-8) and 256 levels deep; no member may be called __proto__, constructor or prototype. Members of the envelope that are not named here are ignored.
 */
export interface ContactTransferRequested {
  /**
   * The event's id. It is the intent's identity where detail.intentId is left out.
   */
  id: string;
  /**
   * What the event is; may be left out in a hand-made queue message.
   */
  "detail-type"?: "Contact Transfer Requested";
  /**
   * Who asks.
   */
  source?: string;
  /**
   * When the event happened: an intent's age counts from here. A time in the future makes nothing younger.
   */
  time?: string;
  detail: TransferIntent;
  [k: string]: unknown;
}
/**
 * What to transfer, and where to: at most one of queueId and userId; with neither, the flow decides.
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
   * The Connect instance: an id, or an ARN. May be left out where the deployment allows one instance or has a default.
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
   * The producer's own identity for this intent: give it where an event may be sent twice.
   */
  intentId?: string;
  /**
   * Do not transfer after this instant.
   */
  expiresAt?: string;
  /**
   * Handed on in the outcome as it is; at most 4 KiB (UTF-8).
   */
  metadata?: {
    [k: string]: unknown;
  };
}
