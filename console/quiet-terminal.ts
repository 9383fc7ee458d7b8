import type { Terminal } from "../cli/print/terminal.ts";

/** A terminal for work whose results are shown elsewhere: `note` gets the remarks on it. */
export function quietTerminal(note: (text: string) => void): Terminal {
  return {
    print() {},
    write() {},
    note,
    progress() {},
    paint: (_, text) => text,
    drained: async () => {},
  };
}
