import assert from "node:assert/strict";
import { it } from "node:test";
import { ConnectApiError } from "../connect-api-error.ts";
import { TokenSemantics } from "./client-tokens.ts";
import { ConnectWorld } from "./connect-world.ts";

const request = { InstanceId: "i-1", ContactId: "c-1", ContactFlowId: "f-1", ClientToken: "t-1" };

/** A world of one instance under given semantics; `originalEndsAfterMs` keeps the original active for a while. */
function world(tokenSemantics: TokenSemantics, originalEndsAfterMs = 0) {
  const clock = { now: 0 };
  let ids = 0;
  const connect = new ConnectWorld({
    seed: {
      instances: {
        "arn:aws:connect:us-east-1:111122223333:instance/i-1": {
          contactFlows: { "f-1": "QUEUE_TRANSFER" },
          queues: ["q-1"],
          users: [],
          contacts: { "c-1": { channel: "TASK" }, "c-2": { channel: "TASK" } },
        },
      },
    },
    now: () => clock.now,
    newId: () => `new-${++ids}`,
    tokenSemantics,
    tokensKeptForMs: 1000,
    originalEndsAfterMs,
  });
  return { connect, clock };
}

/** The contact in the response, or the name of the error. */
function outcome(call: () => { ContactId: string }): string {
  try {
    return call().ContactId;
  } catch (error) {
    if (error instanceof ConnectApiError) return error.name;
    throw error;
  }
}

const repeated: Record<TokenSemantics, { ended: string; stillActive: string }> = {
  dedupe: { ended: "new-1", stillActive: "new-1" },
  conflict: { ended: "IdempotencyException", stillActive: "IdempotencyException" },
  "validate-first": { ended: "InvalidRequestException", stillActive: "new-1" },
  ignored: { ended: "InvalidRequestException", stillActive: "new-2" },
};
for (const semantics of Object.values(TokenSemantics)) {
  it(`${semantics}: a repeated token returns ${repeated[semantics].ended}`, () => {
    const { connect } = world(semantics);
    assert.equal(connect.transferContact(request).ContactId, "new-1");
    assert.equal(
      outcome(() => connect.transferContact(request)),
      repeated[semantics].ended,
    );
    assert.equal(connect.transfers.length, 1);
  });

  it(`${semantics}: while the original is still active, a repeated token returns ${repeated[semantics].stillActive}`, () => {
    const { connect } = world(semantics, 100);
    connect.transferContact(request);
    assert.equal(
      outcome(() => connect.transferContact(request)),
      repeated[semantics].stillActive,
    );
    assert.equal(connect.transfers.length, semantics === "ignored" ? 2 : 1);
  });

  it(`${semantics}: a token with other parameters ${semantics === "ignored" ? "has no effect" : "is a conflict"}`, () => {
    const { connect } = world(semantics);
    connect.transferContact(request);
    const other = outcome(() => connect.transferContact({ ...request, ContactId: "c-2" }));
    assert.equal(other, semantics === "ignored" ? "new-2" : "IdempotencyException");
  });

  it(`${semantics}: a token in flight ${semantics === "ignored" ? "blocks nothing" : "blocks its duplicate until it is released"}`, () => {
    const { connect } = world(semantics);
    const release = connect.holdToken("t-1");
    const twin = () => {
      connect.holdToken("t-1")();
      return { ContactId: "not held up" };
    };
    assert.equal(outcome(twin), semantics === "ignored" ? "not held up" : "IdempotencyException");
    assert.doesNotThrow(() => connect.holdToken("t-2"));
    release();
    assert.equal(outcome(twin), "not held up");
  });

  it(`${semantics}: a rejected request leaves its token free`, () => {
    const { connect } = world(semantics);
    assert.equal(
      outcome(() => connect.transferContact({ ...request, ContactId: "c-9" })),
      "ResourceNotFoundException",
    );
    assert.equal(
      outcome(() => connect.transferContact(request)),
      "new-1",
    );
  });
}

it("requests without a token are never duplicates", () => {
  const { connect } = world("conflict");
  const { ClientToken: _, ...tokenless } = request;
  connect.holdToken(undefined);
  assert.doesNotThrow(() => connect.holdToken(undefined));
  assert.equal(connect.transferContact(tokenless).ContactId, "new-1");
  assert.equal(connect.transferContact({ ...tokenless, ContactId: "c-2" }).ContactId, "new-2");
});

for (const change of [
  { ContactFlowId: "f-2" },
  { QueueId: "q-1" },
  { UserId: "u-1" },
  { InstanceId: "i-2" },
]) {
  it(`a different ${Object.keys(change)} makes another request`, () => {
    const { connect } = world("dedupe");
    connect.transferContact(request);
    assert.equal(
      outcome(() => connect.transferContact({ ...request, ...change })),
      "IdempotencyException",
    );
  });
}

it("a token is forgotten after its lifetime", () => {
  const { connect, clock } = world("dedupe");
  connect.transferContact(request);
  clock.now = 999;
  assert.equal(
    outcome(() => connect.transferContact(request)),
    "new-1",
  );
  clock.now = 1000;
  assert.equal(
    outcome(() => connect.transferContact(request)),
    "InvalidRequestException",
  );
});
