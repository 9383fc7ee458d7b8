import type { Alarm, Dashboard, Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import * as events from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Lazy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { MetricName } from "../lambda/runtime/metric-list.ts";
import { allowProducers } from "./access/allow-producers.ts";
import { checkSizes } from "./access/check-sizes.ts";
import { grantOperate, type OperateOptions, publisherArn } from "./access/grant-operate.ts";
import { grantRequests } from "./access/grant-requests.ts";
import {
  type ContactTransferAttributes,
  type IContactTransfer,
  ImportedContactTransfer,
} from "./access/imported-contact-transfer.ts";
import { onOutcome } from "./access/on-outcome.ts";
import { protectOutcomes } from "./access/protect-outcomes.ts";
import { sendOutcomes } from "./access/send-outcomes.ts";
import { acknowledgeFindings } from "./compliance/acknowledge-findings.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";
import { createAlias, shiftGradually } from "./function/live-version.ts";
import { createTransferFunction } from "./function/transfer-function.ts";
import { alarmActions } from "./monitoring/alarm-actions.ts";
import { contactEventAlarm, producerOutcomesAlarm, routeAlarm } from "./monitoring/alarm-list.ts";
import { type AlarmOptions, type Alarms, createAlarms, createRuleAlarm } from "./monitoring/alarms.ts";
import { createDashboard } from "./monitoring/dashboard.ts";
import { functionMetric, metricByReason, type ReasonMetricOptions } from "./monitoring/metrics.ts";
import { saveQueries } from "./monitoring/saved-queries.ts";
import type { TransferParts } from "./parts.ts";
import { checkQueues } from "./resources/check-queues.ts";
import { createContactEventRule } from "./resources/contact-event-rule.ts";
import { allowKeyUse } from "./resources/encryption.ts";
import { resolveEventBus } from "./resources/event-bus.ts";
import { createOutcomeLog } from "./resources/outcome-log.ts";
import { createOutputs, outputPrefix } from "./resources/outputs.ts";
import { createDeadLetterQueue, createIntentQueue } from "./resources/queues.ts";
import { requestPattern } from "./resources/request-pattern.ts";
import { metricsServiceName } from "./resources/service-name.ts";
import { type IntentTemplate, routeError } from "./routes/intent-template.ts";
import { resolveRoute } from "./routes/resolve-route.ts";
import type { RouteProps } from "./routes/route.ts";
import { resolveSettings } from "./settings/resolve-settings.ts";
import type { Settings } from "./settings/settings.ts";

/**
 * Transfers Amazon Connect contacts on request: rule → intent queue → function → Connect, with a dead-letter queue for
 * what fails and an outcome event for each intent.
 *
 * @example
 * const transfers = new ContactTransfer(this, "Transfers", { instanceArns: [instanceArn] });
 */
export class ContactTransfer extends Construct implements TransferParts, IContactTransfer {
  /** A `ContactTransfer` of another app, for stacks of producers and consumers in its account and Region. */
  static fromAttributes(
    scope: Construct,
    id: string,
    attributes: ContactTransferAttributes,
  ): IContactTransfer {
    return new ImportedContactTransfer(scope, id, attributes);
  }

  /** Where intents wait: fed by the rules, or by `SendMessage` with an envelope as the body. */
  readonly intentQueue: sqs.Queue;
  /** Failed intents with their reasons, and events that the rules could not deliver. */
  readonly deadLetterQueue: sqs.Queue;
  /** Makes the transfers. */
  readonly function: lambda.Function;
  /** What the rules and the mapping invoke with a `rollout` other than `latest`. */
  readonly alias?: lambda.Alias;
  /** Reads intents from the queue for the function; disabled while `paused`. */
  readonly eventSourceMapping: lambda.EventSourceMapping;
  /** Matches requests on the bus. */
  readonly rule: events.Rule;
  /** Where requests come from and outcomes go. */
  readonly eventBus: events.IEventBus;
  /** The function's log. */
  readonly logGroup: logs.LogGroup;
  /** Outcome events, kept for `logRetention`; undefined with `outcomeLog: false`. */
  readonly outcomeLog?: logs.LogGroup;
  /** Copies outcomes to the outcome log; undefined with `outcomeLog: false`. */
  readonly outcomeRule?: events.Rule;
  /** Copies the events of transferred contacts to the outcome log; undefined without `contactEvents`. */
  readonly contactEventRule?: events.Rule;
  /** The alarms by id. While `paused`, alarms on lack of progress have no action. */
  readonly alarms: Alarms;
  /** The alarm of each route, by the route's id. */
  readonly routeAlarms: Record<string, Alarm> = {};
  /** Shows the path of the intents, and its health. */
  readonly dashboard: Dashboard;

  private readonly settings: Settings;
  /** Operators who may publish outcomes on an own bus. */
  private readonly operatorArns: string[] = [];
  private readonly ruleArns: string[] = [];
  /** Send outcomes to the buses of producers. */
  private readonly producerOutcomeRules: readonly events.Rule[];
  private readonly alarmOptions: AlarmOptions;
  /** On the dashboard. */
  private readonly shownAlarms: Alarm[];

  constructor(scope: Construct, id: string, props: ContactTransferProps) {
    super(scope, id);
    const { encryptionKey, deadLetterEncryptionKey } = props;
    this.settings = resolveSettings(props, Stack.of(this));
    this.deadLetterQueue = createDeadLetterQueue(this, deadLetterEncryptionKey, this.settings);
    this.intentQueue = createIntentQueue(this, this.deadLetterQueue, encryptionKey, this.settings);
    this.eventBus = resolveEventBus(this, props, this.settings, this.deadLetterQueue);
    this.logGroup = new logs.LogGroup(this, "LogGroup", {
      retention: this.settings.logRetention,
      removalPolicy: this.settings.removalPolicy,
      encryptionKey,
    });
    this.function = createTransferFunction(this, this.settings, props);
    this.alias = createAlias(this, this.function, this.settings.rollout);
    this.eventSourceMapping = this.createEventSourceMapping();
    this.allowRules();
    this.rule = this.createRule();
    protectOutcomes(this, this.settings.outcomeSource, props.eventBus === "own", this.operatorArns);
    allowProducers(this, this.settings);
    this.producerOutcomeRules = sendOutcomes(this, this.settings);
    this.allowKeyUse(props);
    if (this.settings.outcomeLog) {
      const { logGroup, rule } = createOutcomeLog(this, this.settings, encryptionKey);
      this.outcomeLog = logGroup;
      this.outcomeRule = rule;
      if (this.settings.contactEvents)
        this.contactEventRule = createContactEventRule(this, this.settings, logGroup);
      saveQueries(this, metricsServiceName(this), this.outcomeLog, this.settings);
    }
    const { alarmTopicArn, paused, runbookUrl } = this.settings;
    this.alarmOptions = {
      actions: alarmActions(this, alarmTopicArn, props.alarmActions),
      paused,
      runbookUrl,
    };
    this.alarms = createAlarms(this, this.settings, this.alarmOptions);
    const { FunctionFails, ConnectErrors } = this.alarms;
    const rollout =
      this.alias && shiftGradually(this, this.alias, this.settings.rollout, [FunctionFails, ConnectErrors]);
    const producerAlarms = this.producerOutcomeRules.map((rule) =>
      createRuleAlarm(this, rule, this.eventBus, producerOutcomesAlarm, this.alarmOptions),
    );
    const contactEventAlarms = this.contactEventRule
      ? [this.createContactEventAlarm(this.contactEventRule)]
      : [];
    this.shownAlarms = [...Object.values(this.alarms), ...producerAlarms, ...contactEventAlarms];
    this.dashboard = createDashboard(this, this.settings, this.shownAlarms);
    const isInVpc = props.vpc !== undefined;
    acknowledgeFindings(this, { ...this, isInVpc, rolloutRole: rollout?.role }, this.settings);
    if (this.settings.outputs) createOutputs(this, outputPrefix(this));
    this.node.addValidation({
      validate: () => [...checkQueues(this, this.settings), ...checkSizes(this, this.settings)],
    });
  }

  /**
   * Adds a route: a pattern and a mapping that turn other events into intents. Throws if the mapping cannot produce a valid
   * intent, or if the transfers of the route could trigger each other.
   */
  route(id: string, props: RouteProps): events.Rule {
    if (this.node.tryFindChild(`Route${id}`)) throw routeError(id, "a route of this name already exists");
    const { eventBus = this.eventBus, eventPattern } = props;
    const template = resolveRoute(this, id, props, this.settings);
    const rule = new events.Rule(this, `Route${id}`, {
      description: `Turns other events into requests to transfer a contact (${id})`,
      eventBus,
      eventPattern,
    });
    this.deliver(rule, template);
    const alarm = createRuleAlarm(this, rule, eventBus, routeAlarm, this.alarmOptions);
    this.routeAlarms[id] = alarm;
    this.shownAlarms.push(alarm);
    return rule;
  }

  /** Allows the grantee to put requests on the bus and nothing else, only from `eventSources` if that is set. */
  grantRequestTransfers(grantee: iam.IGrantable): iam.Grant {
    return grantRequests(this.eventBus, this.settings.eventSources, grantee);
  }

  /**
   * Allows the grantee, an operator, to use the operator's commands on this deployment: all of them, or with `readOnly` those that
   * only look.
   */
  grantOperate(grantee: iam.IGrantable, options: OperateOptions = {}): iam.Grant {
    if (!options.readOnly) this.operatorArns.push(...publisherArn(this, grantee));
    return grantOperate(this, grantee, this.settings, options);
  }

  /** Adds a rule for outcomes, in the stack of `scope`. Its `eventPattern` narrows them, for example by `requestedBy.source`. */
  onOutcome(scope: Construct, id: string, options?: events.OnEventOptions): events.Rule {
    return onOutcome(scope, id, this.eventBus, this.settings.outcomeSource, options);
  }

  /** A metric of the function by name. */
  metric(metricName: MetricName, options?: MetricOptions): Metric {
    return functionMetric(this, metricName, options);
  }

  /** Deliveries of intents to the function. */
  metricReceived(options?: MetricOptions): Metric {
    return functionMetric(this, "Received", options);
  }

  /** Transfers made and published. */
  metricSucceeded(options?: MetricOptions): Metric {
    return functionMetric(this, "Succeeded", options);
  }

  /** Intents that failed permanently, in total or for one `reason`. */
  metricFailed(options?: ReasonMetricOptions): Metric {
    return metricByReason(this, "Failed", options);
  }

  /** Deliveries that are retried, in total or for one `reason`. */
  metricRetried(options?: ReasonMetricOptions): Metric {
    return metricByReason(this, "Retried", options);
  }

  /** Intents that expired. */
  metricExpired(options?: MetricOptions): Metric {
    return functionMetric(this, "Expired", options);
  }

  /** Seconds from the request to the transfer. */
  metricAgeAtTransfer(options?: MetricOptions): Metric {
    return functionMetric(this, "AgeAtTransfer", options);
  }

  /** Intents waiting in the queue. */
  metricWaiting(options?: MetricOptions): Metric {
    return this.intentQueue.metricApproximateNumberOfMessagesVisible(options);
  }

  /** Messages in the dead-letter queue. */
  metricDeadLetters(options?: MetricOptions): Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(options);
  }

  private createContactEventAlarm(rule: events.Rule): Alarm {
    const defaultBus = events.EventBus.fromEventBusName(this, "DefaultEventBus", "default");
    return createRuleAlarm(this, rule, defaultBus, contactEventAlarm, this.alarmOptions);
  }

  private get invoked(): lambda.IFunction {
    return this.alias ?? this.function;
  }

  private createRule(): events.Rule {
    const { delivery } = this.settings;
    const rule = new events.Rule(this, "Rule", {
      description: `Sends requests to transfer a contact to the ${delivery === "direct" ? "function" : "intent queue"}`,
      eventBus: this.eventBus,
      eventPattern: requestPattern(this, this.settings),
    });
    this.deliver(rule);
    return rule;
  }

  /** Points a rule to the queue, or to the function in direct delivery. */
  private deliver(rule: events.Rule, template?: IntentTemplate): void {
    const { delivery, paused } = this.settings;
    this.ruleArns.push(rule.ruleArn);
    const isDirect = delivery === "direct" && !paused;
    // CDK's own SQS target would also let EventBridge read the queue's attributes.
    rule.addTarget({
      bind: () => ({
        arn: isDirect ? this.invoked.functionArn : this.intentQueue.queueArn,
        deadLetterConfig: { arn: this.deadLetterQueue.queueArn },
        ...(template && { input: { bind: () => template } }),
      }),
    });
    if (delivery === "direct") {
      this.invoked.addPermission(`Allow${rule.node.id}`, {
        principal: new iam.ServicePrincipal("events.amazonaws.com"),
        sourceArn: rule.ruleArn,
      });
    }
  }

  /**
   * Lets the rules send to both queues, and those of outcomes to the dead-letter queue. In direct delivery the intent queue is
   * included, so that a pause, which points the rules to it, never meets a queue that does not accept their events yet.
   */
  private allowRules(): void {
    const outcomeRules = () => [
      ...(this.outcomeRule ? [this.outcomeRule] : []),
      ...this.producerOutcomeRules,
    ];
    const senders: [sqs.Queue, () => readonly string[]][] = [
      [this.intentQueue, () => this.ruleArns],
      [this.deadLetterQueue, () => [...this.ruleArns, ...outcomeRules().map(({ ruleArn }) => ruleArn)]],
    ];
    for (const [queue, arns] of senders) {
      const ruleArns = Lazy.any({ produce: () => (arns().length === 1 ? arns()[0] : arns()) });
      queue.addToResourcePolicy(
        new iam.PolicyStatement({
          sid: "AllowRule",
          principals: [new iam.ServicePrincipal("events.amazonaws.com")],
          actions: ["sqs:SendMessage"],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { "aws:SourceArn": ruleArns } },
        }),
      );
    }
  }

  private allowKeyUse({ eventBus, encryptionKey, deadLetterEncryptionKey }: ContactTransferProps): void {
    const isBusEncrypted = eventBus === "own" && encryptionKey !== undefined;
    if (encryptionKey) {
      const { queuePrincipalArns } = this.settings;
      const use = { isBusEncrypted, encrypts: "everything", queuePrincipalArns } as const;
      allowKeyUse(this, "encryptionKey", encryptionKey, use);
    }
    if (deadLetterEncryptionKey && deadLetterEncryptionKey !== encryptionKey) {
      const use = { isBusEncrypted, encrypts: "dead letters", queuePrincipalArns: [] } as const;
      allowKeyUse(this, "deadLetterEncryptionKey", deadLetterEncryptionKey, use);
    }
  }

  private createEventSourceMapping(): lambda.EventSourceMapping {
    const { batchSize, maxConcurrency, delivery, paused } = this.settings;
    // CDK's SqsEventSource would also grant sqs:GetQueueUrl.
    return new lambda.EventSourceMapping(this, "EventSourceMapping", {
      target: this.invoked,
      eventSourceArn: this.intentQueue.queueArn,
      batchSize,
      // In direct delivery, one instance is left to events.
      maxConcurrency: delivery === "direct" ? maxConcurrency - 1 : maxConcurrency,
      reportBatchItemFailures: true,
      enabled: !paused,
    });
  }
}
