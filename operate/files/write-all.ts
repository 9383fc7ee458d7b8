import { fsyncSync, writeSync } from "node:fs";
import { ToolError } from "../../cli/errors.ts";

/** Writes bytes of `buffer` from `offset` on and returns how many: a short write is no error. */
export type WriteBytes = (descriptor: number, buffer: Uint8Array, offset: number) => number;

/** Reused, because a buffer for each text stays in memory until many megabytes of them are collected. */
const scratch = new Uint8Array(256 * 1024);
const encoder = new TextEncoder();

/** Writes the whole text: a disk that fills up takes a part of it first. @throws ToolError if it does not take all */
export function writeAll(
  descriptor: number,
  text: string,
  file: string,
  write: WriteBytes = writeSync,
): number {
  let length = 0;
  for (let rest = text; rest.length > 0; ) {
    const encoded = encoder.encodeInto(rest, scratch);
    writeBytes(descriptor, scratch.subarray(0, encoded.written), file, write);
    length += encoded.written;
    rest = rest.slice(encoded.read);
  }
  return length;
}

function writeBytes(descriptor: number, bytes: Uint8Array, file: string, write: WriteBytes): void {
  for (let written = 0; written < bytes.length; ) {
    const count = onDisk(file, () => write(descriptor, bytes, written));
    if (count === 0)
      throw new ToolError(`${file} cannot be written: the disk accepts nothing more.`, { code: "DiskFull" });
    written += count;
  }
}

/** Returns when what was written is on the disk. A device such as /dev/null has none. */
export function syncToDisk(descriptor: number, file: string): void {
  onDisk(file, () => {
    try {
      fsyncSync(descriptor);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EINVAL" && code !== "ENOTSUP") throw error;
    }
  });
}

function onDisk<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = "Error" } = error as NodeJS.ErrnoException;
    const isFull = code === "ENOSPC" || code === "EDQUOT";
    throw new ToolError(
      `${file} cannot be written: ${isFull ? "the disk is full" : "the disk reports"} (${code}).`,
      {
        code: isFull ? "DiskFull" : code,
        cause: error,
      },
    );
  }
}
