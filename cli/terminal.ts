import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: results to standard output, everything about its work to standard error. */
export interface Terminal {
  /** Results. */
  print(text: string): void;
  /** Remarks on the work, never results. */
  note(text: string): void;
  /** A line that replaces the last one; nothing unless standard error is a terminal. `undefined` removes it. */
  progress(line: string | undefined): void;
  /** Adds colors, if the results go to a terminal that shows them and NO_COLOR is not set. */
  paint(style: Style, text: string): string;
  /** Columns of the terminal; undefined in a pipe, for which nothing is cut. */
  readonly width?: number;
}

const progressEveryMs = 100;

/** The terminal of a process. */
export function makeTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  let isProgressShown = false;
  let progressShownAt = 0;
  const clearProgress = () => {
    if (isProgressShown) stderr.write("\r\x1b[K");
    isProgressShown = false;
  };
  return {
    print(text) {
      clearProgress();
      stdout.write(`${text}\n`);
    },
    note(text) {
      clearProgress();
      stderr.write(`${text}\n`);
    },
    progress(line) {
      if (!stderr.isTTY) return;
      if (line === undefined) return clearProgress();
      if (Date.now() - progressShownAt < progressEveryMs) return;
      progressShownAt = Date.now();
      stderr.write(`\r\x1b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      isProgressShown = true;
    },
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    width: stdout.isTTY ? stdout.columns : undefined,
  };
}

/** A bar that shows a share of a total. */
export function progressBar(done: number, total: number): string {
  const cells = 20;
  const full = total > 0 ? Math.floor((done / total) * cells) : cells;
  return `[${"#".repeat(full)}${"-".repeat(cells - full)}]`;
}
