import { randomBytes } from "node:crypto";
import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes, ToolError, UsageError } from "../../cli/errors.ts";
import type { Clock } from "../../lambda/ports.ts";
import { cannotWrite } from "../files/new-file.ts";
import { isAlive, showLife } from "../files/sign-of-life.ts";
import { hashOf } from "../letters/hash.ts";

/** A rival that has claimed at the same moment withdraws within this time. */
const rivalMs = 1_000;
const checkEveryMs = 100;

/**
 * Claims a queue for one import: two that look at the queue before either has sent anything would send the same lines.
 * Each import announces itself by a file of its own before it looks for others, so of two at least one sees the other. The
 * file of a killed import counts for nothing. It protects from other imports of the same user on this machine only.
 * @throws ToolError if another import is running
 */
export async function claimImport(queueUrl: string, clock: Clock, signal: AbortSignal): Promise<Disposable> {
  const folder = join(tmpdir(), `contact-transfer-${process.getuid?.() ?? "user"}`);
  const prefix = `import-${hashOf(queueOf(queueUrl), "hex").slice(0, 16)}-`;
  const own = `${prefix}${process.pid}-${randomBytes(8).toString("hex")}`;
  const claim = await announce(folder, own);
  try {
    for (let waitedMs = 0; ; waitedMs += checkEveryMs) {
      const rivals = (await runningImports(folder, prefix)).filter((name) => name !== own);
      const [rival] = rivals;
      if (rival === undefined) return claim;
      // Of several that have begun at the same moment, the first by name goes on.
      if (waitedMs >= rivalMs || rivals.some((name) => name < own)) throw isRunning(rival);
      await clock.sleep(checkEveryMs, signal);
    }
  } catch (error) {
    claim[Symbol.dispose]();
    throw error;
  }
}

/** Shows life first: whoever sees a claim must find its process. */
async function announce(folder: string, name: string): Promise<Disposable> {
  const file = join(folder, name);
  let life: Disposable | undefined;
  try {
    makeFolder(folder);
    checkFolder(folder);
    life = await showLife(folder, idOf(name));
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    life?.[Symbol.dispose]();
    if (error instanceof UsageError) throw error;
    throw cannotWrite(file, error, "set TMPDIR to another folder.");
  }
  return {
    [Symbol.dispose]() {
      rmSync(file, { force: true });
      life[Symbol.dispose]();
    },
  };
}

/** Not `recursive`: with that, Node never returns if the parent cannot have folders, as in /proc. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** In a folder that another user has made, or where a link of theirs leads, they could remove claims and make false ones. */
function checkFolder(folder: string): void {
  const found = lstatSync(folder);
  const uid = process.getuid?.() ?? found.uid; // on Windows, each user has a temporary folder
  if (!found.isSymbolicLink() && found.uid === uid) return;
  throw new UsageError(`Cannot use ${folder}: it is a link, or belongs to another user;`, {
    code: "CannotWrite",
    hint: "set TMPDIR to another folder.",
  });
}

/** The claims of a queue by imports whose process runs. What killed ones have left behind, for any queue, is removed. */
async function runningImports(folder: string, prefix: string): Promise<string[]> {
  const running: string[] = [];
  for (const name of readdirSync(folder)) {
    if (!name.startsWith("import-")) continue;
    if (!(await isAlive(folder, idOf(name)))) removeClaim(folder, name);
    else if (name.startsWith(prefix)) running.push(name);
  }
  return running;
}

function removeClaim(folder: string, name: string): void {
  for (const file of [name, idOf(name)]) rmSync(join(folder, file), { force: true });
}

/** What the name of a claim ends with. */
function idOf(name: string): string {
  return name.slice(name.lastIndexOf("-") + 1);
}

function isRunning(rival: string): ToolError {
  const [pid] = rival.split("-").slice(2);
  return new ToolError(
    `Nothing was imported: process ${pid} imports into this queue, and may send the same lines.`,
    {
      code: "ImportIsRunning",
      hint: "Run the command again when that import has ended.",
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
