import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize } from "../infra/synthesize.ts";
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
    // CDK's own check of the template takes most of the time, and belongs to `npm run synth` and the tests.
    await synthesize(context, directory, { validate: false });
    return { assembly: await readAssembly(directory), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
