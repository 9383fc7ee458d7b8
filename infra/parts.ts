import type { IEventBus, Rule } from "aws-cdk-lib/aws-events";
import type { EventSourceMapping, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Queue } from "aws-cdk-lib/aws-sqs";

/** The resources of a `ContactTransfer`, for functions that need some of them but not the construct. */
export interface TransferParts {
  /** Where intents wait: fed by the rules, or by `SendMessage` with an envelope as the body. */
  readonly intentQueue: Queue;
  /** Failed intents with their reasons, and events that the rules could not deliver. */
  readonly deadLetterQueue: Queue;
  /** Makes the transfers. */
  readonly function: LambdaFunction;
  /** Reads intents from the queue for the function; disabled while `paused`. */
  readonly eventSourceMapping: EventSourceMapping;
  /** Matches requests on the bus. */
  readonly rule: Rule;
  /** Copies outcomes to the outcome log; undefined with `outcomeLog: false`. */
  readonly outcomeRule?: Rule;
  /** Where requests come from and outcomes go. */
  readonly eventBus: IEventBus;
  /** The function's log. */
  readonly logGroup: LogGroup;
  /** Outcome events, kept for `logRetention`; undefined with `outcomeLog: false`. */
  readonly outcomeLog?: LogGroup;
}
