import { SettingError } from "./settings/setting-error.ts";
import { synthesize } from "./synthesize.ts";

// What `cdk` runs: it passes the context and the place of the assembly in the environment.
try {
  await synthesize({});
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
