import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { SettingError } from "../../infra/settings/setting-error.ts";
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
  const directory = starting.use(await mkdtempDisposable(join(tmpdir(), "contact-transfer-")));
  const assembly = await synthesizeInThread(context, directory.path);
  const running = starting.move();
  return { assembly, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function synthesizeInThread(
  context: Readonly<Record<string, unknown>>,
  directory: string,
): Promise<StackAssembly> {
  const worker = new Worker(new URL("./synthesize-worker.ts", import.meta.url), {
    workerData: { context, directory },
    // CDK prints advice for deployments, such as that no alarm notifies anybody.
    stderr: true,
  });
  worker.stderr.resume();
  const [answer] = (await once(worker, "message")) as [
    { assembly: StackAssembly } | { settingError: string },
  ];
  if ("settingError" in answer) throw new SettingError(answer.settingError);
  return answer.assembly;
}
