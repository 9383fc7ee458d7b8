// The thread of `synthesizeAssembly`: CDK takes a second or more, and meanwhile the stack's modules load.
import { parentPort, workerData } from "node:worker_threads";
import { SettingError } from "../../infra/settings/setting-error.ts";
import { synthesize } from "../../infra/synthesize.ts";

const { context, directory } = workerData as { context: Record<string, unknown>; directory: string };
try {
  // CDK's own validation takes most of the time; `npm run synth` and the tests do it.
  await synthesize(context, directory, { validate: false });
  parentPort?.postMessage({});
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  parentPort?.postMessage({ settingError: error.message }); // a class does not survive postMessage
}
