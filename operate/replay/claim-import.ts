import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { exitCodes, ToolError } from "../../cli/errors.ts";
import type { Clock } from "../../lambda/ports.ts";
import { cannotWrite } from "../files/new-file.ts";
import { hashOf } from "../letters/hash.ts";

/** A rival that has claimed at the same moment withdraws within this time. */
const rivalMs = 1_000;
const checkEveryMs = 100;

/** Claims of this process. Any other that bears its number is of a killed one: in a container, each program has the same. */
const ours = new Set<string>();

/**
 * Claims a queue for one import: two that look at the queue before either has sent anything would send the same lines.
 * Each import announces itself by a file of its own before it looks for others, so of two at least one sees the other. The
 * file of a killed import counts for nothing. It protects from other imports of the same user on this machine only.
 * @throws ToolError if another import is running
 */
export async function claimImport(queueUrl: string, clock: Clock, signal: AbortSignal): Promise<Disposable> {
  const folder = join(tmpdir(), `contact-transfer-${process.getuid?.() ?? "user"}`);
  const prefix = `import-${hashOf(queueOf(queueUrl), "hex").slice(0, 16)}-`;
  const own = `${prefix}${process.pid}-${randomUUID()}`;
  const file = join(folder, own);
  announce(folder, file);
  ours.add(own);
  const claim = {
    [Symbol.dispose]() {
      ours.delete(own);
      rmSync(file, { force: true });
    },
  };
  try {
    for (let waitedMs = 0; ; waitedMs += checkEveryMs) {
      const rivals = runningImports(folder, prefix).filter((name) => name !== own);
      const [rival] = rivals;
      if (rival === undefined) return claim;
      // Of several that have begun at the same moment, the first by name goes on.
      if (waitedMs >= rivalMs || rivals.some((name) => name < own)) throw isRunning(join(folder, rival));
      await clock.sleep(checkEveryMs, signal);
    }
  } catch (error) {
    claim[Symbol.dispose]();
    throw error;
  }
}

function announce(folder: string, file: string): void {
  try {
    makeFolder(folder);
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    throw cannotWrite(file, error, "set TMPDIR to another folder.");
  }
}

/** Not `recursive`: with that, Node never returns if the parent cannot have folders, as in /proc. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** The claims of imports whose process runs. Those of others are removed. */
function runningImports(folder: string, prefix: string): string[] {
  return readdirSync(folder).filter((name) => {
    if (!name.startsWith(prefix)) return false;
    const pid = processOf(name);
    if (pid === process.pid ? ours.has(name) : isRunningProcess(pid)) return true;
    rmSync(join(folder, name), { force: true });
    return false;
  });
}

function processOf(name: string): number {
  return Number(name.split("-")[2]);
}

function isRunningProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isRunning(file: string): ToolError {
  const pid = processOf(basename(file));
  return new ToolError(
    `Nothing was imported: process ${pid} imports into this queue, and may send the same lines.`,
    {
      code: "ImportIsRunning",
      // A killed import leaves its claim behind, and the system may use its number again.
      hint: `Run the command again when that import has ended. If process ${pid} is another program, delete ${file} first.`,
      exitCode: exitCodes.incomplete,
    },
  );
}

/** The queue behind a URL: a queue on AWS has several hosts. */
function queueOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname } = new URL(url);
  const region = /(?<=^|\.)[a-z]{2}(?:-[a-z]+)+-\d(?=\.)/.exec(host)?.[0];
  return `${region ?? host} ${pathname}`;
}
