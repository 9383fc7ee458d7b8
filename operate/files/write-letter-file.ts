import { closeSync, fstatSync, ftruncateSync, rmSync } from "node:fs";
import { ToolError } from "../../cli/errors.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { fileLine } from "./letter-file.ts";
import { createFile } from "./new-file.ts";
import { syncToDisk, type WriteBytes, writeAll } from "./write-all.ts";

/** A new file of dead letters, one per line. It always ends in a whole line. */
export interface LetterFile extends Disposable {
  readonly file: string;
  /** How many it holds. */
  readonly count: number;
  /** @throws ToolError if the disk does not take them all; the file then ends before the first of them */
  append(letters: readonly DeadLetter[]): void;
  /** Returns when all of it is on the disk. @throws ToolError */
  sync(): void;
}

/** Creates the file. Closing it removes it if it is empty. @throws UsageError if it exists or cannot be written */
export function createLetterFile(file: string, write?: WriteBytes): LetterFile {
  const descriptor = createFile(file);
  let bytes = 0;
  let count = 0;
  const restore = () => {
    try {
      ftruncateSync(descriptor, bytes);
    } catch {
      // A device cannot be truncated.
    }
  };
  return {
    file,
    get count() {
      return count;
    },
    append(letters) {
      const lines = letters.map((letter) => `${fileLine(letter)}\n`).join("");
      try {
        bytes += writeAll(descriptor, lines, file, write);
        count += letters.length;
      } catch (error) {
        restore();
        const { message, code } = error as ToolError;
        throw new ToolError(message, {
          code,
          hint: `It ends after ${count} whole dead letters.`,
          cause: error,
        });
      }
    },
    sync() {
      syncToDisk(descriptor, file);
      const stat = fstatSync(descriptor);
      if (stat.isFile() && stat.size !== bytes) {
        throw new ToolError(
          `${file} has ${stat.size} bytes instead of ${bytes}: does another program write to it?`,
        );
      }
    },
    [Symbol.dispose]() {
      const isFile = fstatSync(descriptor).isFile();
      closeSync(descriptor);
      if (isFile && count === 0) rmSync(file, { force: true });
    },
  };
}
