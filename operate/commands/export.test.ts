import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { makeEnvelope } from "../../test/makers.ts";
import {
  hoursAgo,
  makeFailure,
  sendLetter,
  sendLetters,
  startTestQueues,
  type TestOptions,
} from "../../test/operator/dead-letter-queues.ts";
import { runDiscard } from "./discard.ts";
import { runExport } from "./export.ts";
import { runImport } from "./import.ts";

async function start(context: TestContext, options: TestOptions = {}) {
  const queues = await startTestQueues(context, options);
  const directory = await mkdtemp(join(tmpdir(), "files-"));
  context.after(() => rm(directory, { recursive: true }));
  const file = join(directory, "letters.jsonl");
  const common = { conditions: [], json: true, file, audit: join(directory, "audit.jsonl") };
  return {
    queues,
    file,
    exportAll: () => runExport(common, queues.session),
    importAll: (fromLine = 1) => runImport({ ...common, fromLine }, queues.session),
    discard: (yes: boolean) => runDiscard({ ...common, yes }, queues.session),
    lastAnswer: () => JSON.parse(queues.output.printed.pop() ?? ""),
  };
}

describe("export and import", () => {
  it("lose nothing in either direction", async (context) => {
    const { queues, file, exportAll, importAll, discard } = await start(context);
    const attributes = {
      bin: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
      ...Object.fromEntries(
        Array.from({ length: 7 }, (_, n) => [`own-${n}`, { DataType: "String", StringValue: `ü${n}` }]),
      ),
    };
    await sendLetter(queues, {
      body: " {\t🚚\r\n",
      reason: "InvalidIntent",
      failure: makeFailure(),
      attributes,
    });
    await sendLetter(queues, { body: makeEnvelope(), reason: "AccessDenied", failure: makeFailure() });
    await sendLetter(queues, {
      body: "x".repeat(1024 * 1024 - 300),
      reason: "InvalidIntent",
      failure: makeFailure(),
    });
    const before = await queues.peek("dead");
    assert.equal(await exportAll(), 0);
    assert.equal((await queues.peek("dead")).length, 3, "they stay in the queue");
    await rm(file);
    assert.equal(await discard(true), 0);
    assert.equal((await queues.peek("dead")).length, 0);
    assert.equal(await importAll(), 0);
    const facts = ({ body, attributes: own }: (typeof before)[number]) => JSON.stringify([body, own]);
    assert.deepEqual((await queues.peek("dead")).map(facts).sort(), before.map(facts).sort());
    const [binary] = (await queues.receiveAll("dead")).filter((letter) => letter.attributes.bin);
    assert.deepEqual(Buffer.from(binary?.attributes.bin?.BinaryValue ?? []), Buffer.from([0, 255]));
  });

  it("preserve the age and the uncertain effect of messages that carry neither", async (context) => {
    const { queues, file, importAll } = await start(context);
    const sentAt = hoursAgo(30);
    await writeFile(file, `${JSON.stringify({ sentAt, body: JSON.stringify(makeEnvelope()) })}\n`);
    assert.equal(await importAll(), 0);
    const [letter] = await queues.peek("dead");
    assert.deepEqual(JSON.parse(letter?.attributes.History ?? ""), {
      firstSentAt: sentAt,
      effect: "unknown",
      replays: 0,
      lastReason: "NoReason",
    });
  });

  it("never overwrite a file", async (context) => {
    const { file, exportAll } = await start(context);
    await writeFile(file, "");
    await assert.rejects(exportAll(), { name: "UsageError", message: /exists already/ });
  });

  it("change nothing if a line is broken, and name it", async (context) => {
    const { queues, file, importAll } = await start(context);
    await writeFile(file, '{"body":"fine"}\n\n{"body":5}\n');
    await assert.rejects(importAll(), { name: "UsageError", message: /^Line 3 is not a dead letter/ });
    assert.equal((await queues.peek("dead")).length, 0);
  });

  it("name the lines that SQS rejected", async (context) => {
    const { file, importAll, lastAnswer } = await start(context, {
      chooseFault: () => ({ kind: "failEntries", ids: ["1"], code: "InternalError" }),
    });
    await writeFile(file, '{"body":"a"}\n{"body":"b"}\n{"body":"c"}\n');
    assert.equal(await importAll(), 1);
    const { imported, failed } = lastAnswer();
    assert.deepEqual([imported, failed[0].lineNumber], [2, 2]);
  });

  it("continue at a given line", async (context) => {
    const { queues, file, importAll } = await start(context);
    await writeFile(file, '{"body":"a"}\n{"body":"b"}\n{"body":"c"}\n');
    await importAll(3);
    assert.deepEqual(
      (await queues.peek("dead")).map(({ body }) => body),
      ["c"],
    );
  });
});

describe("discard", () => {
  it("without --yes writes no file and removes nothing", async (context) => {
    const { queues, file, discard, lastAnswer } = await start(context);
    await sendLetters(queues, 12);
    await discard(false);
    assert.deepEqual(lastAnswer(), { dryRun: true, wouldDiscard: 12, reasons: { AccessDenied: 12 } });
    await assert.rejects(readFile(file), { code: "ENOENT" });
    assert.equal((await queues.receiveAll("dead")).length, 12);
  });

  it("reports what could not be deleted, which is also in the file", async (context) => {
    const { queues, file, discard, lastAnswer } = await start(context, {
      chooseFault: ({ action }) =>
        action === "DeleteMessageBatch"
          ? { kind: "failEntries", ids: ["0"], code: "InternalError" }
          : undefined,
    });
    await sendLetters(queues, 5);
    assert.equal(await discard(true), 1);
    assert.equal(lastAnswer().failed.length, 1);
    assert.equal((await readFile(file, "utf8")).trim().split("\n").length, 5);
    assert.equal((await queues.receiveAll("dead")).length, 1);
  });
});
