import { readFile } from "node:fs/promises";
import { decodeText } from "./decode-text.ts";
import { UsageError } from "./errors.ts";

/** Reads a file that the user has named. @throws UsageError */
export async function readTextFile(file: string): Promise<string> {
  try {
    return decodeText(await readFile(file));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Why a file could not be read, or not be decoded, in a sentence. */
export function unreadable(file: string, error: unknown): UsageError {
  return new UsageError(`Cannot read ${file}: ${whyUnreadable(error)}.`, {
    code: "CannotRead",
    cause: error,
  });
}

function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES" || code === "EPERM") return "you are not allowed to";
  return message;
}
