import { openSync } from "node:fs";
import { ToolError, UsageError } from "../../cli/errors.ts";
import { ensurePrivateFolder } from "./private-folder.ts";

/** Creates a file that only its owner may read, for writing. @throws UsageError if it exists or cannot be written */
export function createFile(file: string): number {
  try {
    ensurePrivateFolder(file);
    return openSync(file, "wx", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw fileExists(file, error);
    throw cannotWrite(file, error);
  }
}

const wrongPaths: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EACCES: "you are not allowed to",
  EPERM: "you are not allowed to",
  ENAMETOOLONG: "its path is too long",
  // What the system says of a socket's path.
  EINVAL: "its path is too long",
};

/** Why a file could not be created or opened: a wrong path is wrong use, a full or read-only disk is not. */
export function cannotWrite(file: string, cause: unknown, hint?: string): UsageError | ToolError {
  const { code = "Error" } = cause as NodeJS.ErrnoException;
  const why = wrongPaths[code];
  const end = hint === undefined ? "." : ";";
  if (why !== undefined)
    return new UsageError(`Cannot write ${file}: ${why}${end}`, { code: "CannotWrite", hint, cause });
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const reason = isFull
    ? "the disk is full"
    : code === "EROFS"
      ? "the disk is read-only"
      : "the disk reports";
  return new ToolError(`Cannot write ${file}: ${reason} (${code})${end}`, {
    code: isFull ? "DiskFull" : "CannotWrite",
    hint,
    cause,
  });
}

export function fileExists(file: string, cause?: unknown): UsageError {
  return new UsageError(`${file} exists already, and nothing is overwritten:`, {
    code: "FileExists",
    hint: "name another file.",
    cause,
  });
}
