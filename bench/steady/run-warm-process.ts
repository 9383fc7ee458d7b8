import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath, pathToFileURL } from "node:url";
import { lambdaEnvironment } from "../start/lambda-environment.ts";

/** Batches that a process handles one after the other. */
export interface WarmRun {
  /** The folder of the function. */
  readonly codeDirectory: string;
  readonly batchSize: number;
  /** Batches before the measurement, while V8 compiles. */
  readonly warmUpBatches: number;
  readonly batches: number;
  readonly settings: Readonly<Record<string, string>>;
  /** Called between the two. */
  onWarm?(): void;
}

export interface WarmFigures {
  /** Of each batch. */
  readonly wallMs: number[];
  readonly cpuMsPerTransfer: number;
}

/** Runs `warm-process.mjs`; `logBytes` is all that the function has logged. */
export async function runWarmProcess(run: WarmRun): Promise<WarmFigures & { readonly logBytes: number }> {
  const bundle = pathToFileURL(`${run.codeDirectory}/index.mjs`).href;
  const args = [bundle, run.batchSize, run.warmUpBatches, run.batches].map(String);
  const child = fork(fileURLToPath(new URL("./warm-process.mjs", import.meta.url)), args, {
    env: lambdaEnvironment({ NODE_NO_WARNINGS: "1", ...run.settings }),
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const closed = once(child, "close");
  let logBytes = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    logBytes += chunk.length;
  });
  await nextMessage(child);
  run.onWarm?.();
  child.send("measure");
  const figures = (await nextMessage(child)) as WarmFigures;
  await closed;
  return { ...figures, logBytes };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The process ended with ${code}.`);
  });
  const [message] = await Promise.race([once(child, "message"), ended]);
  return message;
}
