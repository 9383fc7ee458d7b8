/**
 * An event as rules and targets receive it, with its members in EventBridge's order.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export interface EventBridgeEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a target receives of an event. */
export type TargetInput =
  | { readonly kind: "event" }
  | { readonly kind: "constant"; readonly json: string }
  | { readonly kind: "path"; readonly path: string }
  | {
      readonly kind: "transformer";
      readonly inputPathsMap: Readonly<Record<string, string>>;
      readonly inputTemplate: string;
    };

/** The rule that matched, and when EventBridge received the event: the values of the predefined variables. */
export interface RuleContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** Milliseconds since 1970. */
  readonly ingestedAt: number;
}

/** Writes what the target receives; throws an `UndeliverableError` if this event cannot be transformed. */
export type TransformInput = (event: EventBridgeEvent, rule: RuleContext) => string;
