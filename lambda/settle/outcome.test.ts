import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, instanceId, makeRecord, makeSettings } from "../../test/makers.ts";
import type { Intent } from "../intake/intent.ts";
import { fromSqsRecord } from "../intake/record.ts";
import { failedOutcome } from "./outcome.ts";

const record = fromSqsRecord(makeRecord({}, { messageId: "m", receiveCount: 4 }));
const settings = makeSettings({ eventBusName: "bus", outcomeSource: "source" });
const failure = { reason: "NotAllowed", message: "no", effect: "none" } as const;
const intent: Intent = {
  intentId: "i",
  instanceId,
  contactId: "c",
  contactFlowId: "f",
  destination: { kind: "user", userId: "u" },
  metadata: { a: 1 },
};

describe("the outcome of a failure", () => {
  it("has everything that is known", () => {
    const { Detail = "", ...entry } = failedOutcome(
      { intent, clientToken: "t", requestedBy: { source: "s" } },
      record,
      failure,
      settings,
    );
    assert.deepEqual(entry, {
      EventBusName: "bus",
      Source: "source",
      DetailType: "Contact Transfer Failed",
      Resources: [`${instanceArn}/contact/c`],
    });
    assert.deepEqual(JSON.parse(Detail), {
      intentId: "i",
      clientToken: "t",
      request: { instanceId, contactId: "c", contactFlowId: "f", userId: "u" },
      messageId: "m",
      failure,
      requestedBy: { source: "s" },
      receiveCount: 4,
      metadata: { a: 1 },
    });
  });

  it("has an intent's identity alone if no more could be read, and no resource", () => {
    const { Detail = "", Resources } = failedOutcome({ intentId: "i" }, record, failure, settings);
    assert.deepEqual(JSON.parse(Detail), { intentId: "i", messageId: "m", failure, receiveCount: 4 });
    assert.deepEqual(Resources, []);
  });

  it("has no resource in an instance that is not of the deployment", () => {
    const foreign = { ...intent, instanceId: "other" };
    assert.deepEqual(failedOutcome({ intent: foreign }, record, failure, settings).Resources, []);
  });
});
