import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { claimImport } from "./claim-import.ts";

const queueUrl = "https://sqs.eu-west-2.amazonaws.com/111122223333/dead";
const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
const { signal } = new AbortController();

/** A process that has a claim until it is killed. */
async function claimElsewhere(context: TestContext) {
  const program = `
    import { setTimeout } from "node:timers/promises";
    import { claimImport } from "${new URL("claim-import.ts", import.meta.url)}";
    const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
    using _ = await claimImport("${queueUrl}", clock, new AbortController().signal);
    console.log("claimed");
    await setTimeout(600_000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

function setTemporaryFolder(context: TestContext, folder: string) {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  context.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
}

/** A folder for claims, and the names of those in it. */
async function start(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "claims-"));
  setTemporaryFolder(context, folder);
  context.after(() => rm(folder, { recursive: true }));
  const claims = join(folder, `contact-transfer-${process.getuid?.() ?? "user"}`);
  return { claims, named: () => readdir(claims) };
}

it("a claim that keeps an import from running names its process, and is gone with the import", async (context) => {
  const { named } = await start(context);
  {
    using _ = await claimImport(queueUrl, clock, signal);
    await assert.rejects(claimImport(queueUrl, clock, signal), {
      message: new RegExp(`process ${process.pid} imports into this queue`),
      hint: "Run the command again when that import has ended.",
    });
    using other = await claimImport(`${queueUrl}-2`, clock, signal);
    assert.ok(other);
  }
  assert.deepEqual(await named(), []);
});

it("the claim of a killed process counts for nothing, though another process has its number now", async (context) => {
  const { named, claims } = await start(context);
  const killed = await claimElsewhere(context);
  await assert.rejects(claimImport(queueUrl, clock, signal), {
    message: new RegExp(`process ${killed.pid} imports into this queue`),
  });
  killed.kill("SIGKILL");
  await once(killed, "exit");
  const [name = ""] = (await named()).filter((each) => each.startsWith("import-"));
  await rename(join(claims, name), join(claims, name.replace(`-${killed.pid}-`, `-${process.ppid}-`)));
  {
    using again = await claimImport(queueUrl, clock, signal);
    assert.ok(again);
  }
  assert.deepEqual(await named(), []);
});

it("what a killed import has left behind for another queue is removed too", async (context) => {
  const { named } = await start(context);
  const killed = await claimElsewhere(context);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  assert.notDeepEqual(await named(), []);
  {
    using other = await claimImport(`${queueUrl}-2`, clock, signal);
    assert.ok(other);
  }
  assert.deepEqual(await named(), []);
});

it("a stopped process still has its claim", { skip: process.platform === "win32" }, async (context) => {
  await start(context);
  const stopped = await claimElsewhere(context);
  stopped.kill("SIGSTOP");
  await assert.rejects(claimImport(queueUrl, clock, signal), { code: "ImportIsRunning" });
});

it("a temporary folder with too long a path is named", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "claims-"));
  context.after(() => rm(folder, { recursive: true }));
  const long = join(folder, "x".repeat(120));
  await mkdir(long);
  setTemporaryFolder(context, long);
  await assert.rejects(claimImport(queueUrl, clock, signal), {
    message: /^Cannot write .*: its path is too long; set TMPDIR to another folder\.$/,
  });
});

/** What another user can prepare in a temporary folder that all share. */
const prepared = {
  "a link": async (claims: string) => symlink(".", claims),
  "the folder of another user": async (claims: string) => {
    await mkdir(claims);
    await chown(claims, 65_534, 65_534);
  },
};
for (const [what, prepare] of Object.entries(prepared)) {
  // Only root can give a folder away.
  const skip = process.platform === "win32" || (what !== "a link" && process.getuid?.() !== 0);
  it(`claims are not kept in ${what}`, { skip }, async (context) => {
    const { claims } = await start(context);
    await prepare(claims);
    await assert.rejects(claimImport(queueUrl, clock, signal), {
      name: "UsageError",
      message: `Cannot use ${claims}: it is a link, or belongs to another user; set TMPDIR to another folder.`,
    });
  });
}

// With some folders of /proc, Node's recursive mkdir never returns.
for (const folder of ["/nonexistent", "/dev/null", "/proc/nonexistent"]) {
  it(`a temporary folder that cannot be used is named: ${folder}`, async (context) => {
    setTemporaryFolder(context, folder);
    await assert.rejects(claimImport(queueUrl, clock, signal), {
      name: "UsageError",
      message: new RegExp(`^Cannot write ${folder}/.*; set TMPDIR to another folder\\.$`),
    });
  });
}
