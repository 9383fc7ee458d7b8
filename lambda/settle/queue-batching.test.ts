import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { queueBatching } from "./queue-batching.ts";

const messages = [{ MessageBody: "a" }, { MessageBody: "b" }, { MessageBody: "c" }];
const { signal } = new AbortController();

describe("a call of SendMessageBatch", () => {
  it("has at most 10 messages and 1 MiB, as SQS counts it", () => {
    const { service, maxCount, maxBytes, bytesOf } = queueBatching(async () => ({
      Successful: [],
      Failed: [],
    }));
    assert.deepEqual([service, maxCount, maxBytes], ["SQS", 10, 1_048_576]);
    assert.equal(bytesOf({ MessageBody: "ü" }), 2);
  });

  it("names each message by its place, and hands on its signal", async () => {
    const calls: unknown[] = [];
    const { send } = queueBatching(async (...call) => {
      calls.push(call);
      return { Successful: [], Failed: [] };
    });
    await send(messages, signal);
    assert.deepEqual(calls, [[messages.map((message, n) => ({ Id: String(n), ...message })), signal]]);
  });

  it("confirms a message that is listed as successful alone, in whatever order", async () => {
    const { send } = queueBatching(async () => ({
      Successful: [{ Id: "2", MessageId: "m", MD5OfMessageBody: "" }],
      Failed: [
        { Id: "9", Code: "AccessDenied", SenderFault: true },
        { Id: "1", Code: "InvalidMessageContents", SenderFault: true },
      ],
    }));
    assert.deepEqual(await send(messages, signal), [
      { name: "Unconfirmed", fault: "service" },
      { name: "InvalidMessageContents", fault: "message" },
      undefined,
    ]);
  });

  it("confirms nothing by an answer without lists", async () => {
    const { send } = queueBatching(async () => ({ Successful: undefined, Failed: undefined }));
    assert.deepEqual(await send([{ MessageBody: "a" }], signal), [{ name: "Unconfirmed", fault: "service" }]);
  });
});
