import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstEvent, makeEventBridge, makeRule } from "../../test/event-bridge.ts";
import { whyDropped } from "./describe-dropped.ts";

describe("why no rule takes an event", () => {
  const { eventBridge } = makeEventBridge();
  const near = { source: ["com.example.sla"], "detail-type": ["SLA Deadline Near"] };
  eventBridge.putRule(makeRule({ ruleName: "A-Requests", eventPattern: { "detail-type": ["Requested"] } }));
  eventBridge.putRule(
    makeRule({
      ruleName: "B-Sla",
      eventPattern: { ...near, detail: { minutesLeft: [{ numeric: ["<", 15] }] } },
    }),
  );
  const stack = { eventBridge, outputs: { RuleName: "A-Requests" } };
  const why = (event: object) => whyDropped({ ...firstEvent, version: "0", ...event }, "default", stack);

  it("is the detail, for the rule of its source and detail-type", () => {
    const event = {
      source: "com.example.sla",
      "detail-type": "SLA Deadline Near",
      detail: { minutesLeft: 90 },
    };
    assert.equal(why(event), 'detail does not match {"minutesLeft":[{"numeric":["<",15]}]} (rule B-Sla)');
  });

  it("is what the rule of requests demands, otherwise", () => {
    const event = { source: "com.example.sla", "detail-type": "SLA Deadline" };
    assert.equal(why(event), 'detail-type "SLA Deadline" is not "Requested"');
  });
});
