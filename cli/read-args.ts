import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { UsageError } from "./errors.ts";

/** Reads a command line without positionals; throws a UsageError in the words of `parseArgs`. */
export function readArgs<Options extends ParseArgsOptionsConfig>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** Reads the command line of this process; wrong use ends it. */
export function readOwnArgs<Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  try {
    return readArgs(process.argv.slice(2), options);
  } catch (error) {
    return endWithUsage((error as Error).message, usage);
  }
}

/** Tells what is wrong and how it is used, and ends the process with 2. */
export function endWithUsage(message: string, usage: string): never {
  process.stderr.write(`${message}\n\n${usage}\n`);
  process.exit(2);
}

/** Reads a whole number, or ends the process: `name` is the option's. */
export function wholeNumber(name: string, text: string, usage: string, least = 0): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  return endWithUsage(
    `--${name} is ${JSON.stringify(text)}; it takes a whole number${least > 0 ? ` from ${least} on` : ""}.`,
    usage,
  );
}
