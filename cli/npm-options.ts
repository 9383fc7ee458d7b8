import type { Command } from "commander";
import { UsageError } from "./errors.ts";

/** Options that npm has too, so that a variable for one does not show that npm took it from this command line. */
const optionsOfNpm: ReadonlySet<string> = new Set(["audit", "force", "json", "message", "user", "yes"]);

/**
 * `npm start --serve` passes `--serve` to npm, which keeps it for itself and leaves a variable behind. @throws UsageError
 * that shows the `--` that is missing.
 */
export function refuseOptionsTakenByNpm(command: Command, env: NodeJS.ProcessEnv): void {
  const script = env.npm_lifecycle_event;
  if (script === undefined) return;
  const taken = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) !== "cli")
    .map((option) => option.name())
    .filter((name) => !optionsOfNpm.has(name) && env[`npm_config_${name.replaceAll("-", "_")}`]);
  if (taken.length === 0) return;
  const options = taken.map((name) => `--${name}`).join(" ");
  const run = script === "start" || script === "test" ? `npm ${script}` : `npm run ${script}`;
  throw new UsageError(`npm took ${options} for itself. Write -- before the options: ${run} -- ${options} …`);
}
