import * as events from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sqs from "aws-cdk-lib/aws-sqs";
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
  readonly intentQueue: sqs.Queue;
  /** What failed, with its reason, and what the rule could not deliver. */
  readonly deadLetterQueue: sqs.Queue;
  /** Makes the transfers. */
  readonly function: lambda.Function;
  /** Takes the requests off the bus. */
  readonly rule: events.Rule;
  /** Where requests come from and outcomes go to. */
  readonly eventBus: events.IEventBus;
  /** The function's log. */
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: ContactTransferProps) {
    super(scope, id);
    const settings = resolveSettings(props, Stack.of(this));
    this.eventBus = events.EventBus.fromEventBusName(this, "EventBus", settings.eventBusName);
    this.deadLetterQueue = this.createDeadLetterQueue();
    this.intentQueue = this.createIntentQueue();
    this.rule = this.createRule(settings);
    this.logGroup = new logs.LogGroup(this, "LogGroup", {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.function = this.createFunction(settings, props);
    this.createEventSourceMapping(settings);
  }

  private createDeadLetterQueue(): sqs.Queue {
    // Without a redrive allow policy: it would have to name the intent queue, which names this one.
    return new sqs.Queue(this, "DeadLetterQueue", {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // SQS's most, as a message that SQS moves here keeps its sent time.
      retentionPeriod: Duration.days(14),
      // EventBridge's most as well: what is too long for the intent queue must fit in here.
      maxMessageSizeBytes: 1024 * 1024,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  private createIntentQueue(): sqs.Queue {
    return new sqs.Queue(this, "IntentQueue", {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
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

  private createRule({ eventSources, outcomeSource }: Settings): events.Rule {
    const rule = new events.Rule(this, "Rule", {
      description: "Hands requests to transfer a contact to the intent queue",
      eventBus: this.eventBus,
      eventPattern: {
        detailType: ["Contact Transfer Requested"],
        source: eventSources ? [...eventSources] : events.Match.anythingBut(outcomeSource),
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
        new iam.PolicyStatement({
          sid: "AllowRule",
          principals: [new iam.ServicePrincipal("events.amazonaws.com")],
          actions: ["sqs:SendMessage"],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { "aws:SourceArn": rule.ruleArn } },
        }),
      );
    }
    return rule;
  }

  private createFunction(
    settings: Settings,
    { code = functionCode() }: ContactTransferProps,
  ): lambda.Function {
    return new lambda.Function(this, "Function", {
      description: "Transfers Amazon Connect contacts at Connect's pace",
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: functionTimeout,
      handler: "index.handler",
      code,
      role: executionRole(this, settings),
      environment: functionEnvironment(this, settings),
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
    });
  }

  private createEventSourceMapping({ batchSize, maxConcurrency }: Settings): void {
    // CDK's SqsEventSource would also grant sqs:GetQueueUrl.
    new lambda.EventSourceMapping(this, "EventSourceMapping", {
      target: this.function,
      eventSourceArn: this.intentQueue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
