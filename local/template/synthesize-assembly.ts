import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { SettingError } from "../../infra/settings/setting-error.ts";
import { readAssembly, type StackAssembly } from "./read-assembly.ts";

export interface SynthesizedAssembly extends AsyncDisposable {
  readonly assembly: StackAssembly;
}

/**
 * Synthesizes the project's stack, function included, into a folder of its own that goes when this is disposed of.
 * Settings that cannot be used reject with infra's `SettingError`.
 */
export async function synthesizeAssembly(
  context: Readonly<Record<string, unknown>>,
): Promise<SynthesizedAssembly> {
  const directory = await mkdtemp(join(tmpdir(), "contact-transfer-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    await synthesizeInThread(context, directory);
    return { assembly: await readAssembly(directory), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function synthesizeInThread(
  context: Readonly<Record<string, unknown>>,
  directory: string,
): Promise<void> {
  const worker = new Worker(new URL("./synthesize-worker.ts", import.meta.url), {
    workerData: { context, directory },
  });
  const [{ settingError }] = (await once(worker, "message")) as [{ settingError?: string }];
  if (settingError !== undefined) throw new SettingError(settingError);
}
