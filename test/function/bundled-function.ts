import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SQSRecord } from "aws-lambda";
import { buildFunction } from "../../lambda/build/build.ts";
import { startFunctionProcess } from "../../local/services/lambda/function-process.ts";
import type { InvocationResult } from "../../local/services/lambda/runtime-api.ts";
import { instanceArn } from "../makers.ts";
import type { LocalAws } from "./local-aws.ts";

/** The function as it is deployed, in its own folder. */
export interface Bundle extends AsyncDisposable {
  readonly codeDirectory: string;
}

/** A process that runs the bundle behind Lambda's Runtime API. */
export interface BundledFunction extends AsyncDisposable {
  /** The lines of its output. */
  readonly lines: readonly string[];
  invoke(event: unknown): Promise<InvocationResult>;
  /** Kills the process at once, like a crash: an invocation in progress fails. */
  kill(): void;
}

export async function buildBundle(): Promise<Bundle> {
  const codeDirectory = await mkdtemp(join(tmpdir(), "bundle-"));
  await buildFunction(codeDirectory);
  return { codeDirectory, [Symbol.asyncDispose]: () => rm(codeDirectory, { recursive: true }) };
}

/** The environment variables that the stack sets. */
export function functionEnvironment({ queueUrls }: LocalAws): Record<string, string> {
  return {
    INSTANCE_ARNS: instanceArn,
    EVENT_BUS_NAME: "default",
    OUTCOME_SOURCE: "contact-transfer",
    TRANSFERS_PER_SECOND: "1000",
    MAX_CONCURRENCY: "2",
    RETRY_FOR_SECONDS: "3600",
    MAX_INTENT_AGE_SECONDS: "86400",
    INTENT_QUEUE_URL: queueUrls.intentQueueUrl,
    DEAD_LETTER_QUEUE_URL: queueUrls.deadLetterQueueUrl,
    POWERTOOLS_SERVICE_NAME: "contact-transfer",
    POWERTOOLS_METRICS_NAMESPACE: "ContactTransfer",
    POWERTOOLS_LOG_LEVEL: "INFO",
  };
}

export async function startBundledFunction(
  { codeDirectory }: Bundle,
  aws: LocalAws,
  { environment = functionEnvironment(aws), timeoutSeconds = 30 } = {},
): Promise<BundledFunction> {
  const { AWS_REGION: region = "", ...endpoints } = aws.env;
  const lines: string[] = [];
  const instance = await startFunctionProcess({
    model: {
      logicalId: "Function",
      functionName: "transfers",
      functionArn: `arn:aws:lambda:${region}:000000000000:function:transfers`,
      codeDirectory,
      handler: "index.handler",
      runtime: "nodejs24.x",
      environment,
      timeoutSeconds,
      memorySizeMb: 256,
    },
    region,
    endpoints,
    onLog: (line) => lines.push(line),
  });
  return {
    lines,
    invoke: (event) => instance.invoke(event),
    kill() {
      void instance.stop();
    },
    [Symbol.asyncDispose]: () => instance.stop(),
  };
}

/** The function's event for a batch. */
export const batchOf = (...records: SQSRecord[]) => ({ Records: records });
