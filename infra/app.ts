import { SettingError } from "./settings/setting-error.ts";
import { synthesize } from "./synthesize.ts";

// `cdk` runs this file and passes the context and the folder of the assembly in the environment.
try {
  await synthesize({});
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
