import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { makeEnvelope } from "../../../test/makers.ts";
import {
  hoursAgo,
  makeFailure,
  sendLetter,
  sendLetters,
  startTestQueues,
  type TestOptions,
} from "../../../test/operator/dead-letter-queues.ts";
import { readDocument } from "../../../test/operator/read-document.ts";
import { readConditions } from "../../letters/filters.ts";
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
    exportAll: (more: Partial<Parameters<typeof runExport>[0]> = {}) =>
      runExport({ ...common, ...more }, queues.session),
    importAll: (more: Partial<Parameters<typeof runImport>[0]> = {}) =>
      runImport(
        { ...common, yes: true, fromLine: 1, allowCopies: false, skipBroken: false, ...more },
        queues.session,
      ),
    discard: (yes: boolean) => runDiscard({ ...common, yes }, queues.session),
    lastAnswer: (name: "import" | "discard" | "export" = "import") =>
      readDocument(`dlq-${name}`, queues.output.printed.pop()),
  };
}

const manyLines = Array.from({ length: 150 }, (_, index) => `{"body":"letter-${index + 1}"}\n`).join("");

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
      chooseFault: ({ action }) =>
        action === "SendMessageBatch"
          ? { kind: "failEntries", ids: ["1"], code: "InvalidMessageContents", senderFault: true }
          : undefined,
    });
    await writeFile(file, '{"body":"a"}\n{"body":"b"}\n{"body":"c"}\n');
    assert.equal(await importAll(), 1);
    const { imported, failed } = lastAnswer();
    assert.deepEqual([imported, failed[0].lineNumber], [2, 2]);
  });

  it("end an import at a refusal that every call meets, and name the first line that was not tried", async (context) => {
    const { file, importAll, lastAnswer } = await start(context, {
      chooseFault: ({ action }) =>
        action === "SendMessageBatch" ? { kind: "error", code: "AccessDenied", status: 403 } : undefined,
    });
    await writeFile(file, manyLines);
    assert.equal(await importAll(), 1);
    const { imported, failed, nextLine, stopped } = lastAnswer();
    assert.deepEqual([imported, failed.length, nextLine], [0, 80, 81]);
    assert.deepEqual(
      failed.map(({ lineNumber }: { lineNumber: number }) => lineNumber),
      Array.from({ length: 80 }, (_, index) => index + 1),
    );
    assert.match(stopped, /not allowed to call sqs:SendMessage/);
  });

  it("that are interrupted send what is under way, and name the first line that was not tried", async (context) => {
    const stop = new AbortController();
    const { queues, file, importAll, lastAnswer } = await start(context, {
      signal: stop.signal,
      onAnswered: (action) => {
        if (action === "SendMessageBatch") stop.abort();
      },
    });
    await writeFile(file, manyLines);
    await importAll();
    const { imported, failed, nextLine } = lastAnswer();
    assert.deepEqual([imported, failed, nextLine], [80, [], 81]);
    const sent = await queues.peek("dead");
    assert.deepEqual(
      new Set(sent.map(({ body }) => body)),
      new Set(Array.from({ length: 80 }, (_, index) => `letter-${index + 1}`)),
    );
  });

  it("import nothing twice: not what is still in the queue, nor what an import has sent, nor a line that is repeated", async (context) => {
    const { queues, file, exportAll, importAll, lastAnswer } = await start(context);
    await sendLetters(queues, 3);
    await sendLetter(queues);
    assert.equal(await exportAll(), 0);
    assert.equal(await importAll(), 0);
    assert.deepEqual(lastAnswer(), {
      dryRun: false,
      imported: 0,
      failed: [],
      present: 4,
      repeated: 0,
      broken: 0,
    });
    const lines = await readFile(file, "utf8");
    await queues.empty("dead");
    await writeFile(file, lines + lines);
    assert.equal(await importAll({ limit: 2 }), 0);
    assert.equal(lastAnswer().imported, 2);
    assert.equal(await importAll(), 0);
    const { imported, present, repeated } = lastAnswer();
    assert.deepEqual([imported, present, repeated], [2, 2, 4]);
    assert.equal((await queues.peek("dead")).length, 4);
  });

  it("without --yes show what would be imported, and change nothing", async (context) => {
    const { queues, file, importAll, lastAnswer } = await start(context);
    await writeFile(file, '{"body":"a"}\n{"body":"b"}\n');
    assert.equal(await importAll({ yes: false }), 0);
    assert.deepEqual(lastAnswer(), { dryRun: true, wouldImport: 2, present: 0, repeated: 0, broken: 0 });
    assert.equal((await queues.peek("dead")).length, 0);
  });

  it("import all but a line that is too large for SQS, and say that no other run will accept it", async (context) => {
    const { queues, file, importAll } = await start(context);
    await writeFile(file, `{"body":"a"}\n${JSON.stringify({ body: "b".repeat(2 ** 20 + 1) })}\n`);
    assert.equal(await importAll({ json: false }), 1);
    assert.match(
      queues.output.printed.pop() ?? "",
      /^Imported 1 of 2 .*\nLine 2 was not imported: it is larger than 1 MiB.*\n.* What SQS will never accept stays in the file\.$/s,
    );
    assert.equal((await queues.peek("dead")).length, 1);
  });

  it("import nothing while dead letters that may be the same are in flight", async (context) => {
    const { queues, file, importAll } = await start(context);
    await sendLetters(queues, 3);
    await queues.sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.deadLetterQueueUrl }));
    await writeFile(file, '{"body":"a"}\n');
    await assert.rejects(importAll(), {
      name: "ToolError",
      exitCode: 3,
      message: /in flight.*--allow-copies/,
    });
    assert.equal(await importAll({ allowCopies: true }), 0);
  });

  for (const [what, bytes, sentence] of [
    ["UTF-16", Buffer.from("\ufeff{}", "utf16le"), /is UTF-16/],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0]), /is compressed/],
    ["Latin-1", Buffer.from('{"body":"\xe9"}\n', "latin1"), /Line 1 of .* bytes that are not UTF-8/],
    ["an array", Buffer.from('[{"body":"a"}]\n'), /Line 1 .*begins a JSON array/],
    ["pretty-printed JSON", Buffer.from('{\n "body": "a"\n}'), /Line 1 .*JSON over several lines/],
    ["a last line that is cut off", Buffer.from('{"body":"a"}\n{"bo'), /Line 2 .*cut off; --skip-broken/],
    [
      "an instant that is none",
      Buffer.from('{"body":"a","sentAt":"yesterday"}'),
      /its sentAt is "yesterday"/,
    ],
    [
      "base64 that is none",
      Buffer.from('{"body":"a","attributes":{"b":{"DataType":"Binary","BinaryValue":"?"}}}'),
      /attribute "b" has a BinaryValue that is not base64/,
    ],
  ] as const) {
    it(`name what a file is instead: ${what}`, async (context) => {
      const { file, importAll } = await start(context);
      await writeFile(file, bytes);
      await assert.rejects(importAll(), { name: "UsageError", message: sentence });
    });
  }

  it("read a file with a byte order mark and CRLF, and leave broken lines out if asked to", async (context) => {
    const { queues, file, importAll, lastAnswer } = await start(context);
    await writeFile(file, '\ufeff{"body":"a"}\r\n{"body":"b"}\r\n{"bo');
    assert.equal(await importAll({ skipBroken: true }), 0);
    assert.equal(lastAnswer().broken, 1);
    assert.deepEqual((await queues.peek("dead")).map(({ body }) => body).sort(), ["a", "b"]);
  });

  it("go on after a call without an answer, name its lines, and complete it in the next run", async (context) => {
    let calls = 0;
    const { queues, file, importAll, lastAnswer } = await start(context, {
      chooseFault: ({ action }) =>
        action === "SendMessageBatch" && ++calls === 1 ? { kind: "loseAnswer" } : undefined,
    });
    const lines = Array.from({ length: 15 }, (_, n) => JSON.stringify({ body: `letter-${n}` }));
    await writeFile(file, lines.join("\n"));
    assert.equal(await importAll(), 1);
    const { imported, failed } = lastAnswer();
    assert.equal(imported, 5);
    assert.deepEqual([failed.length, failed[0].lineNumber, failed[0].maybeSent], [10, 1, true]);
    assert.equal(await importAll(), 0);
    const bodies = (await queues.peek("dead")).map(({ body }) => body);
    assert.deepEqual([bodies.length, new Set(bodies).size], [15, 15]);
  });

  it("continue at a given line", async (context) => {
    const { queues, file, importAll } = await start(context);
    await writeFile(file, '{"body":"a"}\n{"body":"b"}\n{"body":"c"}\n');
    await importAll({ fromLine: 3 });
    assert.deepEqual(
      (await queues.peek("dead")).map(({ body }) => body),
      ["c"],
    );
  });
});

describe("an export", () => {
  it("that could not see everything exits with 3, in a file and on standard output", async (context) => {
    const { queues, exportAll } = await start(context);
    await sendLetters(queues, 3);
    await queues.sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.deadLetterQueueUrl }));
    assert.equal(await exportAll({ file: "-", json: false }), 3);
    assert.match(queues.output.noted.join("\n"), /Incomplete: wrote 2 of at least 2 dead letters/);
    assert.equal(await exportAll(), 3);
  });

  it("writes the oldest up to the limit, and no file if nothing matches", async (context) => {
    const { queues, file, exportAll } = await start(context);
    await sendLetters(queues, 12);
    assert.equal(await exportAll({ limit: 2 }), 0);
    assert.equal((await readFile(file, "utf8")).trim().split("\n").length, 2);
    await rm(file);
    assert.equal(await exportAll({ conditions: readConditions("--reason", "NotAllowed") }), 0);
    await assert.rejects(readFile(file), { code: "ENOENT" });
  });
});

describe("discard", () => {
  it("without --yes writes no file and removes nothing", async (context) => {
    const { queues, file, discard, lastAnswer } = await start(context);
    await sendLetters(queues, 12);
    await discard(false);
    assert.deepEqual(lastAnswer("discard"), {
      dryRun: true,
      seen: 12,
      wouldDiscard: 12,
      reasons: { AccessDenied: 12 },
    });
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
    assert.equal(lastAnswer("discard").failed.length, 1);
    assert.equal((await readFile(file, "utf8")).trim().split("\n").length, 5);
    assert.equal((await queues.receiveAll("dead")).length, 1);
  });
});
