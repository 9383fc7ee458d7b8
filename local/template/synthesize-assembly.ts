import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { SettingError } from "../../infra/settings/setting-error.ts";
import { readAssembly } from "./read-assembly.ts";
import type { StackAssembly } from "./stack-assembly.ts";

export interface SynthesizedAssembly extends AsyncDisposable {
  readonly assembly: StackAssembly;
}

/**
 * Synthesizes the project's stack, function included, into a temporary folder that is removed when this is disposed of.
 * Invalid settings reject with infra's `SettingError`.
 */
export async function synthesizeAssembly(
  context: Readonly<Record<string, unknown>>,
): Promise<SynthesizedAssembly> {
  await using starting = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "contact-transfer-"));
  starting.defer(() => rm(directory, { recursive: true }));
  await synthesizeInThread(context, directory);
  const [assembly] = await readAssembly(directory);
  if (!assembly) throw new Error(`${directory} holds no stack.`);
  const running = starting.move();
  return { assembly, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function synthesizeInThread(
  context: Readonly<Record<string, unknown>>,
  directory: string,
): Promise<void> {
  // In the published program, both files are plain JavaScript.
  const file = new URL(`./synthesize-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, {
    workerData: { context, directory },
    // CDK prints advice for deployments, such as that no alarm notifies anybody.
    stderr: true,
  });
  worker.stderr.resume();
  const [{ settingError }] = (await once(worker, "message")) as [{ settingError?: string }];
  if (settingError !== undefined) throw new SettingError(settingError);
}
