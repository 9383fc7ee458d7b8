import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: results to one stream, everything about its work to the other. */
export interface Terminal {
  /** Results. */
  print(text: string): void;
  /** Remarks on the work; nothing of them is a result. */
  note(text: string): void;
  /** One line that is written over; nothing where nobody watches. Ends with `undefined`. */
  progress(line: string | undefined): void;
  /** Colours, where the results go to a terminal that shows them and NO_COLOR is not set. */
  paint(style: Style, text: string): string;
  /** Columns of the terminal; undefined in a pipe, where nothing is cut. */
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

/** A bar for so much of a whole. */
export function progressBar(done: number, total: number): string {
  const cells = 20;
  const full = total > 0 ? Math.floor((done / total) * cells) : cells;
  return `[${"#".repeat(full)}${"-".repeat(cells - full)}]`;
}
