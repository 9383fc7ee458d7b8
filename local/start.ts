import { addAbortSignal } from "node:stream";
import { styleText } from "node:util";
import type { Command } from "commander";
import { exitCodes, ToolError, UsageError } from "../cli/errors.ts";
import { foldLines } from "../cli/print/fold-lines.ts";
import type { Terminal } from "../cli/print/terminal.ts";
import { type CommandContext, outputClosed } from "../cli/run-command.ts";
import type { OpenConsole } from "./console-port.ts";
import { readFiles, readSamples } from "./input/read-test-events.ts";
import { openStack } from "./open-stack.ts";
import type { Result } from "./outcomes/outcome-tracker.ts";
import { ExchangeText } from "./report/describe-exchange.ts";
import { demoFaults } from "./run/demo-faults.ts";
import { makeStackOptions } from "./run/stack-options.ts";
import { addStartOptions, type StartOptions } from "./run/start-options.ts";
import { faultsHelp } from "./services/connect/faults.ts";
import type { LocalStackOptions } from "./stack/local-stack.ts";

export function define(command: Command, context: CommandContext): void {
  defineStart(command, context);
}

/** The command with a console, if there is one. */
export function defineStart(command: Command, context: CommandContext, openConsole?: OpenConsole): void {
  command
    .description("Runs the synthesized stack on this machine. It needs no AWS account and no Docker.")
    .argument(
      "[file...]",
      "your own events: a file of envelopes or of put-events entries (one, an array, or JSON lines), a folder of such files, or - for stdin",
    );
  addStartOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer start                   send the samples
  npx contact-transfer start --demo            see pace, faults and a replay
  npx contact-transfer start my-events.json    send your own events
  npx contact-transfer start my-events/        all .json and .jsonl files in it
  npx contact-transfer start --assembly cdk.out --serve      your own app
  npx contact-transfer start --serve --faults throttle=0.3,lost-answer=2x

An event of yours is expected to succeed, unless it is written as
{"expect": {"outcome": "failed", "reason": "…"}, "event": {…}}.
EventBridge gives every event a new id: to send one intent twice, set
detail.intentId.

${faultsHelp}

Exits with 0 if every event ended as expected, otherwise with 1, and with 130
after Ctrl-C. Ctrl-C is how --serve ends: once the stack runs, it exits with 0.`,
    )
    .action(async (files: string[], options: StartOptions) => {
      const mode = options.serve ? "--serve" : options.demo ? "--demo" : undefined;
      if (mode !== undefined && files.length > 0)
        throw new UsageError(`${mode} takes no files: ${files.join(" ")}`);
      if (options.serve && options.demo) throw new UsageError("Give --serve or --demo, not both.");
      for (const [name, value] of [
        ["--port", options.port],
        ["--save-env", options.saveEnv],
      ]) {
        if (value !== undefined && !options.serve) throw new UsageError(`${name} requires --serve.`);
      }
      context.exit(await start(files, options, context, openConsole));
    });
}

/** Runs the stack. Resolves with the exit code. */
async function start(
  files: readonly string[],
  options: StartOptions,
  { terminal, signal }: CommandContext,
  openConsole: OpenConsole | undefined,
): Promise<number> {
  const interruptedCode = () => (signal.reason === outputClosed ? exitCodes.done : exitCodes.interrupted);
  try {
    const code = await run(files, options, terminal, signal, openConsole);
    // Ctrl-C is how a running --serve ends.
    return signal.aborted && !options.serve ? interruptedCode() : code;
  } catch (error) {
    if (signal.aborted) return interruptedCode();
    const { message, cause } = error as Error;
    const isPortTaken = (cause as NodeJS.ErrnoException | undefined)?.code === "EADDRINUSE";
    if (!isPortTaken) throw error;
    throw new ToolError(`${message} Give another one with --port, or --port 0 for any free one.`, { cause });
  }
}

async function run(
  files: readonly string[],
  options: StartOptions,
  { write: print, note, progress, width }: Terminal,
  signal: AbortSignal,
  openConsole: OpenConsole | undefined,
): Promise<number> {
  const { seed, openWorld, notes, assemble } = await openStack(
    options,
    !options.serve && !options.demo && files.length === 0,
  );
  const testEvents = options.serve || options.demo ? [] : await readTestEvents(files, signal);
  const { serve: isServed, demo: isDemo, faults = isDemo ? demoFaults : undefined } = options;
  const stackOptions = makeStackOptions({ ...options, faults, openWorld }, seed);
  for (const text of notes) note(text);
  // Everything that is needed later loads while CDK works in its thread.
  const [synthesized, { startLocalStack }, { runTestEvents }, { serve }, { isAsExpected }] =
    await Promise.all([
      assemble(),
      import("./stack/local-stack.ts"),
      import("./run/run-test-events.ts"),
      import("./run/serve.ts"),
      import("./report/print-results.ts"),
    ]);
  await using _removed = synthesized;
  const { assembly } = synthesized;
  // What the services report is always printed; the function's own lines are many.
  const onLog = (source: "function" | "service", line: string) => {
    if (source === "service" || options.logs) note(styleText("dim", line, { stream: process.stderr }));
  };
  const exchanges = new ExchangeText();
  const startStack = (listeners: Partial<LocalStackOptions>) =>
    startLocalStack({
      ...stackOptions,
      ...listeners,
      assembly,
      onConnectExchange(exchange) {
        const line = isServed || faults !== undefined ? exchanges.of(exchange) : undefined;
        if (line !== undefined) print(styleText("dim", foldLines(isDemo ? `  ${line}` : line, width)));
      },
      onLog(source, line) {
        listeners.onLog?.(source, line);
        onLog(source, line);
      },
    });
  const deps = {
    startStack,
    serveConsole: openConsole?.(note),
    print,
    progress,
    width,
    paint: styleText,
    signal,
  };

  if (options.serve) {
    await serve({ ...deps, seed, envFile: options.saveEnv });
    return exitCodes.done;
  }
  if (isDemo) {
    const { runDemo } = await import("./run/demo.ts");
    await runDemo({ ...deps, seed, program: process.argv[1] ?? "" });
    return exitCodes.done;
  }
  const results = await runTestEvents(testEvents, deps);
  if (files.length > 0 && !openWorld && results.some(isUnknown)) print(foldLines(worldHint, width));
  return results.every(isAsExpected) ? exitCodes.done : exitCodes.failed;
}

function readTestEvents(files: readonly string[], signal: AbortSignal) {
  if (files.length === 0) return readSamples();
  return readFiles(files, () => addAbortSignal(signal, process.stdin));
}

function isUnknown({ ending }: Result): boolean {
  return ending?.kind === "failed" && ending.reason === "ResourceNotFound";
}

const worldHint =
  "The local Connect contains only what its world file lists. Give your own with --world FILE, or create unknown contacts, flows, queues and users on first use with --open-world.";
