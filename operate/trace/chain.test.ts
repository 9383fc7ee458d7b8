import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Outcome } from "../../events/merge-outcomes.ts";
import type { ContactStep } from "../aws/contact-events.ts";
import { type ChainLink, chainFrom, linksOfOutcome } from "./chain.ts";

const step = (contactId: string, type: string, at: number, more: Partial<ContactStep> = {}): ContactStep => ({
  contactId,
  type,
  at,
  ...more,
});
const link = (from: string, to: string, by: ChainLink["by"]): ChainLink => ({ from, to, by });

/** Only what links are made of. */
function outcome(detail: object): Outcome {
  return JSON.parse(
    JSON.stringify({ detail: { intentId: "order-1", request: { contactId: "c-1" }, ...detail } }),
  );
}

describe("a chain", () => {
  it("begins with the contact that no other became, whatever came first", () => {
    const chain = chainFrom({
      links: [link("c-2", "c-3", "intent"), link("c-1", "c-2", "other")],
      steps: [],
    });
    assert.deepEqual(
      chain.map(({ contactId, from }) => [contactId, from?.by]),
      [
        ["c-1", undefined],
        ["c-2", "other"],
        ["c-3", "intent"],
      ],
    );
  });

  it("has the surest of what is known of a transfer", () => {
    const links = [
      link("c-1", "c-2", "unknown"),
      link("c-1", "c-2", "agent"),
      link("c-1", "c-2", "likely-intent"),
    ];
    assert.equal(chainFrom({ links, steps: [] })[1]?.from?.by, "agent");
  });

  it("goes on with events, in any order and twice", () => {
    const previous = { previousContactId: "c-1", queueId: "billing" };
    const steps = [
      step("c-2", "DISCONNECTED", 30, previous),
      step("c-2", "CONNECTED_TO_AGENT", 20, { ...previous, agentId: "jane" }),
      step("c-2", "TELEPORTED", 25, previous),
      step("c-2", "QUEUED", 10, previous),
      step("c-2", "QUEUED", 11, previous),
    ];
    assert.deepEqual(chainFrom({ links: [link("c-1", "c-2", "intent")], steps }), [
      { contactId: "c-1" },
      {
        contactId: "c-2",
        from: link("c-1", "c-2", "intent"),
        queueId: "billing",
        queuedAt: 10,
        agentId: "jane",
        connectedToAgentAt: 20,
        endedAt: 30,
      },
    ]);
  });

  it("that is a circle, as only a forged event can make it, ends", () => {
    const links = [
      link("c-0", "c-1", "unknown"),
      link("c-1", "c-2", "unknown"),
      link("c-2", "c-1", "unknown"),
    ];
    assert.deepEqual(
      chainFrom({ links, steps: [] }).map(({ contactId }) => contactId),
      ["c-0", "c-1", "c-2"],
    );
  });
});

describe("an outcome says who moved its contact:", () => {
  const cases: Record<string, [object, ChainLink[]]> = {
    "an answered success": [
      { response: { contactId: "c-2", evidence: "answered" } },
      [{ ...link("c-1", "c-2", "intent"), intentId: "order-1" }],
    ],
    "an observed success": [
      { response: { contactId: "c-2", evidence: "observed" } },
      [{ ...link("c-1", "c-2", "likely-intent"), intentId: "order-1" }],
    ],
    "a failure that proves another": [
      { failure: {}, resolution: { found: "moved", by: "other", contactId: "c-2" } },
      [link("c-1", "c-2", "other")],
    ],
    "a failure that proves nobody": [
      { failure: {}, resolution: { found: "elsewhere", by: "unproven", contactId: "c-2" } },
      [link("c-1", "c-2", "unknown")],
    ],
    "a failure that is most likely this intent's": [
      { failure: {}, resolution: { found: "elsewhere", by: "likely-us", contactId: "c-2" } },
      [{ ...link("c-1", "c-2", "likely-intent"), intentId: "order-1" }],
    ],
    "several successors": [
      { failure: {}, resolution: { found: "several", contactIds: ["c-2", "c-3"] } },
      [link("c-1", "c-2", "unknown"), link("c-1", "c-3", "unknown")],
    ],
    "a failure without a successor": [{ failure: {}, resolution: { found: "ended" } }, []],
    "a shadow's success": [{ response: { contactId: "c-2" }, shadow: true }, []],
    "an invalid intent": [{ request: undefined, failure: {} }, []],
  };
  for (const [what, [detail, links]] of Object.entries(cases)) {
    it(what, () => assert.deepEqual(linksOfOutcome(outcome(detail)), links));
  }
});
