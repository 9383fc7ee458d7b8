import assert from "node:assert/strict";
import { it } from "node:test";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { makeEnvelope } from "../../test/makers.ts";
import { startTestQueues } from "../../test/operator/dead-letter-queues.ts";
import { countWaiting } from "./count-waiting.ts";

const hour = 3_600_000;

it("intents too old by their time, expiresAt or history are counted, and all stay in the queue", async (context) => {
  const { session, sqs, intentQueueUrl, receiveAll } = await startTestQueues(context);
  const now = Date.now();
  const ago = (ms: number) => new Date(now - ms).toISOString();
  const History = (value: object) => ({
    History: { DataType: "String", StringValue: JSON.stringify({ effect: "none", replays: 1, ...value }) },
  });
  const messages: [string, ReturnType<typeof History>?][] = [
    [JSON.stringify(makeEnvelope())],
    [JSON.stringify(makeEnvelope({}, { time: ago(hour) }))],
    [JSON.stringify(makeEnvelope({}, { time: ago(25 * hour) }))],
    [JSON.stringify(makeEnvelope({ expiresAt: ago(1_000) }))],
    [JSON.stringify(makeEnvelope()), History({ firstSentAt: ago(48 * hour) })],
    [JSON.stringify(makeEnvelope()), History({ firstSentAt: ago(48 * hour), renewedAt: ago(hour) })],
    ["not JSON"],
    ...Array.from({ length: 8 }, (): [string] => [JSON.stringify(makeEnvelope())]),
  ];
  for (const [MessageBody, MessageAttributes] of messages) {
    await sqs.send(new SendMessageCommand({ QueueUrl: intentQueueUrl, MessageBody, MessageAttributes }));
  }
  const waiting = await countWaiting(session);
  assert.deepEqual(waiting, { total: 15, tooOld: 3, mayBeMore: undefined });
  assert.equal((await receiveAll("intents")).length, 15, "all are visible again");
});
