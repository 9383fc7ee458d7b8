import type { IAlarmAction } from "aws-cdk-lib/aws-cloudwatch";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Duration, RemovalPolicy } from "aws-cdk-lib/core";

/** How an event reaches the function. */
export type Delivery = "queue" | "direct";

/** How a new version of the function takes over. */
export type Rollout = "latest" | "alias" | "canary" | "linear";

/** What a `ContactTransfer` may do, where it listens and how fast it works. */
export interface ContactTransferProps {
  /**
   * The ARNs of the Amazon Connect instances whose contacts may be transferred. An intent for any other instance fails
   * as `NotAllowed`.
   *
   * Valid Range: At least one, all in one account and Region, which must be the stack's.
   *
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/find-instance-arn.html
   */
  readonly instanceArns: string[];

  /**
   * The instance of intents that name none.
   *
   * Valid Range: One of `instanceArns`.
   *
   * @default - the only instance; with several, an intent that names none fails as `InvalidIntent`
   */
  readonly defaultInstanceArn?: string;

  /**
   * The flows that intents may name. The function rejects others as `NotAllowed`, and its role cannot use them.
   *
   * Valid Range: Ids, which apply to every instance in `instanceArns`, or ARNs. A token must be an ARN.
   *
   * @default - every flow of the instances
   * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html
   */
  readonly contactFlowIds?: string[];

  /**
   * The queues that intents may name. IAM cannot limit queues, so only the function enforces this.
   *
   * Valid Range: Ids, which apply to every instance in `instanceArns`, or ARNs. A token must be an ARN.
   *
   * @default - every queue of the instances
   */
  readonly queueIds?: string[];

  /**
   * The users (agents) that intents may name. IAM cannot limit users, so only the function enforces this.
   *
   * Valid Range: Ids, which apply to every instance in `instanceArns`, or ARNs. A token must be an ARN.
   *
   * @default - every user of the instances
   */
  readonly userIds?: string[];

  /**
   * The name of an existing event bus for requests and outcomes.
   *
   * Valid Range: A name, not an ARN, of a bus in the stack's account and Region. Not together with `eventBus`.
   *
   * @default - the account's default bus
   */
  readonly eventBusName?: string;

  /**
   * The event bus for requests and outcomes: `"own"` creates one. A bus of the same app is used by reference. An own bus
   * gets the encryption and the resource policy of this construct.
   *
   * Valid Range: `"own"`, or a bus in the stack's account and Region. Not together with `eventBusName`.
   *
   * @default - the bus that `eventBusName` names
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
   */
  readonly eventBus?: IEventBus | "own";

  /**
   * The customer managed key that encrypts the intent queue, both log groups and an own bus. The key's policy receives what
   * EventBridge and CloudWatch Logs need, and the function's role may use the key through SQS.
   *
   * Valid Range: A symmetric key of the stack's Region. The policy of an imported key cannot be changed from here: synth prints
   * the statements to add.
   *
   * @default - keys that SQS, EventBridge and CloudWatch Logs own and manage
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
   */
  readonly encryptionKey?: IKey;

  /**
   * The customer managed key that encrypts the dead-letter queue, which `encryptionKey` does not: if that key is disabled or
   * denied, the dead-letter queue keeps the events that EventBridge cannot deliver. So choose another key.
   *
   * Valid Range: A symmetric key of the stack's Region, as for `encryptionKey`.
   *
   * @default - a key that SQS owns and manages
   */
  readonly deadLetterEncryptionKey?: IKey;

  /**
   * The other accounts and organizations that may request transfers over the bus (JSON in `-c`), each with its own sources. The
   * rule accepts requests of these accounts, and the bus's policy lets them put requests and nothing else.
   *
   * Valid Range: Each names an `account` or an `organizationId`. A bus that this app does not create keeps its policy: synth
   * prints the statements to add.
   *
   * @default - only principals of the stack's account, as their own policies allow
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
   */
  readonly producers?: Producer[];

  /**
   * Roles and users, of any account, that may send intents to the intent queue.
   *
   * Valid Range: ARNs of roles or users without wildcards: neither an account nor everybody. SQS allows 50 principals in a
   * queue's policy.
   *
   * @default - none
   */
  readonly queuePrincipalArns?: string[];

  /**
   * The event sources whose requests are accepted, besides those of `producers`. Requests from other sources do not match the
   * rule. Without it, every principal of the account that may put events on the bus can request transfers, and synth says so.
   *
   * Valid Range: Whole sources without wildcards. Neither `outcomeSource` nor a source that starts with `aws.`.
   *
   * @default - any source except `outcomeSource`
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventSources?: string[];

  /**
   * The source of the outcome events. The function cannot put events with any other.
   *
   * Valid Range: 1–256 of `A–Z a–z 0–9 . - _ / :`, not starting with `aws.`.
   *
   * @default "contact-transfer"
   */
  readonly outcomeSource?: string;

  /**
   * The `TransferContact` requests per second of all function instances together, retries included. Every caller in the
   * account and Region shares Connect's quota, so the rates of all stacks there must not add up to more than the quota.
   *
   * Valid Range: Minimum value of 0.1. Maximum value of 1000.
   *
   * @default 2
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
   */
  readonly transfersPerSecond?: number;

  /**
   * The function instances that work at the same time, each with an equal share of `transfersPerSecond`. With
   * `delivery: "direct"`, it is also the function's reserved concurrency, and one instance is left to events, so that the
   * queue cannot hold them up.
   *
   * Valid Range: Whole number. Minimum value of 2, or of 3 with `delivery: "direct"`. Maximum value of 1000.
   * `maxConcurrency × batchSize / transfersPerSecond` must be at most 20 seconds.
   *
   * @default - 2, or 3 with `delivery: "direct"`
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency
   */
  readonly maxConcurrency?: number;

  /**
   * The maximum number of intents per invocation.
   *
   * Valid Range: Whole number. Minimum value of 1. Maximum value of 10. `maxConcurrency × batchSize / transfersPerSecond`
   * must be at most 20 seconds.
   *
   * @default - as many as an instance transfers in 10 seconds, at most 10
   */
  readonly batchSize?: number;

  /**
   * How long a transfer that failed for a temporary reason is retried, counted from the intent's first receive. Waiting
   * for a slot is not a failure and is not limited by it.
   *
   * Valid Range: Whole seconds. Minimum value of 1 second. Maximum value of `maxIntentAge`.
   *
   * @default - 1 hour, or `maxIntentAge` if that is shorter
   */
  readonly retryFor?: Duration;

  /**
   * The age at which an intent expires: it fails as `IntentExpired`.
   *
   * Valid Range: Whole seconds. Minimum value of 1 second. Maximum value of 6 days, because Connect is only trusted to
   * remember a client token for 7.
   *
   * @default Duration.hours(24)
   */
  readonly maxIntentAge?: Duration;

  /**
   * How old an intent must be before a `ResourceNotFound` is final. What was created a moment ago may not be visible
   * everywhere in Connect yet, so the function asks once more at the end of this time. `0s` in `-c`: it is always final.
   *
   * Valid Range: Whole seconds. Minimum value of 0. Maximum value of 15 minutes.
   *
   * @default Duration.seconds(10)
   */
  readonly notFoundGrace?: Duration;

  /**
   * How an event reaches the function: `"queue"` or `"direct"`. Queue: rule → queue → function. Direct: rule → function,
   * which enqueues what it cannot finish at once; for transfers that must not wait for a poll.
   *
   * Valid Range: `"queue"` or `"direct"`.
   *
   * @default "queue"
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  readonly delivery?: Delivery;

  /**
   * The function itself finds out what became of a transfer whose answer was lost. Instead of publishing `effect: unknown`,
   * it waits for `settleFor`, reads the contact and its successors, and publishes `Succeeded` if the contact was moved, a
   * certain failure if it was not, or asks again. Its role may then read every contact of the instances.
   *
   * @default false
   */
  readonly resolveUnknown?: boolean;

  /**
   * How long Connect's reads may lag behind its writes: no verdict on an unknown effect is final earlier.
   *
   * Valid Range: Whole seconds. Minimum value of 1 minute. Maximum value of 30 minutes.
   *
   * @default Duration.minutes(5)
   * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeContact.html
   */
  readonly settleFor?: Duration;

  /**
   * The initiation methods by which Connect's reads may show a transferred contact. A contact that follows another one by a method
   * that is not listed is no proof of a transfer. `contact-transfer probe` finds out which method your instance uses. If it
   * is `TRANSFER` alone, a task that is only linked to a contact, by `API`, makes no contact unreadable.
   *
   * @default ["TRANSFER", "API"]
   * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_Contact.html
   */
  readonly transferMethods?: string[];

  /**
   * Stops all transfers and loses nothing. The rules send every event to the intent queue, which nothing consumes and
   * which keeps intents for 13 days. Intents that are older than `maxIntentAge` when the pause ends fail as
   * `IntentExpired`.
   *
   * @default false
   */
  readonly paused?: boolean;

  /**
   * How a new version of the function takes over. `latest`: at once. `alias`: at once too, by an alias that you can point back
   * to the version before. `canary` and `linear`: CodeDeploy moves that alias, 10 % for 5 minutes and then all, or 10 % more
   * every minute; it moves the alias back if the alarm `FunctionFails` or `ConnectErrors` fires.
   *
   * Valid Range: `"latest"`, `"alias"`, `"canary"` or `"linear"`.
   *
   * @default "latest"
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html
   */
  readonly rollout?: Rollout;

  /**
   * The VPC in which the function runs. Its subnets must reach Connect, SQS and EventBridge, by NAT or by VPC endpoints.
   *
   * @default - the function runs outside of a VPC
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of `vpc` in which the function runs.
   *
   * @default - the private subnets of `vpc`
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the function in `vpc`.
   *
   * @default - a new one that allows all outbound traffic
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The function's memory in MiB. CPU grows with it: with less than 256 the function might not answer in time.
   *
   * Valid Range: Whole number. Minimum value of 256. Maximum value of 10240.
   *
   * @default 256
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
   */
  readonly memorySize?: number;

  /**
   * Dry run: does everything except the call to Connect. Outcomes carry `"shadow": true`, contacts stay where they are,
   * and the function's role cannot transfer. Use it to compare with your current solution before you switch.
   *
   * @default false
   */
  readonly shadow?: boolean;

  /**
   * Keeps outcome events in a log group, for `trace` and the saved queries.
   *
   * @default true
   */
  readonly outcomeLog?: boolean;

  /**
   * Keeps the later events of transferred contacts in the outcome log: when a contact was queued, when an agent accepted it, when it
   * ended. `trace` then goes on to the agent. Connect sends such events on a best-effort basis. Needs `outcomeLog`.
   *
   * @default false
   * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
   */
  readonly contactEvents?: boolean;

  /**
   * How long the function's log and the outcome log are kept.
   *
   * Valid Range: `RetentionDays`; in `-c` the number of days, such as 7, 30, 90, 365, or 9999, which keeps logs for ever.
   *
   * @default RetentionDays.ONE_MONTH
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly logRetention?: RetentionDays;

  /**
   * What becomes of both queues, both logs and a key of the project's stack when they are removed from the stack, or the
   * stack is deleted. `DESTROY` deletes the intents and dead letters that are in the queues.
   *
   * Valid Range: `RETAIN_ON_UPDATE_OR_DELETE`, `RETAIN` or `DESTROY`; in `-c` `retain-on-update-or-delete`, `retain` or
   * `destroy`.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Traces the function's invocations with AWS X-Ray.
   *
   * @default true
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   */
  readonly tracing?: boolean;

  /**
   * What every alarm does when it starts and when it ends, besides `alarmTopicArn`.
   *
   * @default - only what `alarmTopicArn` says
   * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_cloudwatch_actions-readme.html
   */
  readonly alarmActions?: IAlarmAction[];

  /**
   * The page that the alarms' descriptions link to: each adds the anchor of its section, such as `#dead-letters`.
   *
   * Valid Range: A URL without an anchor, of a page with the sections of `docs/operations.md`.
   *
   * @default - `docs/operations.md` of this version on GitHub
   */
  readonly runbookUrl?: string;

  /**
   * Adds stack outputs, by which the operator's commands find the deployment.
   *
   * @default true
   */
  readonly outputs?: boolean;

  /**
   * The ARN of the SNS topic that is notified when an alarm starts and ends.
   *
   * Valid Range: The ARN of a topic in the stack's Region that allows CloudWatch to publish.
   *
   * @default - only `alarmActions`
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
   */
  readonly alarmTopicArn?: string;

  /**
   * The function's code: a bundle whose `index.handler` keeps this construct's contract.
   *
   * @default - the function of the package; in a clone, `dist/function`, which `npm run build` writes
   */
  readonly code?: Code;
}

/** An account or an organization that may request transfers over the bus. */
export interface Producer {
  /**
   * The account.
   *
   * Valid Range: An account id of 12 digits.
   *
   * @default - the accounts of `organizationId`
   */
  readonly account?: string;

  /**
   * The organization whose accounts may request transfers. The rule cannot name them, so it accepts requests of all accounts
   * that the bus's policy lets in.
   *
   * Valid Range: The id of an organization, such as `o-a1b2c3d4e5`.
   *
   * @default - only `account`
   */
  readonly organizationId?: string;

  /**
   * The event sources of its requests: the policy lets it use no other. Producers may share a source.
   *
   * Valid Range: At least one whole source without wildcards. Neither `outcomeSource` nor a source that starts with `aws.`.
   */
  readonly sources: string[];

  /**
   * The bus that receives the outcomes of its requests, recognized by their source. Its policy must allow the stack's account
   * to put events.
   *
   * Valid Range: The ARN of an event bus, in any account and Region that EventBridge can send to; not the construct's own bus.
   *
   * @default - outcomes stay on the construct's bus
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
   */
  readonly outcomeBusArn?: string;
}
