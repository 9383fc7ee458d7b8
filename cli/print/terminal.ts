import { once } from "node:events";
import type { Writable } from "node:stream";
import { styleText } from "node:util";
import cliTruncate from "cli-truncate";
import { foldLines } from "./fold-lines.ts";
import { printable } from "./table.ts";

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: results to standard output, everything about its work to standard error. */
export interface Terminal {
  /** Results for a person: long lines are folded to the width of the terminal. */
  print(text: string): void;
  /** Results for a program, as they are. */
  write(text: string): void;
  /** Remarks on the work, never results. */
  note(text: string): void;
  /** A line that replaces the last one; in a pipe or a log, one line every 30 s. `undefined` removes it. */
  progress(line: string | undefined): void;
  /** Adds colors, if the results go to a terminal that shows them and NO_COLOR is not set. */
  paint(style: Style, text: string): string;
  /** Columns of the terminal; undefined in a pipe, for which nothing is cut, and if the terminal does not know them. */
  readonly width?: number;
  /** Resolves when everything that was printed has been accepted, so that a slow reader is waited for. */
  drained(): Promise<void>;
}

const progressEveryMs = 100;
/** A command that works for minutes shows a log that it is alive. */
const logProgressEveryMs = 30_000;

/** So much is written at a time, so that a long list is not in memory as a whole. */
const maxHeldBytes = 64 * 1024;

/** A stream of a process: a terminal, a pipe or a file. */
type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Undefined in a pipe. A terminal that nobody has given a size, as `docker exec -t` makes it, says that it has 0 columns. */
function columnsOf({ isTTY, columns }: Stream): number | undefined {
  return isTTY && columns !== 0 ? columns : undefined;
}

/** The terminal of a process. */
export function makeTerminal(stdout: Stream, stderr: Stream): Terminal {
  let isProgressShown = false;
  let progressShownAt = stderr.isTTY ? 0 : Date.now();
  const clearProgress = () => {
    if (isProgressShown) stderr.write("\r\x1b[K");
    isProgressShown = false;
  };
  // A process waits for each write to a pipe, and the reader wakes up: what is printed at once is written at once.
  let isHeld = false;
  const flush = () => {
    if (isHeld) stdout.uncork();
    isHeld = false;
  };
  const hold = () => {
    if (isHeld && stdout.writableLength < maxHeldBytes) return;
    flush();
    isHeld = true;
    stdout.cork();
    process.nextTick(flush);
  };
  return {
    print(text) {
      clearProgress();
      hold();
      stdout.write(`${foldLines(harmless(text), columnsOf(stdout))}\n`);
    },
    write(text) {
      clearProgress();
      hold();
      stdout.write(`${harmless(text)}\n`);
    },
    note(text) {
      flush();
      clearProgress();
      stderr.write(`${foldLines(harmless(text), columnsOf(stderr))}\n`);
    },
    progress(line) {
      if (line === undefined) return clearProgress();
      const now = Date.now();
      if (now - progressShownAt < (stderr.isTTY ? progressEveryMs : logProgressEveryMs)) return;
      progressShownAt = now;
      flush();
      if (!stderr.isTTY) return void stderr.write(`${printable(line)}\n`);
      stderr.write(`\r\x1b[K${cliTruncate(printable(line), (columnsOf(stderr) ?? 80) - 1)}`);
      isProgressShown = true;
    },
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    width: columnsOf(stdout),
    async drained() {
      if (!stdout.writableNeedDrain) return;
      // A closed pipe never drains.
      const ended = new AbortController();
      const { signal } = ended;
      await Promise.race([once(stdout, "drain", { signal }), once(stdout, "close", { signal })]).catch(
        () => {},
      );
      ended.abort();
    },
  };
}

/** A color of `paint`; as a part of `split`, so that it stays. */
const paintEscape = new RegExp(`(${String.fromCharCode(27)}\\[\\d{1,2}m)`);
const control = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** What most texts have none of. To search for it takes a fifth of the time that `control` takes. */
const notPlain = /[^ -~\n\t]/;

/**
 * The last barrier: whatever a command prints, a terminal acts on nothing but the colors of `paint`. What comes from
 * outside has gone through `printable` or JSON before.
 */
function harmless(text: string): string {
  if (!notPlain.test(text)) return text;
  return text
    .split(paintEscape)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(control, "\ufffd")))
    .join("");
}

/** Prints one JSON document. What a terminal could act on is escaped, which changes no value. */
export function printJson({ write }: Pick<Terminal, "write">, document: unknown): void {
  write(escapedJson(JSON.stringify(document, undefined, 2)));
}

/** JSON in which every control and format character is an escape. */
export function escapedJson(json: string): string {
  if (!notPlain.test(json)) return json;
  return json.replace(control, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at))}`).join(""),
  );
}

/** A bar that shows a share of a total. */
export function progressBar(done: number, total: number): string {
  const cells = 20;
  const full = total > 0 ? Math.floor((done / total) * cells) : cells;
  return `[${"#".repeat(full)}${"-".repeat(cells - full)}]`;
}

function hex(unit: number): string {
  return unit.toString(16).padStart(4, "0");
}
