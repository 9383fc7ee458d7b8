import { openSync } from "node:fs";
import { UsageError } from "../../cli/errors.ts";
import { ensurePrivateFolder } from "./private-folder.ts";

/** Creates a file that only its owner may read, for writing. @throws UsageError if it exists or cannot be written */
export function createFile(file: string): number {
  try {
    ensurePrivateFolder(file);
    return openSync(file, "wx", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw fileExists(file, error);
    throw new UsageError(`Cannot write ${file} (${code}).`, { code: "CannotWrite", cause: error });
  }
}

export function fileExists(file: string, cause?: unknown): UsageError {
  return new UsageError(`${file} exists already, and nothing is overwritten:`, {
    code: "FileExists",
    hint: "name another file.",
    cause,
  });
}
