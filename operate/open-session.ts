import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { setTimeout } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { ConnectClient } from "@aws-sdk/client-connect";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { UsageError } from "../cli/errors.ts";
import type { Terminal } from "../cli/terminal.ts";
import { type DeploymentOptions, findDeployment } from "./aws/find-deployment.ts";
import { openQueue } from "./aws/queue.ts";
import type { Operator } from "./replay/audit-log.ts";
import type { Session } from "./session.ts";

/** Where to find queues and AWS, as the AWS CLI takes it. */
export interface SessionOptions extends DeploymentOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
}

/** No call of AWS takes longer: a server that accepts and never answers would hang the tool. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** Makes the session of a process: the one place that builds clients and reads the environment. */
export async function openSession(
  { region, profile, endpointUrl, ...options }: SessionOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Session> {
  const config = { region, profile, endpoint: endpointUrl, requestHandler };
  const deployment = await findDeployment(
    {
      ...options,
      // A stack that is named wins over what happens to be in the environment.
      deadLetterQueueUrl: options.deadLetterQueueUrl ?? fromEnvironment(options, "DEAD_LETTER_QUEUE_URL"),
      intentQueueUrl: options.intentQueueUrl ?? fromEnvironment(options, "INTENT_QUEUE_URL"),
    },
    () => new CloudFormationClient(config),
  );
  // The client would follow the queue URL's host rather than the endpoint that was given.
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  return {
    deployment,
    deadLetterQueue: openQueue(sqs, deployment.deadLetterQueueUrl),
    intentQueue() {
      if (deployment.intentQueueUrl) return openQueue(sqs, deployment.intentQueueUrl);
      throw new UsageError(
        "Say which intent queue: --stack NAME, --intent-queue-url URL, or INTENT_QUEUE_URL.",
      );
    },
    connect: new ConnectClient(config),
    clock: { now: Date.now, sleep: (ms, sleepSignal) => setTimeout(ms, undefined, { signal: sleepSignal }) },
    terminal,
    signal,
    operator: () => identify(config),
    newRunId: randomUUID,
  };
}

function fromEnvironment({ stack }: DeploymentOptions, name: string): string | undefined {
  return stack === undefined ? process.env[name] : undefined;
}

/** Who runs this. Local endpoints know no identities, and their credentials are none of AWS's business. */
async function identify(config: { readonly endpoint?: string; readonly region?: string }): Promise<Operator> {
  const local = `${userInfo().username}@${hostname()}`;
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_STS } = process.env;
  const isLocal = (config.endpoint ?? AWS_ENDPOINT_URL ?? AWS_ENDPOINT_URL_SQS) !== undefined;
  if (isLocal && AWS_ENDPOINT_URL_STS === undefined) return { aws: "none: a local endpoint", local };
  try {
    const sts = new STSClient({ ...config, endpoint: undefined, maxAttempts: 2 });
    const { Arn = "unknown" } = await sts.send(new GetCallerIdentityCommand({}));
    return { aws: Arn, local };
  } catch (error) {
    return { aws: `unknown (${(error as Error).name})`, local };
  }
}
