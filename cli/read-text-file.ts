import { readFile } from "node:fs/promises";
import { UsageError } from "./errors.ts";

/** Reads a file that the user has named; one that cannot be read is a `UsageError`. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : code;
    throw new UsageError(`${file} cannot be read: ${why}.`, { cause: error });
  }
}
