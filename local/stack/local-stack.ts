import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AllowListsFile } from "../../lambda/runtime/config.ts";
import type { EnvironmentVariable } from "../../lambda/runtime/environment.ts";
import { makeAccountHandler } from "../services/account/account-endpoint.ts";
import { ApiCalls } from "../services/account/api-calls.ts";
import { LogGroups } from "../services/account/log-groups.ts";
import { type ConnectExchange, makeConnectHandler } from "../services/connect/connect-endpoint.ts";
import type { FaultPlan } from "../services/connect/faults.ts";
import { defaultRequestsPerSecond, RequestQuota } from "../services/connect/request-quota.ts";
import { ConnectWorld } from "../services/connect/world/connect-world.ts";
import type { ContactEvent } from "../services/connect/world/contact-events.ts";
import { readConnectSeed } from "../services/connect/world/seed.ts";
import { EventBridge, type EventListener } from "../services/eventbridge/event-bridge.ts";
import { makeEventBridgeHandler } from "../services/eventbridge/eventbridge-endpoint.ts";
import type { PutEventsFaults } from "../services/eventbridge/put-events-faults.ts";
import type { FunctionModel } from "../services/lambda/function-model.ts";
import { type LocalFunction, makeLocalFunction } from "../services/lambda/local-function.ts";
import type { QueueClient } from "../services/sqs/queue-client.ts";
import {
  localAccountId,
  type QueuedMessage,
  type SqsEndpoint,
  startSqsEndpoint,
} from "../services/sqs/sqs-endpoint.ts";
import type { SqsCall, SqsFault } from "../services/sqs/sqs-fault.ts";
import { interpretTemplate } from "../template/interpret-template.ts";
import type { StackAssembly } from "../template/stack-assembly.ts";
import type { StackModel } from "../template/stack-model.ts";
import { makeDelivery, type RuleDelivery } from "./deliver-event.ts";
import { type ServiceHandlers, startGateway } from "./gateway.ts";
import { shellEnvironment } from "./shell-environment.ts";
import { startMappings, stopWork } from "./start-mappings.ts";

export interface LocalStackOptions {
  readonly assembly: StackAssembly;
  /** @default the world of `connect/world.json` */
  readonly connectWorld?: ConnectWorld;
  /** The request quota of Connect. @default 2 per second, burst 5 */
  readonly quota?: RequestsQuota | "unlimited";
  /** @default no faults */
  readonly connectFaults?: FaultPlan;
  /** Called for each request about a contact, once it is clear what the caller gets. */
  readonly onConnectExchange?: (exchange: ConnectExchange) => void;
  /** @default no faults */
  readonly putEventsFaults?: PutEventsFaults;
  /** @default no faults */
  readonly chooseSqsFault?: (call: SqsCall) => SqsFault | undefined;
  /** Whether to deny an action on events, logs, stack, identity or quota, such as `logs:FilterLogEvents`. @default everything is allowed */
  readonly isDenied?: (action: string) => boolean;
  /** On 127.0.0.1. @default any free port */
  readonly port?: number;
  /**
   * How many times faster than on AWS delays in the intent queue run: every visibility timeout, and so every backoff, is
   * divided by it and rounded up to whole seconds. The queue's own timeout never gets shorter than the function's, and
   * dead-letter queues keep real time.
   *
   * @default 1
   */
  readonly timeScale?: number;
  /** How long `stop()` waits for invocations before it kills them. @default 2000 */
  readonly graceMs?: number;
  /** Called for each event that a bus has accepted. */
  readonly onEvent?: EventListener;
  /** Called for each event that a rule has delivered or could not deliver. */
  readonly onDelivery?: (delivery: RuleDelivery) => void;
  /** Called for each event that no rule of its bus takes, events of Connect included; AWS drops it without a trace. */
  readonly onDropped?: EventListener;
  /** Called with each line that the function writes, and with what CloudWatch would show of the services. */
  readonly onLog?: (source: "function" | "service", line: string) => void;
}

export interface RequestsQuota {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

type QueueOutput = "IntentQueueUrl" | "DeadLetterQueueUrl";

/** A synthesized stack that runs on this machine. */
export interface LocalStack extends AsyncDisposable {
  readonly stackName: string;
  /** Serves all services. */
  readonly url: string;
  /** The environment in which an AWS SDK or CLI uses the stack. */
  readonly env: Readonly<Record<string, string>>;
  /** The same and the queue URLs as lines for a shell, which unset what would get in the way. */
  readonly shellEnvironment: string;
  /** The stack's outputs by name: `IntentQueueUrl`, `DeadLetterQueueUrl` and so on. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The environment of the stack's function: its settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Nothing takes intents from the queue. */
  readonly isPaused: boolean;
  readonly connectWorld: ConnectWorld;
  readonly eventBridge: EventBridge;
  /** Its queues, without HTTP. */
  readonly queues: QueueClient;
  /** All messages of the queue, including those in flight, without receiving them. */
  peek(output: QueueOutput): Promise<readonly QueuedMessage[]>;
  /** How many messages `peek` returns. */
  countMessages(output: QueueOutput): number;
  /** Stops polling, ends or kills invocations, and frees the port. */
  stop(): Promise<void>;
}

/** As in the names of the SDK's environment variables. */
const endpointNames = [
  "EVENTBRIDGE",
  "SQS",
  "CONNECT",
  "CLOUDWATCH",
  "CLOUDWATCH_LOGS",
  "CLOUDTRAIL",
  "CLOUDFORMATION",
  "STS",
  "SERVICE_QUOTAS",
] as const;
/** As CloudTrail names Connect. */
const connectSource = "connect.amazonaws.com";
const localCredentials = { accessKeyId: "local", secretAccessKey: "local" };

/** Starts a synthesized stack, wired only by its template. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { assembly, onEvent, onDelivery = () => {}, onLog = () => {}, timeScale = 1 } = options;
  // Events are those of the stack's account, because patterns name it.
  const { region, stackName, accountId = localAccountId } = assembly;
  const onServiceLog = (line: string) => onLog("service", line);
  await using starting = new AsyncDisposableStack();

  const handlers = Promise.withResolvers<ServiceHandlers>();
  const gateway = await startGateway(handlers.promise, options.port);
  starting.defer(() => gateway.close());
  const env = clientEnvironment(gateway.url, region);
  const model = interpretTemplate(assembly, {
    region,
    stackName,
    accountId: localAccountId,
    sqsUrl: gateway.url,
  });

  const { IntentQueueUrl, DeadLetterQueueUrl } = model.outputs;
  const queueUrls = { INTENT_QUEUE_URL: IntentQueueUrl, DEAD_LETTER_QUEUE_URL: DeadLetterQueueUrl };
  const environment = shellEnvironment({ ...env, CONTACT_TRANSFER_STACK: stackName, ...queueUrls });

  const queues = await startQueues(model, options);
  starting.defer(() => queues.close());
  const connectWorld = options.connectWorld ?? (await makeExampleWorld());
  const { client } = queues;
  const logGroups = new LogGroups(model.logGroups.map(({ logGroupName }) => logGroupName));
  const apiCalls = new ApiCalls({ accountId, region, newId: randomUUID, now: Date.now });
  const functions = makeFunctions(model, region, env, ({ logGroupName }, line) => {
    if (logGroupName !== undefined) logGroups.put(logGroupName, line, Date.now());
    onLog("function", line);
  });
  const delivery = {
    model,
    queues: client,
    functions,
    logGroups,
    timeScale,
    onDelivery,
    onLog: onServiceLog,
  };
  const eventBridge = makeEventBridge(model, {
    region,
    accountId,
    ...makeDelivery(delivery),
    faults: options.putEventsFaults,
  });
  connectWorld.onContactEvent((event) => announceContactEvent(event, eventBridge));
  if (onEvent) eventBridge.onEvent(onEvent);
  if (options.onDropped) eventBridge.onDropped(options.onDropped);
  starting.defer(() => eventBridge.stop());
  handlers.resolve({
    sqs: queues.handle,
    eventBridge: makeEventBridgeHandler(eventBridge, options.isDenied),
    connect: makeConnect(connectWorld, options, apiCalls),
    account: makeAccountHandler({
      accountId,
      stackName,
      template: assembly.template,
      outputs: model.outputs,
      logGroups,
      apiCalls,
      transfersPerSecond: grantedPerSecond(options.quota),
      isDenied: options.isDenied,
    }),
    environment,
  });

  const mappings = await startMappings(model, { queues: client, region, functions, onLog: onServiceLog });
  starting.defer(() => stopWork(mappings, [...functions.values()], options.graceMs ?? 2_000));

  const running = starting.move();
  const stop = () => running.disposeAsync();
  const queueName = (output: QueueOutput) => model.outputs[output]?.split("/").at(-1) ?? "";
  return {
    stackName,
    url: gateway.url,
    env,
    shellEnvironment: environment,
    outputs: model.outputs,
    settings: settingsOf(model.functions[0]),
    isPaused: mappings.length === 0 && model.eventSourceMappings.length > 0,
    connectWorld,
    eventBridge,
    queues: client,
    peek: (output) => queues.peek(queueName(output)),
    countMessages: (output) => queues.count(queueName(output)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The function's environment, with the allow-lists that are in a file because they do not fit into it. */
function settingsOf(lambda: StackModel["functions"][number] | undefined): Record<string, string> {
  const { environment = {}, codeDirectory = "" } = lambda ?? {};
  if (environment.ALLOW_LISTS_IN_FILE !== "true") return { ...environment };
  const lists: AllowListsFile = JSON.parse(readFileSync(join(codeDirectory, "allow-lists.json"), "utf8"));
  const joined = (variable: EnvironmentVariable, ids: readonly string[] = []) => {
    const all = [...(environment[variable]?.split(",") ?? []), ...ids];
    return all.length > 0 ? { [variable]: all.join(",") } : {};
  };
  return {
    ...environment,
    ...joined("CONTACT_FLOW_IDS", lists.contactFlowIds),
    ...joined("QUEUE_IDS", lists.queueIds),
    ...joined("USER_IDS", lists.userIds),
  };
}

function clientEnvironment(url: string, region: string): Record<string, string> {
  const endpoints = endpointNames.map((name) => [`AWS_ENDPOINT_URL_${name}`, url] as const);
  return {
    ...Object.fromEntries(endpoints),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
  };
}

/** Only the queue of an event source mapping runs faster: that is where intents wait. */
async function startQueues(model: StackModel, options: LocalStackOptions): Promise<SqsEndpoint> {
  const { assembly, timeScale, chooseSqsFault } = options;
  const queues = startSqsEndpoint({ region: assembly.region, chooseFault: chooseSqsFault });
  for (const queue of model.queues) {
    const mapping = model.eventSourceMappings.find(({ queueArn }) => queueArn === queue.queueArn);
    const lambda = model.functions.find(({ functionName }) => functionName === mapping?.functionName);
    await queues.createQueue(queue, lambda && { timeScale, visibilityAtLeastSeconds: lambda.timeoutSeconds });
  }
  return queues;
}

async function makeExampleWorld(): Promise<ConnectWorld> {
  return new ConnectWorld({ seed: await readConnectSeed(), now: Date.now, newId: randomUUID });
}

/** What Service Quotas reports: the default if there is no limit. */
function grantedPerSecond(quota: LocalStackOptions["quota"]): number {
  return quota === undefined || quota === "unlimited" ? defaultRequestsPerSecond : quota.requestsPerSecond;
}

function makeConnect(
  world: ConnectWorld,
  { connectFaults, quota, onConnectExchange }: LocalStackOptions,
  apiCalls: ApiCalls,
) {
  return makeConnectHandler({
    world,
    quota: quota === "unlimited" ? undefined : new RequestQuota({ ...quota, now: Date.now }),
    ...connectFaults,
    onExchange: onConnectExchange,
    onApiCall: (call) => apiCalls.put({ ...call, eventSource: connectSource, at: Date.now() }),
  });
}

function makeFunctions(
  model: StackModel,
  region: string,
  endpoints: Readonly<Record<string, string>>,
  onLog: (lambda: FunctionModel, line: string) => void,
): ReadonlyMap<string, LocalFunction> {
  return new Map(
    model.functions.map((lambda) => [
      lambda.functionArn,
      makeLocalFunction({ model: lambda, region, endpoints, onLog: (line) => onLog(lambda, line) }),
    ]),
  );
}

function announceContactEvent({ detail, resources, at }: ContactEvent, eventBridge: EventBridge): void {
  const source = "aws.connect";
  const detailType = "Amazon Connect Contact Event";
  eventBridge.announce({ source, detailType, detail: { ...detail }, resources, time: new Date(at) });
}

function makeEventBridge(
  { eventBusNames, rules }: StackModel,
  deps: Omit<ConstructorParameters<typeof EventBridge>[0], "randomUuid">,
): EventBridge {
  const eventBridge = new EventBridge({ ...deps, randomUuid: randomUUID });
  for (const eventBusName of eventBusNames) eventBridge.addEventBus(eventBusName);
  for (const rule of rules) {
    eventBridge.addEventBus(rule.eventBusName);
    eventBridge.putRule(rule);
  }
  return eventBridge;
}
