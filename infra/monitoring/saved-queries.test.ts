import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runInsightsQuery } from "../../test/models/insights-query.ts";
import { contactEventQueries, savedQueries } from "./saved-queries.ts";

const at = (seconds: number) => ({
  time: `2026-11-24T10:00:0${seconds}Z`,
  "@timestamp": `2026-11-24T10:00:0${seconds}Z`,
});
const request = { contactId: "task-1", queueId: "billing" };
const succeeded = (contactId: string, seconds: number, more: object = {}) => ({
  ...at(seconds),
  source: "contact-transfer",
  "detail-type": "Contact Transfer Succeeded",
  detail: { intentId: `intent-of-${contactId}`, request, response: { contactId }, receiveCount: 1, ...more },
});
const failed = (reason: string, seconds: number) => ({
  ...at(seconds),
  source: "contact-transfer",
  "detail-type": "Contact Transfer Failed",
  detail: {
    intentId: "order-1",
    request,
    failure: { reason, message: "m", effect: "none" },
    receiveCount: 2,
  },
});
const announced = (detail: object, seconds: number) => ({
  ...at(seconds),
  source: "aws.connect",
  "detail-type": "Amazon Connect Contact Event",
  detail,
});

describe("the saved query of transfers that never reached an agent", () => {
  const query = contactEventQueries["transfers-that-never-reached-an-agent"];
  const run = (...events: readonly object[]) =>
    runInsightsQuery(query, events).map(({ contact, lastEvent, transferredAt }) => [
      contact,
      lastEvent,
      transferredAt,
    ]);

  it("lists those of which no agent is known, the oldest first, with their last event", () => {
    assert.deepEqual(
      run(
        announced({ eventType: "QUEUED", contactId: "waits" }, 3),
        succeeded("waits", 4),
        succeeded("reached", 2),
        announced({ eventType: "CONNECTED_TO_AGENT", contactId: "reached" }, 5),
        announced({ EventType: "Connected_To_Agent", ContactId: "reached-too" }, 6),
        succeeded("reached-too", 6),
        succeeded("silent", 1),
        succeeded("ended", 5),
        announced({ eventType: "DISCONNECTED", contactId: "ended" }, 7),
      ),
      [
        ["silent", "Contact Transfer Succeeded", "2026-11-24T10:00:01Z"],
        ["waits", "Contact Transfer Succeeded", "2026-11-24T10:00:03Z"],
        ["ended", "DISCONNECTED", "2026-11-24T10:00:05Z"],
      ],
    );
  });

  it("lists no failure, no transfer of the shadow mode, and no contact that others have transferred", () => {
    assert.deepEqual(
      run(
        failed("AccessDenied", 1),
        succeeded("shadow", 2, { shadow: true }),
        announced({ eventType: "QUEUED", contactId: "by-an-agent", previousContactId: "x" }, 3),
      ),
      [],
    );
  });
});

describe("the saved queries of outcomes", () => {
  const events = [
    succeeded("c-2", 1, { intentId: "order-1" }),
    failed("AccessDenied", 2),
    failed("Throttled", 3),
  ];
  const run = (name: keyof typeof savedQueries, id = "") =>
    runInsightsQuery(savedQueries[name].replace("REPLACE-ME", id), events);

  it("show the life of an intent and the failures of a contact", () => {
    const reasons = (rows: readonly object[]) =>
      rows.map((row) => Object.entries(row).find(([name]) => name === "detail.failure.reason")?.[1]);
    assert.deepEqual(reasons(run("life-of-an-intent", "order-1")), [undefined, "AccessDenied", "Throttled"]);
    assert.deepEqual(reasons(run("failures-of-a-contact", "task-1")), ["AccessDenied", "Throttled"]);
    assert.deepEqual(run("failures-of-a-contact", "task-2"), []);
  });

  it("count reasons by the hour", () => {
    assert.deepEqual(run("reasons-by-hour"), [
      { "detail.failure.reason": "AccessDenied", hour: "2026-11-24T10", failures: 1 },
      { "detail.failure.reason": "Throttled", hour: "2026-11-24T10", failures: 1 },
    ]);
  });
});
