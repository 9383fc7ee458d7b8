import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { parseTestEvents } from "./parse-test-events.ts";
import { readFiles, readSamples } from "./read-test-events.ts";

const event = {
  source: "com.example",
  "detail-type": "Contact Transfer Requested",
  detail: { contactId: "a" },
};
const bare = { id: "1", detail: { contactId: "b" } };

describe("a file of the user's events", () => {
  it("holds one envelope, expected to succeed", () => {
    assert.deepEqual(parseTestEvents("order", JSON.stringify(event, null, 2)), [
      { name: "order", expected: { outcome: "succeeded" }, content: { kind: "event", envelope: event } },
    ]);
  });

  for (const [form, content] of [
    ["an array of them", JSON.stringify([event, bare])],
    ["JSON lines", `${JSON.stringify(event)}\n\n${JSON.stringify(bare)}\n`],
  ] as const) {
    it(`or ${form}`, () => {
      const testEvents = parseTestEvents("orders", content);
      assert.deepEqual(
        testEvents.map(({ name, content: { kind } }) => [name, kind]),
        [
          ["orders:1", "event"],
          ["orders:2", "message"],
        ],
      );
    });
  }

  it("keeps the digits of its numbers", () => {
    const text = JSON.stringify(bare).replace('"b"', "9007199254740993");
    for (const content of [text, `${text}\n${text}`, `[${text}]`])
      for (const read of parseTestEvents("order", content))
        assert.match(JSON.stringify(read), /9007199254740993/);
  });

  it("may be a sample, which keeps its expectation", () => {
    const sample = { expect: { outcome: "failed", reason: "InvalidIntent" }, body: "{" };
    assert.deepEqual(parseTestEvents("broken", JSON.stringify(sample)), [
      {
        name: "broken",
        expected: { outcome: "failed", reason: "InvalidIntent" },
        content: { kind: "message", body: "{" },
      },
    ]);
  });

  it("may come from stdin", async () => {
    const [testEvent] = await readFiles(["-"], () => Readable.from([JSON.stringify(bare)]));
    assert.equal(testEvent?.name, "stdin");
  });

  it("may hold more events than a call has room for arguments", async () => {
    const lines = `${JSON.stringify(bare)}\n`.repeat(200_000);
    assert.equal((await readFiles(["-"], () => Readable.from([lines]))).length, 200_000);
  });

  const usage =
    "A file must hold an event, an array of events, JSON lines, or the entries of put-events; see --help.";

  it("that is not JSON is a usage error that names the place", () => {
    assert.throws(() => parseTestEvents("orders", `${JSON.stringify(event)}\n{`), {
      name: "UsageError",
      message: new RegExp(`^orders, line 2, is not JSON: .*at position 1\\. ${usage}$`),
    });
    assert.throws(() => parseTestEvents("orders", `{\n  "id": 1,\n  "detail": }\n}`), {
      message: /^orders is not JSON: Unexpected token '}'/,
    });
  });

  for (const content of ["\n", "[]", '{"Entries": []}']) {
    it(`without any events is a usage error: ${JSON.stringify(content)}`, () =>
      assert.throws(() => parseTestEvents("orders", content), {
        name: "UsageError",
        message: `orders holds no events. ${usage}`,
      }));
  }

  it("that is missing is a usage error", async () => {
    await assert.rejects(
      readFiles(["no-such-file.json"], () => Readable.from([])),
      {
        name: "UsageError",
        message: "Cannot read no-such-file.json: it does not exist.",
      },
    );
  });

  const entry = { Source: "a", DetailType: "b", Detail: "{}" };
  it("may hold the entries of put-events, as an array or as the input of the call", () => {
    for (const content of [[entry], { Entries: [entry] }]) {
      const [testEvent] = parseTestEvents("entries", JSON.stringify(content));
      assert.deepEqual(testEvent?.content, { kind: "entry", entry });
    }
  });

  it("with an entry whose Detail is not a string is a usage error", () =>
    assert.throws(() => parseTestEvents("e", JSON.stringify({ ...entry, Detail: {} })), {
      message: "e: Detail of a put-events entry must be a string that holds JSON.",
    }));

  it("that holds just the detail of an intent is a usage error that shows the envelope", () =>
    assert.throws(() => parseTestEvents("d", JSON.stringify(event.detail)), {
      message: /^d is the detail of an intent without its envelope: wrap it as \{"id": /,
    }));
});

describe("files from Windows", () => {
  const text = JSON.stringify(bare);
  const littleEndian = Buffer.from(`\ufeff${text}`, "utf16le");
  for (const [encoding, bytes] of [
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16", littleEndian],
    ["UTF-16, big-endian", Buffer.from(littleEndian).swap16()],
  ] as const) {
    it(`are read: ${encoding}`, async () => {
      const [testEvent] = await readFiles(["-"], () => Readable.from([bytes]));
      assert.deepEqual(testEvent?.content, { kind: "message", body: text });
    });
  }

  for (const [what, bytes, why] of [
    ["UTF-16 without a mark", Buffer.from(text, "utf16le"), "UTF-16 without a byte order mark"],
    ["Latin-1", Buffer.from('{"id":"\u00e9"}', "latin1"), "it is not valid UTF-8"],
  ] as const) {
    it(`are named: ${what}`, () =>
      assert.rejects(
        readFiles(["-"], () => Readable.from([bytes])),
        { name: "UsageError", message: new RegExp(`^Cannot read stdin: .*${why}`) },
      ));
  }
});

it("a folder stands for its JSON files", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "events-"));
  context.after(() => rm(folder, { recursive: true }));
  const read = () => readFiles([folder], () => Readable.from([]));
  await assert.rejects(read, { message: `${folder} is a folder without .json or .jsonl files.` });
  await writeFile(join(folder, "b.json"), JSON.stringify(bare));
  await writeFile(join(folder, "a.jsonl"), `${JSON.stringify(event)}\n${JSON.stringify(bare)}`);
  await writeFile(join(folder, "notes.txt"), "none");
  assert.deepEqual(
    (await read()).map(({ name }) => name),
    ["a.jsonl:1", "a.jsonl:2", "b.json"],
  );
});

it("every sample states its expected result, and a bare envelope goes straight to the queue", async () => {
  const samples = await readSamples();
  const bareEnvelope = samples.find(({ name }) => name === "bare-envelope");
  assert.ok(samples.length >= 19);
  assert.equal(bareEnvelope?.content.kind, "message");
});
