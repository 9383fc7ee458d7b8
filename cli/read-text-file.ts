import { readFile } from "node:fs/promises";
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

/** A text file's bytes are not UTF-8 or UTF-16. */
export class NotTextError extends Error {
  override readonly name = "NotTextError";
}

const byteOrderMarks: readonly (readonly [encoding: string, ...bytes: number[]])[] = [
  ["utf-8", 0xef, 0xbb, 0xbf],
  ["utf-16le", 0xff, 0xfe],
  ["utf-16be", 0xfe, 0xff],
];

/**
 * Decodes the bytes of a file that a person wrote: UTF-8, or UTF-16 with a byte order mark, as editors and PowerShell on
 * Windows write it. The mark itself is left out. @throws NotTextError
 */
export function decodeText(bytes: Uint8Array): string {
  const [encoding] = byteOrderMarks.find(([, ...mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? [
    "utf-8",
  ];
  if (encoding === "utf-8" && bytes.subarray(0, 100).includes(0)) {
    throw new NotTextError("it is binary, or UTF-16 without a byte order mark; save it as UTF-8");
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new NotTextError(`it is not valid ${encoding.toUpperCase()}; save it as UTF-8`);
  }
}
