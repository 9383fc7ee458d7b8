import type { Terminal } from "../../cli/print/terminal.ts";

/** A terminal that keeps what a command prints to standard output and to standard error, without its progress. */
export function makeTestTerminal({ printed, noted }: { printed: string[]; noted: string[] }): Terminal {
  return {
    print: (text) => void printed.push(text),
    write: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    progress: () => {},
    paint: (_, text) => text,
    drained: async () => {},
  };
}
