import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, instanceId, makeEnvelope } from "../../test/makers.ts";
import { makeFailure, makeLetter } from "../../test/operator/dead-letter-queues.ts";
import { readLetter } from "../letters/read-letter.ts";
import { sketchUnknown } from "./judge-letter.ts";

const instance = { id: instanceId, arn: instanceArn };
const instances = { byId: new Map([[instanceId, instance]]), defaultInstance: instance };
const hourMs = 3_600_000;
const now = Date.parse("2026-11-24T10:00:00Z");
const iso = (hoursBefore: number) => new Date(now - hoursBefore * hourMs).toISOString();

interface Sent {
  readonly hoursAgo: number;
  readonly isMoved?: boolean;
}

/** A dead letter of an event of ten hours ago, in the queue that it was sent to `hoursAgo`. */
function sketch({ hoursAgo, isMoved = false }: Sent, parts: Parameters<typeof makeLetter>[0] = {}) {
  const { MessageBody, MessageAttributes } = makeLetter({
    body: makeEnvelope({}, { time: iso(10) }),
    ...parts,
  });
  const letter = readLetter(
    {
      MessageId: "m",
      Body: MessageBody,
      MessageAttributes,
      Attributes: {
        SentTimestamp: String(now - hoursAgo * hourMs),
        ...(isMoved && { DeadLetterQueueSourceArn: "arn:aws:sqs:us-east-1:111122223333:intents" }),
      },
    },
    instances,
  );
  const { firstAskedAt, lastAskedAt } =
    sketchUnknown(letter, { instances, maxIntentAgeMs: 24 * hourMs }, now) ?? {};
  return [firstAskedAt, lastAskedAt].map((at) => at !== undefined && (now - at) / hourMs);
}

describe("when the requests of an intent may have been made, in hours before now", () => {
  it("is until it failed, from the event on", () => {
    const failure = makeFailure({ effect: "unknown", failedAt: iso(2), firstSentAt: iso(9) });
    assert.deepEqual(sketch({ hoursAgo: 2 }, { reason: "ConnectUnavailable", failure }), [10, 2]);
  });

  it("is not from the dead letter on if SQS refused the details of the failure", () => {
    assert.deepEqual(sketch({ hoursAgo: 2 }, { reason: "ConnectUnavailable" }), [10, 2]);
  });

  it("is until Lambda's record of an event that invoked the function", () => {
    const requestPayload = makeEnvelope({}, { time: iso(10) });
    const requestContext = { requestId: "r", condition: "RetriesExhausted" };
    const body = { version: "1.0", timestamp: iso(3), requestContext, requestPayload };
    assert.deepEqual(sketch({ hoursAgo: 3 }, { body }), [10, 3]);
  });

  it("is until now if SQS moved an intent that has not expired", () => {
    assert.deepEqual(sketch({ hoursAgo: 9, isMoved: true }), [10, 0]);
  });

  it("is until it expired, if SQS moved it", () => {
    assert.deepEqual(sketch({ hoursAgo: 40, isMoved: true }), [40, 16]);
  });

  it("is as long as a renewal allowed", () => {
    const history = { firstSentAt: iso(60), renewedAt: iso(1), effect: "unknown", replays: 1 };
    assert.deepEqual(sketch({ hoursAgo: 1, isMoved: true }, { history }), [60, 0]);
  });
});
