import { readFile } from "node:fs/promises";
import { UsageError } from "./errors.ts";

/** Reads a file that the user has named. @throws UsageError */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "it does not exist" : code === "EISDIR" ? "it is a folder" : code;
    throw new UsageError(`Cannot read ${file}: ${why}.`, { cause: error });
  }
}
