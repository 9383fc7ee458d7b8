// The thread of `synthesizeAssembly`: CDK takes a second or more, and meanwhile the stack's modules load.
import { enableCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { SettingError } from "../../infra/settings/setting-error.ts";

const { context, directory } = workerData as { context: Record<string, unknown>; directory: string };
// A thread has no cache of compiled code until it asks for one, and the modules that are loaded before that are not in it.
enableCompileCache();
const [{ synthesize }, { buildOnce }] = await Promise.all([
  import("../../infra/synthesize.ts"),
  import("../../lambda/build/build-once.ts"),
]);
try {
  // CDK's own validation takes most of the time; `npm run synth` and the tests do it.
  await synthesize(context, directory, { validate: false, build: buildOnce });
  parentPort?.postMessage({});
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  parentPort?.postMessage({ settingError: error.message }); // a class does not survive postMessage
}
