import type { Command } from "commander";
import { UsageError } from "./errors.ts";

/** Options that npm has too, so that a variable for one does not show that npm took it from this command line. */
const optionsOfNpm: ReadonlySet<string> = new Set(["audit", "force", "json", "message", "user", "yes"]);

/**
 * `npm start --serve` passes `--serve` to npm, which keeps it for itself and leaves a variable behind. Returns an error
 * that shows the `--` that is missing.
 */
export function explainOptionsTakenByNpm(command: Command, env: NodeJS.ProcessEnv): UsageError | undefined {
  const script = env.npm_lifecycle_event;
  if (script === undefined) return undefined;
  const taken = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) !== "cli")
    .map((option) => option.name())
    .filter((name) => !optionsOfNpm.has(name) && env[`npm_config_${name.replaceAll("-", "_")}`]);
  if (taken.length === 0) return undefined;
  const options = taken.map((name) => `--${name}`).join(" ");
  const run = script === "start" || script === "test" ? `npm ${script}` : `npm run ${script}`;
  const subcommand = command.parent?.name() === script ? `${command.name()} ` : "";
  return new UsageError(
    `npm took ${options} for itself. Write -- before the options: ${run} -- ${subcommand}${options} …`,
  );
}
