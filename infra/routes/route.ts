import type { EventPattern, IEventBus } from "aws-cdk-lib/aws-events";

/** An event that becomes an intent: which one, and how. */
export interface RouteProps {
  /**
   * The events that the route accepts.
   *
   * Valid Range: A pattern of EventBridge that does not match the construct's own requests and outcomes. One that matches events
   * of `aws.connect` must exclude the contacts that this route has transferred, because Connect publishes events for them too:
   * `previousContactId: [{ exists: false }]` does.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
   */
  readonly eventPattern: EventPattern;

  /** The transfer to request: literals, and fields of the event by `EventField.fromPath`. */
  readonly intent: RouteIntent;

  /**
   * The bus of the events. AWS services publish to the default bus only.
   *
   * @default - the construct's bus
   */
  readonly eventBus?: IEventBus;
}

/**
 * The members of an intent, each a literal or a whole field of the event: an id or an ARN. Every event that the pattern
 * matches must have the field; otherwise the intent fails as `InvalidIntent`.
 */
export interface RouteIntent {
  /** The contact to transfer, such as `EventField.fromPath("$.detail.contactId")`. */
  readonly contactId: string;

  /** The flow that makes the transfer. */
  readonly contactFlowId: string;

  /**
   * The Connect instance of the contact.
   *
   * @default - the deployment's only or default instance
   */
  readonly instanceId?: string;

  /**
   * The queue to transfer to.
   *
   * Valid Range: Not together with `userId`.
   *
   * @default - the flow decides
   */
  readonly queueId?: string;

  /**
   * The user (agent) to transfer to.
   *
   * Valid Range: Not together with `queueId`.
   *
   * @default - the flow decides
   */
  readonly userId?: string;

  /**
   * The producer's own identity of the intent, for producers that may send an event twice.
   *
   * Valid Range: A field of the event.
   *
   * @default - the route's name and the event's id
   */
  readonly intentId?: string;

  /**
   * The instant after which the contact must no longer be transferred.
   *
   * Valid Range: A field of the event that holds an RFC 3339 date-time.
   *
   * @default - none but `maxIntentAge`
   */
  readonly expiresAt?: string;

  /**
   * What the outcome returns: an object of literals and fields, or a field that holds an object.
   *
   * @default - nothing
   */
  readonly metadata?: Readonly<Record<string, unknown>> | string;
}

/** The source of a ready route's events, which your own service publishes. */
export interface EventSource {
  /** @default - as in the route's sample */
  readonly source?: string;
}

/** Where a ready route transfers contacts: at most one of `queueId` and `userId`. */
export interface RouteDestination {
  /** The flow that makes the transfer. */
  readonly contactFlowId: string;
  /** The queue to transfer to. */
  readonly queueId?: string;
  /** The user (agent) to transfer to. */
  readonly userId?: string;
}

/** What a ready route must know of its deployment. */
export interface Deployment {
  readonly instanceArns: readonly string[];
  readonly defaultInstanceArn?: string;
}
