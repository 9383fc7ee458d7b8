import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { parseTestEvents, readFiles, readSamples } from "./read-test-events.ts";

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

  it("that is not JSON is a usage error that names the line", () => {
    assert.throws(() => parseTestEvents("orders", `${JSON.stringify(event)}\n{`), {
      name: "UsageError",
      message: "orders, line 2, is not JSON. A file must hold an event, an array of events, or JSON lines.",
    });
  });

  it("that is empty or missing is a usage error", async () => {
    assert.throws(() => parseTestEvents("orders", "\n"), { name: "UsageError", message: /orders is empty/ });
    await assert.rejects(
      readFiles(["no-such-file.json"], () => Readable.from([])),
      {
        name: "UsageError",
        message: "Cannot read no-such-file.json: it does not exist.",
      },
    );
  });
});

it("every sample states its expected result, and a bare envelope goes straight to the queue", async () => {
  const samples = await readSamples();
  const bareEnvelope = samples.find(({ name }) => name === "bare-envelope");
  assert.ok(samples.length >= 19);
  assert.equal(bareEnvelope?.content.kind, "message");
});
