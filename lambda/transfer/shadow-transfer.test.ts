import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeEnvelope, makePorts, makeRecord, makeSettings } from "../../test/makers.ts";
import { createEngine } from "../engine.ts";
import { processBatch } from "../process-batch.ts";

describe("shadow mode", () => {
  it("makes no request to Connect and marks every outcome as a shadow; the contact of a success does not change", async () => {
    const settings = makeSettings({ isShadow: true, requestsPerSecond: 10 });
    const { ports, clock, seen } = makePorts({ settings });
    const records = [
      makeRecord(makeEnvelope({ contactId: "task-1" }), { sentAt: clock.now() }),
      makeRecord("not JSON", { sentAt: clock.now() }),
    ];
    const time = { requestId: "invocation-1", deadlineAt: clock.monotonic() + 30_000 };
    await clock.run(processBatch(records, time, createEngine(ports)));
    assert.deepEqual(seen.transfers, []);
    const outcomes = seen.outcomes.map(({ detailType, detail }) => [
      detailType,
      detail.shadow,
      detail.response,
    ]);
    const contactArn =
      "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111/contact/task-1";
    assert.deepEqual(
      outcomes.toSorted(([a], [b]) => String(a).localeCompare(String(b))),
      [
        ["Contact Transfer Failed", true, undefined],
        [
          "Contact Transfer Succeeded",
          true,
          { contactId: "task-1", contactArn, evidence: "answered", httpStatus: 200 },
        ],
      ],
    );
  });
});
