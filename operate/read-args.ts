import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { UsageError } from "../local/usage-error.ts";

/** Reads a command line without positionals; throws a UsageError in the words of `parseArgs`. */
export function readArgs<Options extends ParseArgsOptionsConfig>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
