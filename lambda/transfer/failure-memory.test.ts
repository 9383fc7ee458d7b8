import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "../../test/clocks/virtual-clock.ts";
import type { Destination, Intent } from "../intake/intent.ts";
import { createFailureMemory, type FailureMemory, type RequestIdentity } from "./failure-memory.ts";

const toQueue = (queueId: string): Destination => ({ kind: "queue", queueId });

function request(clientToken: string, overrides: Partial<Intent> = {}): RequestIdentity {
  const intent: Intent = {
    intentId: clientToken,
    instanceId: "instance",
    contactId: clientToken,
    contactFlowId: "flow",
    destination: toQueue("queue"),
    ...overrides,
  };
  return { intent, clientToken };
}

function makeMemory(capacity?: number) {
  const clock = new VirtualClock();
  return { clock, memory: createFailureMemory(clock, capacity) };
}

describe("a request is expected to fail", () => {
  it("if the last one for its intent failed, until Connect answers it", () => {
    const { memory } = makeMemory();
    assert.ok(!memory.expectsFailure(request("a")));
    memory.onFailed(request("a"), "DuplicateRequest");
    assert.ok(memory.expectsFailure(request("a")));
    assert.ok(!memory.expectsFailure(request("b")));
    memory.onAnswered(request("a"));
    assert.ok(!memory.expectsFailure(request("a")));
  });

  for (const { reason, same, other } of [
    {
      reason: "AccessDenied",
      same: [{ destination: toQueue("another") }],
      other: [{ contactFlowId: "another" }, { instanceId: "another" }],
    },
    {
      reason: "ServiceQuotaExceeded",
      same: [{ contactFlowId: "another" }],
      other: [
        { destination: toQueue("another") },
        { destination: { kind: "user", userId: "queue" } },
        { destination: { kind: "flow" } },
        { instanceId: "another" },
      ],
    },
    {
      reason: "ConnectUnavailable",
      same: [{}],
      other: [{ contactFlowId: "another" }, { destination: toQueue("another") }, { instanceId: "another" }],
    },
  ] as const) {
    it(`if three intents in a row failed for what it shares with them (${reason})`, () => {
      const { memory } = makeMemory();
      for (const token of ["a", "b"]) memory.onFailed(request(token), reason);
      assert.ok(!memory.expectsFailure(request("d")));
      memory.onFailed(request("c"), reason);
      for (const overrides of same) assert.ok(memory.expectsFailure(request("d", overrides)));
      for (const overrides of other) assert.ok(!memory.expectsFailure(request("d", overrides)));
      memory.onAnswered(request("e"));
      assert.ok(!memory.expectsFailure(request("d")));
      assert.ok(memory.expectsFailure(request("a")));
    });
  }

  it("by its flow, if the flow decides on the destination and three of that flow found it full", () => {
    const { memory } = makeMemory();
    const destination = { kind: "flow" } as const;
    for (const token of ["a", "b", "c"])
      memory.onFailed(request(token, { destination }), "ServiceQuotaExceeded");
    assert.ok(memory.expectsFailure(request("d", { destination })));
    assert.ok(!memory.expectsFailure(request("d", { destination, contactFlowId: "another" })));
  });

  it("but not because one intent fails again and again", () => {
    const { memory } = makeMemory();
    for (let time = 0; time < 5; time++) memory.onFailed(request("a"), "ServiceQuotaExceeded");
    assert.ok(!memory.expectsFailure(request("b")));
  });

  it("but is not blamed for an outage of Connect, which ends with the first answer", () => {
    const { memory } = makeMemory();
    for (let n = 0; n < 10; n++) memory.onFailed(request(`token-${n}`), "ConnectUnavailable");
    assert.ok(memory.expectsFailure(request("token-9")));
    memory.onAnswered(request("a"));
    assert.ok(memory.expectsFailure(request("token-3")));
    assert.ok(!memory.expectsFailure(request("token-4")));
    assert.ok(!memory.expectsFailure(request("token-9")));
    memory.onFailed(request("token-9"), "ConnectUnavailable");
    assert.ok(memory.expectsFailure(request("token-9")));
  });

  it("but is blamed for the first four requests in a row without an answer", () => {
    const unansweredAfter = (before: (memory: FailureMemory) => void) => {
      const { memory } = makeMemory();
      before(memory);
      for (let n = 0; n < 6; n++)
        memory.onFailed(request(`token-${n}`, { contactFlowId: `${n}` }), "ConnectUnavailable");
      return [3, 4].map((n) => memory.expectsFailure(request(`token-${n}`, { contactFlowId: `${n}` })));
    };
    const first = [true, false];
    assert.deepEqual(
      unansweredAfter(() => {}),
      first,
    );
    assert.deepEqual(
      unansweredAfter((memory) => memory.onFailed(request("a"), "DuplicateRequest")),
      first,
    );
    assert.deepEqual(
      unansweredAfter((memory) => memory.onAnswered(request("a"))),
      first,
    );
  });

  it("unless 5,000 others have failed since", () => {
    const { memory } = makeMemory();
    for (let n = 0; n <= 5_000; n++) memory.onFailed(request(`token-${n}`), "DuplicateRequest");
    assert.ok(!memory.expectsFailure(request("token-0")));
    assert.ok(memory.expectsFailure(request("token-1")));
  });

  it("unless its failure was forgotten for the room of others", () => {
    const { memory } = makeMemory(3);
    for (const token of ["a", "b", "c", "a", "d"]) memory.onFailed(request(token), "DuplicateRequest");
    assert.deepEqual(
      ["a", "b", "c", "d"].map((token) => memory.expectsFailure(request(token))),
      [true, false, true, true],
    );
  });
});

describe("a denial", () => {
  it("of three intents is believed for five seconds, for their instance and flow", async () => {
    const { memory, clock } = makeMemory();
    for (const token of ["a", "b"]) memory.onFailed(request(token), "AccessDenied");
    assert.ok(!memory.isDenied(request("d")));
    memory.onFailed(request("c"), "AccessDenied");
    assert.ok(memory.isDenied(request("d", { destination: toQueue("another") })));
    assert.ok(!memory.isDenied(request("d", { contactFlowId: "another" })));
    await clock.run(clock.sleep(4_999));
    assert.ok(memory.isDenied(request("d")));
    await clock.run(clock.sleep(1));
    assert.ok(!memory.isDenied(request("d")));
  });

  it("is believed again after each further one, of the same intent too, until Connect answers", async () => {
    const { memory, clock } = makeMemory();
    for (const token of ["a", "b", "c"]) memory.onFailed(request(token), "AccessDenied");
    await clock.run(clock.sleep(6_000));
    memory.onFailed(request("a"), "AccessDenied");
    assert.ok(memory.isDenied(request("d")));
    memory.onAnswered(request("e"));
    assert.ok(!memory.isDenied(request("d")));
  });

  it("is no other failure", () => {
    const { memory } = makeMemory();
    for (const token of ["a", "b", "c"]) memory.onFailed(request(token), "ServiceQuotaExceeded");
    assert.ok(!memory.isDenied(request("d")));
  });
});

describe("an outage of Connect", () => {
  function makeOutage() {
    const { memory, clock } = makeMemory();
    for (const token of ["a", "b", "c", "d", "e"]) {
      assert.ok(!memory.isOut());
      memory.onRequest(request(token));
      memory.onFailed(request(token), "ConnectUnavailable");
    }
    assert.ok(memory.isOut());
    return { memory, clock };
  }

  it("begins with the fifth request in a row without an answer, and ends with the first answer", () => {
    const { memory } = makeOutage();
    assert.ok(memory.isHeldBack(request("f")));
    memory.onAnswered(request("a"));
    assert.ok(!memory.isOut());
    assert.ok(!memory.isHeldBack(request("f")));
  });

  it("ends with any other failure, which is an answer too", () => {
    const { memory } = makeOutage();
    memory.onFailed(request("f"), "AccessDenied");
    assert.ok(!memory.isOut());
  });

  it("holds requests back for five seconds after each one", async () => {
    const { memory, clock } = makeOutage();
    await clock.run(clock.sleep(4_999));
    assert.ok(memory.isHeldBack(request("f")));
    await clock.run(clock.sleep(1));
    assert.ok(!memory.isHeldBack(request("f")));
    memory.onRequest(request("f"));
    assert.ok(memory.isHeldBack(request("g")));
  });

  it("does not hold back the first request for a flow and destination that have not failed yet", async () => {
    const { memory, clock } = makeOutage();
    const other = { contactFlowId: "another" };
    await clock.run(clock.sleep(5_000));
    memory.onRequest(request("a"));
    assert.ok(memory.isHeldBack(request("f")));
    assert.ok(!memory.isHeldBack(request("f", other)));
    memory.onRequest(request("f", other));
    assert.ok(memory.isHeldBack(request("g", other)));
    memory.onFailed(request("f", other), "ConnectUnavailable");
    assert.ok(memory.isHeldBack(request("g", other)));
    assert.ok(memory.isHeldBack(request("h", { contactFlowId: "a third" })));
  });
});
