import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { it } from "node:test";
import { exitCodes } from "../../cli/errors.ts";
import { sendLetters, startTestQueues, type TestQueues } from "../../test/operator/dead-letter-queues.ts";
import { killableEnvironment } from "../../test/operator/tool-environment.ts";
import { runReplay } from "../commands/dlq/replay.ts";

const letters = 300;
/** Calls of all together after which each of the two replays is killed. */
const killedAt = [60, 90];
/** Room for about a third of the letters: a limit of the size of files, which behaves as a full disk does. */
const fileBlocks = 200;
/** Room for some lines of an audit. */
const auditBlocks = 20;

it("two operators, two kills and a full disk at once lose nothing, and another run finishes it", async (context) => {
  const directory = await mkdtemp(join(tmpdir(), "all-at-once-"));
  context.after(() => rm(directory, { recursive: true }));
  const [gone, audit] = [join(directory, "gone.jsonl"), join(directory, "audit.jsonl")];
  const children: ChildProcess[] = [];
  let calls = 0;
  const queues = await startTestQueues(context, {
    chooseFault() {
      calls++;
      children[killedAt.indexOf(calls)]?.kill("SIGKILL");
      return undefined;
    },
  });
  await sendLetters(queues, letters);
  calls = 0;
  const replay = `dlq replay --yes --rate max --audit ${audit}`;
  const discard = `dlq discard --yes --to ${gone} --audit ${join(directory, "discard-audit.jsonl")}`;
  children.push(start(replay, queues), start(replay, queues));
  const discarding = start(discard, queues, `ulimit -f ${fileBlocks}; `);
  const noted = text(discarding.stderr ?? process.stdin);
  await Promise.all([...children, discarding].map((child) => child.exitCode ?? once(child, "exit")));
  assert.doesNotMatch(await noted, /\n\s+at /, "no stack trace");
  const everywhere = async () => [
    ...(await queues.peek("dead")).map(({ body }) => body),
    ...(await queues.peek("intents")).map(({ body }) => body),
    ...(await discarded(gone)),
  ];
  assert.equal(new Set(await everywhere()).size, letters);

  for (let run = 0; run < 5 && (await queues.peek("dead")).length > 0; run++) {
    await queues.unhide();
    const options = { conditions: [], yes: true, check: false, follow: false, json: true };
    const code = await runReplay({ ...options, perSecond: Number.POSITIVE_INFINITY, audit }, queues.session);
    assert.notEqual(code, exitCodes.failed);
  }
  assert.equal((await queues.peek("dead")).length, 0);
  assert.equal(new Set(await everywhere()).size, letters);
  for (const line of (await readFile(audit, "utf8")).trim().split("\n")) JSON.parse(line);
});

it("two discards, a kill and a full disk at once lose nothing, and imports of what they wrote restore it once", async (context) => {
  const directory = await mkdtemp(join(tmpdir(), "all-at-once-"));
  context.after(() => rm(directory, { recursive: true }));
  const file = (name: string) => join(directory, name);
  const children: ChildProcess[] = [];
  let calls = 0;
  const queues = await startTestQueues(context, {
    chooseFault() {
      calls++;
      if (calls === killedAt[0]) children[0]?.kill("SIGKILL");
      return undefined;
    },
  });
  await sendLetters(queues, letters);
  calls = 0;
  const discard = (n: number) =>
    start(
      `dlq discard --yes --to ${file(`gone-${n}`)} --audit ${file(`audit-${n}`)}`,
      queues,
      n === 1 ? `ulimit -f ${fileBlocks}; ` : "",
    );
  children.push(discard(0), discard(1));
  const noted = text(children[1]?.stderr ?? process.stdin);
  await Promise.all(children.map((child) => child.exitCode ?? once(child, "exit")));
  assert.doesNotMatch(await noted, /\n\s+at /, "no stack trace");
  for (const n of [0, 1]) {
    // One that started late found all letters leased by the other, and wrote no file.
    if (existsSync(file(`gone-${n}`))) continue;
    await queues.unhide();
    await once(discard(n), "exit");
  }
  const inQueue = async () => (await queues.peek("dead")).map(({ body }) => body);
  const everywhere = async () => [
    ...(await inQueue()),
    ...(await discarded(file("gone-0"))),
    ...(await discarded(file("gone-1"))),
  ];
  assert.equal(new Set(await everywhere()).size, letters);

  const codes: (number | null)[] = [];
  // Of what is left, an import is cut short by a full disk under its audit file; the next one continues.
  for (const limit of [`ulimit -f ${auditBlocks}; `, ""]) {
    for (const name of ["gone-0", "gone-1"]) {
      await queues.unhide();
      const command = `dlq import ${file(name)} --yes --audit ${file(`import-audit-${limit.length}`)}`;
      const importing = start(command, queues, limit);
      const said = text(importing.stderr ?? process.stdin);
      const [code] = await once(importing, "exit");
      codes.push(code);
      assert.doesNotMatch(await said, /\n\s+at /, "no stack trace");
    }
  }
  assert.deepEqual([codes.includes(1), codes.slice(2)], [true, [0, 0]]);
  const restored = await inQueue();
  assert.deepEqual([restored.length, new Set(restored).size], [letters, letters]);
});

function start(command: string, queues: TestQueues, before = ""): ChildProcess {
  return spawn("sh", ["-c", `${before}exec ${process.execPath} cli/contact-transfer.mjs ${command}`], {
    stdio: ["ignore", "ignore", "pipe"],
    env: killableEnvironment(queues),
  });
}

/** The bodies in the file, each line of which is whole. */
async function discarded(file: string): Promise<string[]> {
  const lines = await readFile(file, "utf8").catch(() => "");
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).body);
}
