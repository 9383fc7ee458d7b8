import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContactStep } from "./contact-events.ts";

const arn = "arn:aws:connect:us-east-1:111122223333:instance/i-1";
const event = (detail: object) => ({ source: "aws.connect", time: "2026-11-24T10:00:00Z", detail });
const tenOClock = Date.parse("2026-11-24T10:00:00Z");

describe("an event of a contact", () => {
  it("is read with its own instant, queue and agent", () => {
    const step = readContactStep(
      event({
        eventType: "CONNECTED_TO_AGENT",
        contactId: "c-2",
        previousContactId: "c-1",
        queueInfo: { queueArn: `${arn}/queue/billing`, enqueueTimestamp: "2026-11-24T09:00:00.000Z" },
        agentInfo: { agentArn: `${arn}/agent/jane`, connectedToAgentTimestamp: "2026-11-24T09:59:59.500Z" },
      }),
    );
    assert.deepEqual(step, {
      contactId: "c-2",
      type: "CONNECTED_TO_AGENT",
      at: tenOClock - 500,
      previousContactId: "c-1",
      queueId: "billing",
      agentId: "jane",
    });
  });

  it("is read whatever the case of its members and values", () => {
    const step = readContactStep(
      event({ EventType: "Queued", ContactId: "c-2", QueueInfo: { QueueArn: `${arn}/queue/billing` } }),
    );
    assert.deepEqual(step, { contactId: "c-2", type: "QUEUED", at: tenOClock, queueId: "billing" });
  });

  it("of a type that nobody knows counts with the event's time", () => {
    const step = readContactStep(event({ eventType: "TELEPORTED", contactId: "c-2", more: [1] }));
    assert.deepEqual(step, { contactId: "c-2", type: "TELEPORTED", at: tenOClock });
  });

  for (const [what, value] of Object.entries({
    "an outcome": { source: "contact-transfer", detail: { contactId: "c-2", eventType: "QUEUED" } },
    "an event without a contact": event({ eventType: "QUEUED" }),
    "an event without a type": event({ contactId: "c-2" }),
    "an event without an instant": {
      source: "aws.connect",
      detail: { contactId: "c-2", eventType: "QUEUED" },
    },
    "no object": "text",
  })) {
    it(`${what} is none`, () => assert.equal(readContactStep(value), undefined));
  }
});
