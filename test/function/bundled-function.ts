import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SQSRecord } from "aws-lambda";
import { buildOnce } from "../../lambda/build/build-once.ts";
import { startFunctionProcess } from "../../local/services/lambda/function-process.ts";
import type { InvocationResult } from "../../local/services/lambda/runtime-api.ts";
import { localFunctionEnvironment } from "./function-environment.ts";
import type { LocalAws } from "./local-aws.ts";

/** The function as deployed, in its own folder. */
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
  await buildOnce(codeDirectory);
  return { codeDirectory, [Symbol.asyncDispose]: () => rm(codeDirectory, { recursive: true }) };
}

export async function startBundledFunction(
  { codeDirectory }: Bundle,
  aws: LocalAws,
  { environment = localFunctionEnvironment(aws), timeoutSeconds = 30 } = {},
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
