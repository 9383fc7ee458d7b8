import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Message } from "@aws-sdk/client-sqs";
import type { DeadLetter } from "../letters/letter.ts";
import { fileLine, readFileLine } from "./letter-file.ts";
import { writeAll } from "./write-all.ts";

/** Where a dead letter is in a spool. */
export interface Slot {
  readonly start: number;
  readonly length: number;
}

/** Dead letters on the disk while a program runs, so that their bodies are not in memory. Nobody else can read them. */
export interface LetterSpool extends Disposable {
  /** @throws ToolError if the disk does not take it */
  add(letter: DeadLetter): Slot;
  /** As SQS delivered it. */
  read(slot: Slot): Message;
}

/** Creates a file in the temporary folder. It has no name any more where the system allows that, so that even a kill leaves none. */
export function createLetterSpool(): LetterSpool {
  const folder = mkdtempSync(join(tmpdir(), "dead-letters-"));
  const descriptor = openSync(join(folder, "letters.jsonl"), "wx+", 0o600);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (process.platform !== "win32") remove();
  let end = 0;
  return {
    add(letter) {
      const start = end;
      const length = writeAll(descriptor, fileLine(letter), "The temporary file of the dead letters");
      end += length;
      return { start, length };
    },
    read({ start, length }) {
      const bytes = Buffer.alloc(length);
      readSync(descriptor, bytes, 0, length, start);
      return readFileLine({ text: bytes.toString(), lineNumber: 1 }, 0);
    },
    [Symbol.dispose]() {
      closeSync(descriptor);
      remove();
    },
  };
}
