// `npm start`: see `startHelp` for what it takes.
import { addAbortSignal } from "node:stream";
import { styleText } from "node:util";
import { UsageError } from "../cli/errors.ts";
import { SettingError } from "../infra/settings/setting-error.ts";
import type { Result } from "./run/outcome-tracker.ts";
import { isAsExpected } from "./run/print-results.ts";
import { readFiles, readSamples } from "./run/read-test-events.ts";
import { serve } from "./run/serve.ts";
import { makeContext, makeStackOptions } from "./run/stack-options.ts";
import { parseStartOptions, type StartOptions, startHelp } from "./run/start-options.ts";
import { readConnectSeed } from "./services/connect/seed.ts";
import type { LocalStackOptions } from "./stack/local-stack.ts";
import { synthesizeAssembly } from "./template/synthesize-assembly.ts";

const interrupted = new AbortController();
let interruptedExitCode = 130;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) process.exit(130); // asked twice: without waiting for anything
    interrupted.abort();
  });
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    interruptedExitCode = 0; // nobody reads any more, as after `| head`
    interrupted.abort();
  });
}

process.exitCode = await main(process.argv.slice(2)).catch(tellError);

async function main(args: readonly string[]): Promise<number> {
  const options = parseStartOptions(args);
  if (options.help) {
    print(startHelp);
    return 0;
  }
  const seed = await readConnectSeed(options.worldFile);
  const testEvents = options.serve ? [] : await readTestEvents(options);
  const stackOptions = makeStackOptions(options, seed);
  // The stack's own modules load while CDK works in its thread.
  const [synthesized, { startLocalStack }, { runTestEvents }] = await Promise.all([
    synthesizeAssembly(makeContext(options, seed)),
    import("./stack/local-stack.ts"),
    import("./run/run-test-events.ts"),
  ]);
  await using _removed = synthesized;
  const { assembly } = synthesized;
  const startStack = (listeners: Partial<LocalStackOptions>) =>
    startLocalStack({ ...stackOptions, ...listeners, assembly, onLog: makeLog(options) });
  const deps = { startStack, print, paint: styleText, signal: interrupted.signal };

  if (options.serve) {
    await serve(seed, deps);
    return 0;
  }
  const results = await runTestEvents(testEvents, deps);
  if (interrupted.signal.aborted) return interruptedExitCode;
  if (options.files.length > 0 && !options.openWorld) hintAtWorld(results);
  return results.every(isAsExpected) ? 0 : 1;
}

function readTestEvents({ files }: StartOptions) {
  if (files.length === 0) return readSamples();
  return readFiles(files, () => addAbortSignal(interrupted.signal, process.stdin));
}

function hintAtWorld(results: readonly Result[]): void {
  const isUnknown = ({ ending }: Result) => ending?.kind === "failed" && ending.reason === "ResourceNotFound";
  if (!results.some(isUnknown)) return;
  print(
    "The local Connect holds only what its world file says: name your own with --world FILE, or let contacts,",
  );
  print("flows, queues and users come to life as they are named with --open-world.");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What the services say is always told; the function's own lines are many. */
function makeLog({ logs }: StartOptions) {
  return (source: "function" | "service", line: string) => {
    if (source === "service" || logs) {
      process.stderr.write(`${styleText("dim", line, { stream: process.stderr })}\n`);
    }
  };
}

/** One sentence for what the user can put right, and everything for a bug. */
function tellError(error: unknown): number {
  if (interrupted.signal.aborted) return interruptedExitCode;
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message} See npm start -- --help.\n`);
    return 2;
  }
  if (error instanceof SettingError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === "EADDRINUSE") {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  throw error;
}
