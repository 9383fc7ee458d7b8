import type { LocalStack } from "./stack/local-stack.ts";

/** A page on this machine that shows the stack's dead letters, until it is disposed of. */
export interface ServedConsole extends AsyncDisposable {
  /** Opens it in one browser, once. */
  readonly address: string;
}

/** Serves the console of a local stack. */
export type ServeConsole = (stack: Pick<LocalStack, "stackName" | "url" | "env">) => Promise<ServedConsole>;

/** The same, with where its remarks go: the program passes it in, since the console is built on the operator's commands. */
export type OpenConsole = (note: (text: string) => void) => ServeConsole;
