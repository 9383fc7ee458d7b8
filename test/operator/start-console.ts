import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Api, ApiError, Endpoint } from "../../console/protocol/api.ts";
import type { Reading } from "../../console/protocol/now.ts";
import type { Run, RunState } from "../../console/protocol/runs.ts";

type Asked<E extends Endpoint> = Omit<Api[E], "answer"> & {
  readonly params?: Readonly<Record<string, string>>;
};

/** The API of a console as its page uses it. */
export interface ConsoleClient {
  readonly address: string;
  /** @throws Error with status, code and message, as in `403 ReadOnly: …` */
  ask<E extends Endpoint>(endpoint: E, asked?: Asked<E>): Promise<Api[E]["answer"]>;
}

/** Opens the address that a console prints, and asks its API. */
export async function openConsoleClient(address: string): Promise<ConsoleClient> {
  const { origin } = new URL(address);
  const opened = await fetch(address, { redirect: "manual" });
  const [cookie = ""] = (opened.headers.get("set-cookie") ?? "").split(";");
  return {
    address,
    async ask(endpoint, asked) {
      const {
        params = {},
        query,
        body,
      } = { ...asked } as {
        params?: Record<string, string>;
        query?: Record<string, string>;
        body?: unknown;
      };
      const [method = "", path = ""] = endpoint.split(" ");
      const url = new URL(
        path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? "")),
        origin,
      );
      for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
      const answer = await fetch(url, {
        method,
        headers: { cookie, origin, "content-type": "application/json" },
        ...(method === "POST" && { body: JSON.stringify(body ?? {}) }),
      });
      const document = (await answer.json()) as Api[typeof endpoint]["answer"] & ApiError;
      if (answer.ok) return document;
      throw new Error(`${answer.status} ${document.error.code}: ${document.error.message}`);
    },
  };
}

export interface LaunchedConsole extends AsyncDisposable {
  readonly address: string;
  /** Sends Ctrl-C, and returns the exit code and what was printed to standard error. */
  interrupt(): Promise<{ readonly code: number | null; readonly noted: string }>;
}

/** Starts `contact-transfer console` as its user does, in `directory`, and reads the address that it prints, which opens it once. */
export async function launchConsole(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  directory: string,
): Promise<LaunchedConsole> {
  const program = fileURLToPath(new URL("../../cli/contact-transfer.mjs", import.meta.url));
  const child = spawn(process.execPath, [program, "console", ...args], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const noted = text(child.stderr);
  for await (const line of createInterface(child.stdout)) {
    const [address] = /http:\S+\?token=\S+/.exec(line) ?? [];
    if (address === undefined) continue;
    const interrupt = async () => {
      child.kill("SIGINT");
      const [code] = await exited;
      return { code, noted: await noted };
    };
    return {
      address,
      interrupt,
      async [Symbol.asyncDispose]() {
        await interrupt();
      },
    };
  }
  throw new Error(`The console has printed no address: ${await noted}`);
}

/** A console that was started, with its API opened. */
export async function startConsole(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  directory: string,
): Promise<ConsoleClient & LaunchedConsole> {
  const launched = await launchConsole(args, env, directory);
  return { ...launched, ...(await openConsoleClient(launched.address)) };
}

/** Has the console read the queue, and waits for the end. */
export async function readQueue({ ask }: ConsoleClient): Promise<Reading> {
  await ask("POST /api/reading", { body: {} });
  for (;;) {
    const { reading } = await ask("GET /api/now");
    if (reading && reading.state !== "reading") return reading;
    await setTimeout(20);
  }
}

/** Waits until a run is in one of these states. */
export async function endOfRun(
  { ask }: ConsoleClient,
  id: string,
  states: readonly RunState[] = ["done", "failed", "cancelled", "held"],
): Promise<Run> {
  for (;;) {
    const run = await ask("GET /api/runs/:id", { params: { id } });
    if (states.includes(run.state)) return run;
    await setTimeout(20);
  }
}
