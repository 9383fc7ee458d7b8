import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UsageError } from "../../cli/errors.ts";
import { unreadable } from "../../cli/read-text-file.ts";

/** A line of a text file, counted from 1. */
export interface Line {
  readonly lineNumber: number;
  readonly text: string;
}

const newline = 0x0a;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** No message of SQS is so long, even with every character escaped. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * The lines of a file that have any text, one after the other, whatever its size.
 * @throws UsageError if it cannot be read, or is no file of lines in UTF-8
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let lineNumber = 0;
  let rest: Buffer = Buffer.alloc(0);
  const line = (bytes: Buffer): Line[] => {
    lineNumber++;
    const text = decode(lineNumber === 1 ? withoutBom(bytes, file) : bytes, file, lineNumber);
    return text.trim() === "" ? [] : [{ lineNumber, text }];
  };
  for await (const chunk of chunksOf(file)) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline)) {
      yield* line(bytes.subarray(0, end));
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
    if (rest.length > maxLineBytes) {
      throw new UsageError(`Line ${lineNumber + 1} of ${file} is longer than any dead letter.`);
    }
  }
  if (rest.length > 0) yield* line(rest);
}

/** Standard input as a file, which can be read twice. It is removed at the end. */
export async function spoolInput(input: NodeJS.ReadableStream): Promise<AsyncDisposable & { file: string }> {
  const folder = await mkdtemp(join(tmpdir(), "dead-letters-"));
  const file = join(folder, "input.jsonl");
  await pipeline(input, createWriteStream(file, { mode: 0o600 }));
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file, { highWaterMark: 1024 * 1024 });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === undefined ? error : unreadable(file, error);
  }
}

function withoutBom(bytes: Buffer, file: string): Buffer {
  const starts = (...expected: number[]) => expected.every((byte, index) => bytes[index] === byte);
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) throw notLines(file, "UTF-16; convert it to UTF-8");
  if (starts(0x1f, 0x8b)) throw notLines(file, "compressed; run gunzip first");
  return starts(0xef, 0xbb, 0xbf) ? bytes.subarray(3) : bytes;
}

function decode(bytes: Buffer, file: string, lineNumber: number): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new UsageError(
      `Line ${lineNumber} of ${file} has bytes that are not UTF-8: convert the file, as with iconv.`,
      { code: "NotUtf8", cause: error },
    );
  }
}

function notLines(file: string, what: string): UsageError {
  return new UsageError(`${file} is ${what}.`, { code: "NotJsonLines" });
}
