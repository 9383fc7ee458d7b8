import { SettingError } from "../infra/settings/setting-error.ts";
import { UsageError } from "./errors.ts";
import { ToolError } from "./tool-error.ts";

/**
 * Runs one command of an operator and sets the exit code: what `work` answers; 1 where something outside does not work,
 * 2 for wrong use. One sentence for what the user can put right, and everything for a bug.
 */
export async function runCommand(
  help: string,
  work: (args: string[], print: (text: string) => void) => Promise<number>,
): Promise<void> {
  const args = process.argv.slice(2);
  const print = (text: string) => process.stdout.write(`${text}\n`);
  if (args.includes("--help") || args.includes("-h")) return void print(help);
  try {
    process.exitCode = await work(args, print);
  } catch (error) {
    const isToldInOneSentence =
      error instanceof UsageError || error instanceof SettingError || error instanceof ToolError;
    if (!isToldInOneSentence) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof ToolError ? 1 : 2;
  }
}
