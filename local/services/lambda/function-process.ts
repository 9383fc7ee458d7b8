import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { FunctionModel } from "./function-model.ts";
import { type InvocationResult, startRuntimeApi } from "./runtime-api.ts";

/** One function instance: one invocation at a time, in a process that stays alive between them. */
export interface FunctionProcess {
  /** Starts the process ahead of the first invocation. */
  start(): void;
  invoke(event: unknown): Promise<InvocationResult>;
  /** Kills the process; the current invocation fails. */
  stop(): Promise<void>;
}

export interface FunctionProcessOptions {
  readonly model: FunctionModel;
  readonly region: string;
  /** The SDK's variables: `AWS_ENDPOINT_URL` and the like. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Each line that the function writes. */
  readonly onLog?: (line: string) => void;
}

/**
 * Starts the Runtime API for one instance. The first invocation starts the process; after a crash, a timeout or a failed
 * start, the next one starts a new process, as in Lambda.
 */
export async function startFunctionProcess(options: FunctionProcessOptions): Promise<FunctionProcess> {
  const { model } = options;
  const runtimeApi = await startRuntimeApi(model.functionArn, (result) => kill(result));
  let child: ChildProcess | undefined;

  const start = () => {
    if (child) return;
    const started = startChild(options, runtimeApi.address);
    child = started;
    const onEnd = (result: InvocationResult) => {
      if (child !== started) return; // killed on purpose: that must not fail its successor
      child = undefined;
      runtimeApi.fail(result);
    };
    started.once("error", (error) => onEnd(failed("Runtime.InvalidEntrypoint", error.message)));
    started.once("exit", (code, signal) => onEnd(exitResult(code, signal)));
  };
  const kill = async (result: InvocationResult) => {
    const dying = child;
    child = undefined;
    runtimeApi.fail(result);
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    const exited = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill("SIGKILL");
    await exited;
  };

  return {
    start,
    async invoke(event) {
      start();
      const timeOut = setTimeout(
        () => kill(timeOutResult(model.timeoutSeconds)),
        model.timeoutSeconds * 1000,
      );
      try {
        return await runtimeApi.invoke(event, Date.now() + model.timeoutSeconds * 1000);
      } finally {
        clearTimeout(timeOut);
      }
    },
    async stop() {
      await kill(failed("Runtime.Killed", "The local run has ended"));
      await runtimeApi.close();
    },
  };
}

function startChild(options: FunctionProcessOptions, runtimeApi: string): ChildProcess {
  const bootstrap = fileURLToPath(new URL("./function-bootstrap.mjs", import.meta.url));
  const child = spawn(process.execPath, [bootstrap], {
    cwd: options.model.codeDirectory,
    env: functionEnvironment(options, runtimeApi),
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C reaches the terminal's whole process group, but an invocation must have its grace period.
    detached: true,
    windowsHide: true,
  });
  forwardLines(child.stdout, options.onLog);
  forwardLines(child.stderr, options.onLog);
  return child;
}

/** Only what Lambda sets, nothing from this machine. */
function functionEnvironment(options: FunctionProcessOptions, runtimeApi: string): NodeJS.ProcessEnv {
  const { model, region, endpoints } = options;
  return {
    ...model.environment,
    ...endpoints,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${model.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: model.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${model.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${randomUUID().replaceAll("-", "")}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    _HANDLER: model.handler,
    LAMBDA_TASK_ROOT: model.codeDirectory,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    // Lambda has no ~/.aws; the user's profiles must not reach the function.
    HOME: model.codeDirectory,
    // Under `node --test --experimental-test-coverage` Node adds this to every child that does not name it.
    NODE_V8_COVERAGE: undefined,
  };
}

function forwardLines(stream: Readable, onLine: (line: string) => void = () => {}): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", onLine);
}

function timeOutResult(seconds: number): InvocationResult {
  return failed("Sandbox.Timedout", `Task timed out after ${seconds.toFixed(2)} seconds`);
}

function exitResult(code: number | null, signal: NodeJS.Signals | null): InvocationResult {
  return signal
    ? failed("Runtime.Killed", `Runtime exited with error: signal: ${signal}`)
    : failed("Runtime.ExitError", `Runtime exited with error: exit status ${code}`);
}

function failed(errorType: string, errorMessage: string): InvocationResult {
  return { kind: "failed", errorType, errorMessage };
}
