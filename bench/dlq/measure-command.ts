import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

/** What a command has used. */
export interface Used {
  /** The peak. */
  readonly rssMb: number;
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** Until the first byte on either stream. */
  readonly firstByteMs: number;
}

/** Runs `dlq ARGS` in a process with this environment alone, and reads all that it writes. @throws Error if it fails */
export async function measureCommand(
  args: readonly string[],
  env: Readonly<Record<"USAGE_FILE", string>> & NodeJS.ProcessEnv,
): Promise<Used> {
  const report = new URL("./report-usage.mjs", import.meta.url);
  const startedAt = performance.now();
  const command = ["--import", report.href, "cli/contact-transfer.mjs", "dlq", ...args];
  const child = spawn(process.execPath, command, { env, stdio: ["ignore", "pipe", "pipe"] });
  const firstByteMs = firstByteOf(child).then(() => performance.now() - startedAt);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const [code] = await once(child, "close");
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new Error(`dlq ${args.join(" ")} ended with ${code}:\n${said}`);
  const used = JSON.parse(await readFile(env.USAGE_FILE, "utf8"));
  return { ...used, seconds, firstByteMs: await firstByteMs };
}

function firstByteOf({ stdout, stderr }: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    stdout?.on("data", () => resolve());
    stderr?.on("data", () => resolve());
  });
}
