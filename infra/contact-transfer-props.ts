import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Duration } from "aws-cdk-lib/core";

/** The way of an event to the function. */
export type Delivery = "queue" | "direct";

/** What a `ContactTransfer` may do, where it listens and how fast it goes. */
export interface ContactTransferProps {
  /**
   * The Amazon Connect instances whose contacts may be transferred, by ARN. An intent for any other is refused as `NotAllowed`.
   *
   * Valid Range: At least one, all in one account and Region, which must be the stack's own.
   *
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/find-instance-arn.html
   */
  readonly instanceArns: string[];

  /**
   * The instance of the intents that name none.
   *
   * Valid Range: One of `instanceArns`.
   *
   * @default - the only instance; with several, an intent that names none is refused as `InvalidIntent`
   */
  readonly defaultInstanceArn?: string;

  /**
   * The flows that a transferred contact may enter. The function refuses others as `NotAllowed`, and its role cannot use them.
   *
   * Valid Range: Ids, which count in every one of `instanceArns`, or ARNs. A token has to be an ARN.
   *
   * @default - every flow of the instances
   * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html
   */
  readonly contactFlowIds?: string[];

  /**
   * The queues that an intent may name. IAM knows no such limit: the function alone keeps it.
   *
   * Valid Range: Ids, which count in every one of `instanceArns`, or ARNs. A token has to be an ARN.
   *
   * @default - every queue of the instances
   */
  readonly queueIds?: string[];

  /**
   * The users that an intent may name. IAM knows no such limit: the function alone keeps it.
   *
   * Valid Range: Ids, which count in every one of `instanceArns`, or ARNs. A token has to be an ARN.
   *
   * @default - every user of the instances
   */
  readonly userIds?: string[];

  /**
   * The existing event bus that requests come from and outcomes go to, in the stack's account and Region.
   *
   * Valid Range: The bus's name, not its ARN. Not together with `eventBus`.
   *
   * @default - the account's default bus
   */
  readonly eventBusName?: string;

  /**
   * The event bus that requests come from and outcomes go to: `"own"` makes one for this construct, with its encryption and
   * its resource policy; a bus of the same app is used by reference.
   *
   * Valid Range: `"own"`, or a bus in the stack's account and Region. Not together with `eventBusName`.
   *
   * @default - the bus that `eventBusName` names
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
   */
  readonly eventBus?: IEventBus | "own";

  /**
   * The customer managed key that encrypts the queues, and the bus where that is `"own"`. The key's policy gets what EventBridge
   * needs, and the function's role the use of it through SQS.
   *
   * Valid Range: A symmetric key. The policy of an imported key cannot be changed from here: give it the two statements that
   * this page lists under Encryption.
   *
   * @default - keys that SQS and EventBridge own and manage
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
   */
  readonly encryptionKey?: IKey;

  /**
   * Who may ask for transfers from outside: accounts and organisations by events on the own bus, limited to the detail-type and
   * to `eventSources`, and named principals by messages in the intent queue.
   *
   * Valid Range: `accounts` and `organizationIds` need a bus of this app and `eventSources`.
   *
   * @default - principals of the stack's account, as their own policies let them
   */
  readonly producers?: Producers;

  /**
   * The event sources whose requests are taken; requests of others do not match the rule.
   *
   * Valid Range: Whole sources without wildcards. Neither `outcomeSource` nor one that starts with `aws.`.
   *
   * @default - any but `outcomeSource`
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventSources?: string[];

  /**
   * The source of the outcome events. It is the only one that the function may put events with.
   *
   * Valid Range: 1–256 of `A–Z a–z 0–9 . - _ / :`, not starting with `aws.`.
   *
   * @default "contact-transfer"
   */
  readonly outcomeSource?: string;

  /**
   * The TransferContact requests that all function instances together make in a second, retries included. Connect's quota is
   * shared by every caller of the account in the Region, so the paces of several stacks there add up.
   *
   * Valid Range: Minimum value of 0.1. Maximum value of 1000.
   *
   * @default 2
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
   */
  readonly transfersPerSecond?: number;

  /**
   * The function instances that work at the same time; each keeps to its share of `transfersPerSecond`. With `delivery: "direct"`
   * it is the function's reserved concurrency too, and one of the instances is left to events, so that the queue cannot hold them up.
   *
   * Valid Range: Whole number. Minimum value of 2, or of 3 with `delivery: "direct"`. Maximum value of 1000.
   * `maxConcurrency × batchSize / transfersPerSecond` has to be at most 20 seconds.
   *
   * @default - 2, or 3 with `delivery: "direct"`
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency
   */
  readonly maxConcurrency?: number;

  /**
   * The most intents that one invocation takes.
   *
   * Valid Range: Whole number. Minimum value of 1. Maximum value of 10. `maxConcurrency × batchSize / transfersPerSecond`
   * has to be at most 20 seconds.
   *
   * @default 10
   */
  readonly batchSize?: number;

  /**
   * How long a transfer that fails for a reason that may pass is tried again, from the intent's first receive on. Waiting for
   * a turn is no failure and is not limited by it.
   *
   * Valid Range: Whole seconds. Minimum value of 1 second. Maximum value of `maxIntentAge`.
   *
   * @default - 1 hour, or `maxIntentAge` where that is shorter
   */
  readonly retryFor?: Duration;

  /**
   * The age at which an intent is no longer carried out: it fails as `IntentExpired`.
   *
   * Valid Range: Whole seconds. Minimum value of 1 second. Maximum value of 6 days, because Connect is only trusted to remember
   * a client token for 7.
   *
   * @default Duration.hours(24)
   */
  readonly maxIntentAge?: Duration;

  /**
   * The way of an event to the function. `"queue"`: rule → queue → function. `"direct"`: rule → function, which hands to the queue
   * what it cannot finish at once; for transfers that should not wait for a poll.
   *
   * Valid Range: `"queue"` or `"direct"`.
   *
   * @default "queue"
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  readonly delivery?: Delivery;

  /**
   * Stops all transfers: the rules hand every event to the intent queue, and nothing is taken out of it. Intents keep for
   * 13 days there, and those that are older than `maxIntentAge` when it ends fail as `IntentExpired`.
   *
   * @default false
   */
  readonly paused?: boolean;

  /**
   * The function's memory in MiB. CPU comes with it.
   *
   * Valid Range: Whole number. Minimum value of 128. Maximum value of 10240.
   *
   * @default 256
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
   */
  readonly memorySize?: number;

  /**
   * Does everything but the call to Connect, and says so: outcomes carry `"shadow": true`, the contact of a success stays where
   * it is, and the function's role cannot transfer. For comparing with what moves contacts today, before switching over.
   *
   * @default false
   */
  readonly shadow?: boolean;

  /**
   * Keeps the outcome events of 30 days in a log group of its own, where `npm run trace` and the saved queries find them.
   *
   * @default true
   */
  readonly outcomeLog?: boolean;

  /**
   * The SNS topic that is told when an alarm begins and ends.
   *
   * Valid Range: The ARN of a topic in the stack's Region, which lets CloudWatch publish.
   *
   * @default - alarms without action
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
   */
  readonly alarmTopicArn?: string;

  /**
   * The function's code: a bundle whose `index.handler` keeps this construct's contract.
   *
   * @default - `dist/function` of this project, as `npm run build` leaves it
   */
  readonly code?: Code;
}

/** Who may ask for transfers besides the stack's own account. */
export interface Producers {
  /**
   * Accounts that may put requests on the bus.
   *
   * Valid Range: Account ids of 12 digits.
   *
   * @default - none
   */
  readonly accounts?: string[];

  /**
   * Organisations whose accounts may put requests on the bus.
   *
   * Valid Range: Ids of AWS Organizations, such as `o-a1b2c3d4e5`.
   *
   * @default - none
   */
  readonly organizationIds?: string[];

  /**
   * Roles and users that may send intents to the intent queue, of any account.
   *
   * Valid Range: ARNs of roles or users, without wildcards: neither an account nor everybody.
   *
   * @default - none
   */
  readonly queuePrincipalArns?: string[];
}
