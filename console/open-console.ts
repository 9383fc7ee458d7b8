import { ToolError } from "../cli/errors.ts";
import { buildPage } from "./build/build-page.ts";
import { type ConsoleOptions, createHandlers } from "./handlers.ts";
import { startConsoleServer } from "./server/start-server.ts";

export interface OpenConsoleOptions extends Omit<ConsoleOptions, "idleMinutes"> {
  /** @default any free port */
  readonly port?: number;
  /** Ends after so many minutes without a request. @default never */
  readonly idleMinutes?: number;
}

/** A console that is served until it is closed. */
export interface OpenConsole extends AsyncDisposable {
  /** Opens the console in one browser, once. */
  readonly address: string;
  /** Resolves when nobody has asked for `idleMinutes`. */
  readonly idle: Promise<void>;
}

/** Serves the console of a deployment on 127.0.0.1. */
export async function openConsole(options: OpenConsoleOptions): Promise<OpenConsole> {
  const { idleMinutes, port } = options;
  const { files: page } = await buildPage();
  const console = createHandlers({ ...options, idleMinutes: idleMinutes ?? 0 });
  try {
    const server = await startConsoleServer({
      handlers: console.handlers,
      page,
      port,
      idleMs: idleMinutes && idleMinutes * 60_000,
      isBusy: console.isBusy,
    });
    return {
      address: server.address,
      idle: server.idle,
      async [Symbol.asyncDispose]() {
        await server.close();
        await console[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await console[Symbol.asyncDispose]();
    throw listenError(error as NodeJS.ErrnoException, port) ?? error;
  }
}

/** A port that is in use, reserved for others, or no port. */
function listenError(error: NodeJS.ErrnoException, port?: number): ToolError | undefined {
  const { code = (error.cause as NodeJS.ErrnoException | undefined)?.code } = error;
  const reason = listenErrors.get(code);
  if (reason === undefined) return undefined;
  const hint = "Give another one with --port, or leave --port out for any free one.";
  return new ToolError(`Port ${port} on 127.0.0.1 ${reason}.`, { hint, cause: error });
}

const listenErrors: ReadonlyMap<string | undefined, string> = new Map([
  ["EADDRINUSE", "is in use"],
  ["EACCES", "needs rights that this user does not have"],
  ["ERR_SOCKET_BAD_PORT", "does not exist"],
]);
