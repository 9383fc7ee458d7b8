import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import {
  startTestQueues,
  type TestOptions,
  type TestQueues,
} from "../../test/operator/dead-letter-queues.ts";
import { killableEnvironment } from "../../test/operator/tool-environment.ts";

const letters = 25;

/** A file of dead letters, and imports of it, each in a process of its own. */
async function start(context: TestContext, options: TestOptions = {}) {
  const queues = await startTestQueues(context, options);
  const directory = await mkdtemp(join(tmpdir(), "import-"));
  context.after(() => rm(directory, { recursive: true }));
  const lines = Array.from({ length: letters }, (_, n) => JSON.stringify({ body: `letter-${n}` }));
  await writeFile(join(directory, "letters.jsonl"), lines.join("\n"));
  const command = ["cli/contact-transfer.mjs", "dlq", "import", join(directory, "letters.jsonl"), "--yes"];
  return {
    queues,
    launch: () => launch([...command, "--audit", join(directory, "audit.jsonl")], queues, directory),
  };
}

function launch(args: readonly string[], queues: TestQueues, directory: string) {
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...killableEnvironment(queues), TMPDIR: directory },
  });
  const printed = Promise.all([child.stdout, child.stderr].map((stream) => stream && text(stream)));
  const ended = Promise.all([once(child, "exit"), printed]).then(([[code], output]) => ({
    code: code as number | null,
    output: output.join(""),
  }));
  return { child, ended };
}

async function bodies(queues: TestQueues): Promise<string[]> {
  return (await queues.peek("dead")).map(({ body }) => body).sort();
}

const eachOnce = Array.from({ length: letters }, (_, n) => `letter-${n}`).sort();

describe("two imports of one file", () => {
  it("send each line once, whichever sees the other", async (context) => {
    const { queues, launch } = await start(context);
    const ends = await Promise.all([launch().ended, launch().ended]);
    assert.deepEqual(await bodies(queues), eachOnce);
    assert.ok(ends.some(({ code }) => code === 0));
    for (const { code, output } of ends) {
      if (code !== 0) assert.match(output, /process \d+ imports into this queue, and may send the same/);
    }
  });

  it("of which the first has looked and not sent yet: the second sends nothing and exits with 3", async (context) => {
    const hasLooked = Promise.withResolvers<void>();
    const mayGoOn = Promise.withResolvers<void>();
    const { queues, launch } = await start(context, {
      async onAnswered(action) {
        if (action !== "ReceiveMessage") return;
        hasLooked.resolve();
        await mayGoOn.promise;
      },
    });
    const first = launch();
    await hasLooked.promise;
    const second = await launch().ended;
    mayGoOn.resolve();
    assert.equal(second.code, 3);
    assert.match(second.output, new RegExp(`process ${first.child.pid} imports into this queue`));
    assert.equal((await first.ended).code, 0);
    assert.deepEqual(await bodies(queues), eachOnce);
  });

  it("of which the first was killed: the second completes it", async (context) => {
    let sends = 0;
    let child: ChildProcess | undefined;
    const { queues, launch } = await start(context, {
      onAnswered(action) {
        if (action === "SendMessageBatch" && ++sends === 1) child?.kill("SIGKILL");
      },
    });
    const first = launch();
    child = first.child;
    assert.equal((await first.ended).code, null);
    await queues.unhide();
    assert.equal((await launch().ended).code, 0);
    assert.deepEqual(await bodies(queues), eachOnce);
  });
});
