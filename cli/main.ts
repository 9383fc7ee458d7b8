// The program `contact-transfer`. Each command is a module of its own that is loaded when it is named.
import { Command } from "commander";
import type { OpenConsole } from "../local/console-port.ts";
import { operatorCommands } from "../operate/program.ts";
import packageJson from "../package.json" with { type: "json" };
import { exitCodes } from "./errors.ts";
import { makeTerminal } from "./print/terminal.ts";
import { type CommandTable, isJson, outputClosed, runProgram } from "./run-command.ts";

const commands: CommandTable = {
  start: {
    summary: "run the stack on this machine and send events to it; needs no AWS account",
    async load() {
      const { defineStart } = await import("../local/start.ts");
      return { define: (command, about) => defineStart(command, about, openConsole) };
    },
  },
  ...operatorCommands,
  console: {
    summary: "see dead letters, traces and pace in the browser",
    load: () => import("../console/command.ts"),
  },
};

/** Loaded when a stack is up, so that no run waits for it. */
const openConsole: OpenConsole = (note) => async (stack) => {
  const { openLocalConsole } = await import("../console/open-local-console.ts");
  return openLocalConsole(stack, note);
};

const interrupted = new AbortController();
// A closed terminal or connection (SIGHUP) ends a command as cleanly as Ctrl-C.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    if (interrupted.signal.aborted) process.exit(exitCodes.interrupted); // the second time: without waiting
    interrupted.abort();
  });
}
let isOutputLost = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") {
      if (stream === process.stdout && !isOutputLost)
        process.stderr.write(`The output cannot be written (${error.code}).\n`);
      isOutputLost = true;
      process.exitCode = exitCodes.failed;
    }
    interrupted.abort(outputClosed);
  });
}

const args = process.argv.slice(2);
const context = {
  terminal: makeTerminal(process.stdout, process.stderr),
  signal: interrupted.signal,
  exit(code: number) {
    process.exitCode ||= code;
  },
};
const program = new Command("contact-transfer")
  .description("Transfers Amazon Connect contacts that events ask for, and keeps what fails for an operator.")
  .version(packageJson.version, "-v, --version", "print the version")
  .exitOverride()
  .configureOutput({
    writeOut: (text) => context.terminal.print(text.trimEnd()),
    // With --json, what is wrong is part of the document.
    writeErr: (text) => isJson(args) || context.terminal.note(text.trimEnd()),
  })
  .showHelpAfterError("See npx contact-transfer --help.")
  .addHelpText(
    "after",
    `
Examples:
  npx contact-transfer start
  npx contact-transfer send --contact task-1 --flow flow-to-queue --queue queue-seniors
  npx contact-transfer dlq list

Exit codes: 0 done, 1 something failed or came back, 2 wrong use, 3 incomplete,
130 interrupted.`,
  );
await runProgram(program, commands, args, context);
// What was interrupted may still run, such as a program that was asked for credentials: it must not keep this process.
if (interrupted.signal.aborted) {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit();
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write("", () => resolve());
    else resolve();
  });
}
