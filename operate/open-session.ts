import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { setTimeout } from "node:timers/promises";
import { UsageError } from "../cli/errors.ts";
import type { Terminal } from "../cli/print/terminal.ts";
import { type CommandContext, exitCodeOf, outputClosed } from "../cli/run-command.ts";
import type { Clock } from "../lambda/ports.ts";
import { endCalls, graceMs } from "./aws/end-calls.ts";
import { type DeploymentOptions, findDeployment, stackVariable } from "./aws/find-deployment.ts";
import { openQueue } from "./aws/queue.ts";
import { makeSqsClient } from "./aws/sqs-client.ts";
import type { Operator } from "./replay/audit-log.ts";
import type { Session } from "./session.ts";

/** Where to find the deployment, and AWS in the way the AWS CLI does. */
export interface SessionOptions extends DeploymentOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  /** @default as in the AWS CLI */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Runs a command on a session and sets the exit code that it returns. `stopping` is said at the first Ctrl-C. */
export async function runWithSession(
  { maxIntentAge, ...options }: SessionOptions & { readonly maxIntentAge?: number },
  { terminal, signal, exit }: CommandContext,
  work: (session: Session) => Promise<number>,
  stopping = "Stopping.",
): Promise<void> {
  signal.addEventListener("abort", () => {
    if (signal.reason === outputClosed) return;
    terminal.note(`${stopping} Press Ctrl-C again to stop immediately.`);
  });
  const session = await openSession({ ...options, maxIntentAgeMs: maxIntentAge }, terminal, signal);
  exit(exitCodeOf(await work(session), signal));
}

/** Runs a command that receives dead letters in batches. */
export function runWithLetters(
  options: SessionOptions & { readonly maxIntentAge?: number },
  context: CommandContext,
  work: (session: Session) => Promise<number>,
): Promise<void> {
  return runWithSession(
    options,
    context,
    work,
    "Stopping: finishing the current batch and releasing the rest.",
  );
}

/** The configuration of every client. */
export function clientConfig({ region, profile, endpointUrl, credentials }: SessionOptions) {
  return {
    region,
    profile,
    endpoint: endpointUrl,
    requestHandler,
    // Whoever names a profile on the command line need not be warned that it takes precedence over variables.
    ...(profile !== undefined && { logger: silent }),
    ...(credentials && { credentials }),
  };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A server that accepts a connection and never answers, or not to the end, must not hang a command. */
const requestHandler = {
  connectionTimeout: 5_000,
  requestTimeout: 15_000,
  throwOnRequestTimeout: true,
  socketTimeout: 15_000,
};

/** The clock of a process. */
export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
};

/** Makes the session of a process: the only place that builds clients and reads the environment. */
export async function openSession(
  options: SessionOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Session> {
  const config = clientConfig(options);
  const deployment = await findDeployment(withEnvironment(options), async () => {
    const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
    return endCalls(new CloudFormationClient(config), signal);
  });
  if (pathOf(deployment.deadLetterQueueUrl) === pathOf(deployment.intentQueueUrl, "")) {
    throw new UsageError(
      `The dead-letter queue and the intent queue are the same: ${deployment.intentQueueUrl}.`,
      {
        code: "SameQueue",
        hint: "Check both URLs.",
      },
    );
  }
  const sqs = endCalls(makeSqsClient(config), signal, graceMs);
  // An import must not double what was sent without an answer. A replay may: it keeps the client token.
  const sendOnce = endCalls(makeSqsClient({ ...config, maxAttempts: 1 }), signal, graceMs);
  const queue = (what: string, option: string, url: string | undefined, sender = sqs) => {
    if (url) return openQueue(sqs, url, { sender, signal });
    const variable = option.toUpperCase().replaceAll("-", "_");
    throw new UsageError(`Which ${what}? Give --stack NAME or --${option} URL, or set ${variable}.`);
  };
  return {
    deployment,
    outputs() {
      if (deployment.outputs) return deployment.outputs;
      throw new UsageError("Which stack? Give --stack NAME.");
    },
    deadLetterQueue: () =>
      queue("dead-letter queue", "dead-letter-queue-url", deployment.deadLetterQueueUrl, sendOnce),
    intentQueue: () => queue("intent queue", "intent-queue-url", deployment.intentQueueUrl),
    async connect() {
      const { ConnectClient } = await import("@aws-sdk/client-connect");
      return endCalls(new ConnectClient(config), signal);
    },
    async eventBridge() {
      const { EventBridgeClient } = await import("@aws-sdk/client-eventbridge");
      return endCalls(new EventBridgeClient(config), signal, graceMs);
    },
    async logs() {
      const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
      return endCalls(new CloudWatchLogsClient(config), signal);
    },
    async cloudWatch() {
      const { CloudWatchClient } = await import("@aws-sdk/client-cloudwatch");
      return endCalls(new CloudWatchClient(config), signal);
    },
    clock: systemClock,
    terminal,
    signal,
    operator: () => identify(config, signal),
    newRunId: randomUUID,
  };
}

/** Account and name: the same queue has several hosts. */
function pathOf(url: string | undefined, none?: string): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, "") : none;
}

/**
 * What is named on the command line takes precedence over the environment, and there the stack over the queues: their
 * URLs are of use to other programs too.
 */
function withEnvironment<T extends DeploymentOptions>(options: T): T {
  const { env } = process;
  if (options.stack !== undefined) return options;
  const isGivenByUrl = (options.deadLetterQueueUrl ?? options.intentQueueUrl) !== undefined;
  if (env[stackVariable] && !isGivenByUrl) return { ...options, stack: env[stackVariable] };
  return {
    ...options,
    deadLetterQueueUrl: options.deadLetterQueueUrl ?? env.DEAD_LETTER_QUEUE_URL,
    intentQueueUrl: options.intentQueueUrl ?? env.INTENT_QUEUE_URL,
  };
}

/** Who runs this. A local endpoint has no identities, and AWS must not see the credentials that are used with it. */
async function identify(
  config: { readonly endpoint?: string; readonly region?: string },
  signal: AbortSignal,
): Promise<Operator> {
  const local = `${userName()}@${hostname()}`;
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_STS } = process.env;
  const isLocal = isOnThisMachine(config.endpoint ?? AWS_ENDPOINT_URL_SQS ?? AWS_ENDPOINT_URL);
  if (isLocal && AWS_ENDPOINT_URL_STS === undefined) return { aws: "none: a local endpoint", local };
  try {
    const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
    const sts = endCalls(new STSClient({ ...config, endpoint: undefined, maxAttempts: 2 }), signal);
    const { Arn = "unknown" } = await sts.send(new GetCallerIdentityCommand({}));
    return { aws: Arn, local };
  } catch (error) {
    signal.throwIfAborted();
    return { aws: `unknown (${(error as Error).name})`, isUnknown: true, local };
  }
}

/** A container can run as a user without an entry in its passwd file: then Node throws. */
export function userName(read: () => { readonly username: string } = userInfo): string {
  try {
    return read().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** A VPC endpoint is AWS too: only this machine, or a container beside it, is not. */
function isOnThisMachine(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return false;
  const { hostname: host } = new URL(url);
  return host === "[::1]" || host.startsWith("127.") || !host.includes(".");
}
