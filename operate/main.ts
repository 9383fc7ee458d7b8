// `npm run dlq`: the dead-letter queue, from a look at it to everything put back. See docs/replay.md.
import { CommanderError } from "commander";
import { UsageError } from "../cli/errors.ts";
import { makeTerminal } from "../cli/terminal.ts";
import { ToolError } from "../cli/tool-error.ts";
import { openSession } from "./open-session.ts";
import { createCommandLine } from "./program.ts";

const exitCodes = { failed: 1, wrongUse: 2, interrupted: 130 } as const;

const terminal = makeTerminal(process.stdout, process.stderr);
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) {
      terminal.note("Stopped at once; what was hidden is visible again within 30 s.");
      process.exit(exitCodes.interrupted);
    }
    terminal.note(
      "Stopping cleanly: ending what is under way and giving back the rest. Again to stop at once.",
    );
    interrupted.abort();
  });
}
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  interrupted.abort(); // nobody reads any more, as after `| head`
});

const program = createCommandLine({
  openSession: (options) => openSession(options, terminal, interrupted.signal),
  onExit: (code) => {
    process.exitCode = interrupted.signal.aborted ? exitCodes.interrupted : code;
  },
});
for (const command of [program, ...program.commands]) command.exitOverride();
await program.parseAsync(process.argv).catch(tellError);

/** One sentence for what the user can put right, and everything for a bug. */
function tellError(error: unknown): void {
  if (error instanceof CommanderError) {
    // Commander has told it already.
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.wrongUse;
    return;
  }
  if (!(error instanceof UsageError || error instanceof ToolError)) throw error;
  terminal.note(error.message);
  process.exitCode = error instanceof UsageError ? exitCodes.wrongUse : exitCodes.failed;
}
