import { readFile } from "node:fs/promises";
import { decodeText } from "./decode-text.ts";
import { UsageError } from "./errors.ts";

/** Reads a file that the user has named. @throws UsageError */
export async function readTextFile(file: string): Promise<string> {
  try {
    return decodeText(await readFile(file));
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${whyUnreadable(error)}.`, { cause: error });
  }
}

/** Why a file could not be read, or not be decoded. */
function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES" || code === "EPERM") return "you are not allowed to";
  return message;
}
