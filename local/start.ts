// `npm start`: see `startHelp` for what it takes.
import { styleText } from "node:util";
import { parseStartOptions, type StartOptions, startHelp } from "./start-options.ts";
import { UsageError } from "./usage-error.ts";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interrupted.abort(signal));
}
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  interrupted.abort(); // nobody reads any more, as after `| head`
});

process.exitCode = await main(process.argv.slice(2)).catch(tellError);

async function main(args: readonly string[]): Promise<number> {
  const options = parseStartOptions(args);
  if (options.help) {
    print(startHelp);
    return 0;
  }
  // Loaded now, so that wrong use is told without delay.
  const { readConnectSeed } = await import("./connect-seed.ts");
  const seed = await readConnectSeed(options.worldFile);
  const deps = { print, paint: styleText, onLog: makeLog(options), signal: interrupted.signal };
  if (options.serve) {
    const { serve } = await import("./serve.ts");
    await serve(options, seed, deps);
    return 0;
  }
  const { readFiles, readSamples } = await import("./read-submissions.ts");
  const submissions =
    options.files.length > 0 ? await readFiles(options.files, process.stdin) : await readSamples();
  const { runSubmissions } = await import("./run-submissions.ts");
  const isAsExpected = await runSubmissions(submissions, options, seed, deps);
  if (interrupted.signal.aborted) return 130;
  return isAsExpected ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What the services say is always told; the function's own lines are many. */
function makeLog({ logs }: StartOptions) {
  return (source: "function" | "service", line: string) => {
    if (source === "service" || logs) process.stderr.write(`${styleText("dim", line)}\n`);
  };
}

/** One sentence for what the user can put right, and everything for a bug. */
async function tellError(error: unknown): Promise<number> {
  const { SettingError } = await import("../infra/setting-error.ts");
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message} See npm start -- --help.\n`);
    return 2;
  }
  if (error instanceof SettingError || (error instanceof Error && /in use/.test(error.message))) {
    process.stderr.write(`${error.message}\n`);
    return error instanceof SettingError ? 2 : 1;
  }
  throw error;
}
