import { InvalidArgumentError } from "commander";
import { readDuration } from "./duration.ts";
import { UsageError } from "./errors.ts";

/** Reports a `UsageError` of `parse` in commander's words, which name the option. */
export function asArgument<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
}

/** A parser of an option that may be repeated. */
export function collect<T>(parse: (text: string) => T) {
  return (text: string, previous: readonly T[] = []): readonly T[] => [
    ...previous,
    asArgument(() => parse(text)),
  ];
}

/** Milliseconds of a duration such as `1d12h`. */
export function duration(text: string): number {
  return asArgument(() => readDuration(text));
}

/** An empty value, as from an unset variable of a shell, is a mistake. */
export function nonEmpty(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must not be empty.");
}

export function httpUrl(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError("It must be a URL that starts with http:// or https://.");
}

export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number, 1 or greater.");
}

/** A setting of the stack in the form that `cdk -c` takes. */
export function keyValue(text: string): [key: string, value: string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new UsageError("It must be KEY=VALUE.");
}
