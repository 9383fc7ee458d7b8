// The thread of `synthesizeAssembly`: CDK works for a second or more, and the stack starts meanwhile.
import { parentPort, workerData } from "node:worker_threads";
import { SettingError } from "../../infra/settings/setting-error.ts";
import { synthesize } from "../../infra/synthesize.ts";

const { context, directory } = workerData as { context: Record<string, unknown>; directory: string };
// CDK's own check of the template takes most of the time, and belongs to `npm run synth` and the tests.
const settingError = await synthesize(context, directory, { validate: false }).then(
  () => undefined,
  toMessage,
);
parentPort?.postMessage({ settingError });

/** A class does not survive the way between threads. */
function toMessage(error: unknown): string {
  if (error instanceof SettingError) return error.message;
  throw error;
}
