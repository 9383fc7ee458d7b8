import assert from "node:assert/strict";
import { it } from "node:test";
import { messageBytes, type QueueMessage } from "./queue-message.ts";

it("a message is as large as SQS counts it: its body, and the name, type and value of each attribute, in bytes", () => {
  const sizes: [QueueMessage, number][] = [
    [{ MessageBody: undefined }, 0],
    [{ MessageBody: "ä" }, 2],
    [
      { MessageBody: "x", MessageAttributes: { name: { DataType: "String", StringValue: "ä" } } },
      1 + 4 + 6 + 2,
    ],
    [
      {
        MessageBody: "",
        MessageAttributes: { raw: { DataType: "Binary", BinaryValue: Buffer.from([1, 2, 3]) } },
      },
      3 + 6 + 3,
    ],
    [{ MessageBody: "", MessageAttributes: { none: { DataType: undefined } } }, 4],
  ];
  for (const [message, bytes] of sizes) assert.equal(messageBytes(message), bytes);
});
