import { EventBus, type IEventBus, Match, Rule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, EventSourceMapping, Function, LoggingFormat, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { ContactTransferProps } from "./contact-transfer-props.ts";
import { executionRole } from "./execution-role.ts";
import { functionCode } from "./function-code.ts";
import { functionEnvironment } from "./function-environment.ts";
import { resolveSettings, type Settings } from "./resolve-settings.ts";

const functionTimeout = Duration.seconds(30);

/**
 * Transfers Amazon Connect contacts on request: rule → intent queue → function → Connect, with a dead-letter queue for
 * what fails and an outcome event for each intent.
 *
 * @example
 * const transfers = new ContactTransfer(this, "Transfers", { instanceArns: [instanceArn] });
 */
export class ContactTransfer extends Construct {
  /** Where intents wait for their turn: fed by the rule, or by `SendMessage` with an envelope as the body. */
  readonly intentQueue: Queue;
  /** What failed, with its reason, and what the rule could not deliver. */
  readonly deadLetterQueue: Queue;
  /** Makes the transfers. */
  readonly function: Function;
  /** Takes the requests off the bus. */
  readonly rule: Rule;
  /** Where requests come from and outcomes go to. */
  readonly eventBus: IEventBus;
  /** The function's log. */
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ContactTransferProps) {
    super(scope, id);
    const settings = resolveSettings(props, Stack.of(this));
    this.eventBus = EventBus.fromEventBusName(this, "EventBus", settings.eventBusName);
    this.deadLetterQueue = this.createDeadLetterQueue();
    this.intentQueue = this.createIntentQueue();
    this.rule = this.createRule(settings);
    this.logGroup = new LogGroup(this, "LogGroup", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.function = this.createFunction(settings, props);
    this.createEventSourceMapping(settings);
  }

  private createDeadLetterQueue(): Queue {
    // Without a redrive allow policy: it would have to name the intent queue, which names this one.
    return new Queue(this, "DeadLetterQueue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // SQS's most, as a message that SQS moves here keeps its sent time.
      retentionPeriod: Duration.days(14),
      // EventBridge's most as well: what is too long for the intent queue must fit in here.
      maxMessageSizeBytes: 1024 * 1024,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  private createIntentQueue(): Queue {
    return new Queue(this, "IntentQueue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(13),
      // Leaves room for what the function adds when it makes a dead letter of a message.
      maxMessageSizeBytes: 64 * 1024,
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
      visibilityTimeout: Duration.seconds(6 * functionTimeout.toSeconds()),
      // SQS's most: waiting for a turn costs receives too, so the function itself decides when an intent has failed.
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 1000 },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  private createRule({ eventSources, outcomeSource }: Settings): Rule {
    const rule = new Rule(this, "Rule", {
      description: "Hands requests to transfer a contact to the intent queue",
      eventBus: this.eventBus,
      eventPattern: {
        detailType: ["Contact Transfer Requested"],
        source: eventSources ? [...eventSources] : Match.anythingBut(outcomeSource),
      },
    });
    // CDK's own SQS target would also let EventBridge read the queue's attributes.
    rule.addTarget({
      bind: () => ({
        arn: this.intentQueue.queueArn,
        deadLetterConfig: { arn: this.deadLetterQueue.queueArn },
      }),
    });
    for (const queue of [this.intentQueue, this.deadLetterQueue]) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          sid: "AllowRule",
          principals: [new ServicePrincipal("events.amazonaws.com")],
          actions: ["sqs:SendMessage"],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { "aws:SourceArn": rule.ruleArn } },
        }),
      );
    }
    return rule;
  }

  private createFunction(settings: Settings, { code = functionCode() }: ContactTransferProps): Function {
    return new Function(this, "Function", {
      description: "Transfers Amazon Connect contacts at Connect's pace",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: functionTimeout,
      handler: "index.handler",
      code,
      role: executionRole(this, settings),
      environment: functionEnvironment(this, settings),
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
    });
  }

  private createEventSourceMapping({ batchSize, maxConcurrency }: Settings): void {
    // CDK's SqsEventSource would also grant sqs:GetQueueUrl.
    new EventSourceMapping(this, "EventSourceMapping", {
      target: this.function,
      eventSourceArn: this.intentQueue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
