import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** Reads the command line of this process, without positionals, and exits with 2 after wrong use. */
export function readOwnArgs<Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return endWithUsage((error as Error).message, usage);
  }
}

/** Prints what is wrong and the usage, and exits with 2. */
export function endWithUsage(message: string, usage: string): never {
  process.stderr.write(`${message}\n\n${usage}\n`);
  process.exit(2);
}

/** Reads the whole number of the option `name`, or exits with 2. */
export function wholeNumber(name: string, text: string, usage: string, least = 0): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  return endWithUsage(
    `--${name} is ${JSON.stringify(text)}; it must be a whole number${least > 0 ? `, ${least} or greater` : ""}.`,
    usage,
  );
}
