import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fault, Faults } from "../../local/services/connect/faults.ts";
import type { TokenSemantics } from "../../local/services/connect/world/client-tokens.ts";
import {
  type FunctionInstance,
  invocationTimeMs,
  startFunctionInstance,
} from "../../test/function/function-instance.ts";
import { type LocalAws, startLocalAws } from "../../test/function/local-aws.ts";
import { instanceArn, makeEnvelope } from "../../test/makers.ts";
import {
  deadLetterOf,
  failedOutcome,
  outcomesOf,
  readDeadLetter,
  someRequestId,
  succeededOutcome,
} from "../../test/outcomes.ts";
import type { Failure } from "../refusal.ts";

/** Faults for the first `count` requests of a token. */
const first =
  (count: number, fault: Fault): Faults =>
  (_, attempt) =>
    attempt <= count ? fault : undefined;

const notActive: Failure = {
  reason: "InvalidRequest",
  message: "The contact is not active",
  effect: "unknown",
  error: { name: "InvalidRequestException", httpStatus: 400, requestId: someRequestId },
};
const duplicate: Failure = {
  reason: "DuplicateRequest",
  message: "A request with this ClientToken was already made",
  effect: "unknown",
  error: { name: "IdempotencyException", httpStatus: 409, requestId: someRequestId },
};

/** Every request of an intent must carry one token, the only thing by which Connect recognizes it. */
function theOneToken({ requests }: LocalAws): string | undefined {
  const [token, ...others] = new Set(requests.map(({ ClientToken }) => ClientToken));
  assert.deepEqual(others, []);
  return token;
}

/** Asserts that an invocation retries its record and publishes nothing. */
async function assertOnlyRetried(aws: LocalAws, instance: FunctionInstance, reason: string, error: string) {
  assert.deepEqual([aws.outcomes, await aws.deadLetters()], [[], []]);
  assert.equal((await aws.queued()).length, 1);
  const lines = instance.lines.map((line) => [line.status, line.reason, line.error]);
  assert.deepEqual(lines.at(-1), ["retry", reason, error]);
}

/** The reported error of a connection reset; the SDK itself calls it a timeout. */
const resetErrorName = "ECONNRESET";

/** Ways in which the response to a completed transfer is lost. */
const lostAnswers: Record<string, { faults: Faults; error: string; requestTimeoutMs?: number }> = {
  "is truncated": { faults: first(1, { kind: "truncate" }), error: "SyntaxError" },
  "is lost with the connection, twice": {
    faults: first(2, { kind: "lost-answer" }),
    error: resetErrorName,
  },
  "never arrives": { faults: first(1, { kind: "hang-after" }), error: "TimeoutError", requestTimeoutMs: 300 },
};

for (const [name, { faults, error, requestTimeoutMs }] of Object.entries(lostAnswers)) {
  describe(`if the response to a transfer ${name}`, () => {
    /** Delivers an intent whose response is lost, and again to another function instance. */
    const redeliver = async (aws: LocalAws, settings = {}) => {
      const instance = startFunctionInstance(aws, { requestTimeoutMs });
      const record = await aws.deliver(makeEnvelope());
      assert.deepEqual(await instance.invoke(record), [record.messageId]);
      await assertOnlyRetried(aws, instance, "ConnectUnavailable", error);
      assert.equal(aws.world.transfers.length, 1);
      return {
        record: await aws.redeliver(record),
        instance: startFunctionInstance(aws, { settings }),
      };
    };

    it("the next delivery receives the first result: one transfer, published as succeeded", async () => {
      await using aws = await startLocalAws({ connectFaults: faults });
      const { record, instance } = await redeliver(aws);

      assert.deepEqual(await instance.invoke(record), []);

      assert.equal(aws.world.transfers.length, 1);
      const clientToken = theOneToken(aws);
      assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken, receiveCount: 2 })]);
      assert.deepEqual([await aws.queued(), await aws.deadLetters()], [[], []]);
    });

    it("and Connect returns 409 to a known token, the next delivery is retried, and finally published as unknown", async () => {
      await using aws = await startLocalAws({
        connectFaults: faults,
        world: { tokenSemantics: "conflict" },
      });
      const { record, instance } = await redeliver(aws, { retryForMs: 0 });

      assert.deepEqual(await instance.invoke(record), [record.messageId]);
      await assertOnlyRetried(aws, instance, "DuplicateRequest", "IdempotencyException");
      const third = await aws.redeliver(record);
      assert.deepEqual(await instance.invoke(third), []);

      assert.equal(aws.world.transfers.length, 1);
      const clientToken = theOneToken(aws);
      const { messageId } = record;
      assert.deepEqual(outcomesOf(aws), [
        failedOutcome(duplicate, { clientToken, messageId, receiveCount: 3 }),
      ]);
      assert.deepEqual((await aws.deadLetters()).map(readDeadLetter), [
        deadLetterOf(record, duplicate, { clientToken, receiveCount: 3 }),
      ]);
    });

    for (const tokenSemantics of ["validate-first", "ignored"] satisfies TokenSemantics[]) {
      it(`and Connect checks the contact first (${tokenSemantics}), the next delivery is refused, and the effect is published as unknown`, async () => {
        await using aws = await startLocalAws({ connectFaults: faults, world: { tokenSemantics } });
        const { record, instance } = await redeliver(aws);

        assert.deepEqual(await instance.invoke(record), []);

        assert.equal(aws.world.transfers.length, 1);
        const clientToken = theOneToken(aws);
        const { messageId } = record;
        assert.deepEqual(outcomesOf(aws), [
          failedOutcome(notActive, { clientToken, messageId, receiveCount: 2 }),
        ]);
        assert.deepEqual((await aws.deadLetters()).map(readDeadLetter), [
          deadLetterOf(record, notActive, { clientToken, receiveCount: 2 }),
        ]);
      });
    }
  });
}

describe("if the connection breaks after a transfer, the same delivery asks once more:", () => {
  const invoke = async (aws: LocalAws) => {
    const instance = startFunctionInstance(aws);
    const record = await aws.deliver(makeEnvelope());
    const again = await instance.invoke(record);
    assert.deepEqual([aws.world.transfers.length, aws.requests.length, instance.slots], [1, 2, 2]);
    return { instance, record, again, clientToken: theOneToken(aws) };
  };
  const connectFaults = first(1, { kind: "lost-answer" });

  it("Connect returns the first result, published as succeeded", async () => {
    await using aws = await startLocalAws({ connectFaults });
    const { again, clientToken } = await invoke(aws);
    assert.deepEqual(again, []);
    assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken })]);
  });

  it("a 409 is retried", async () => {
    await using aws = await startLocalAws({ connectFaults, world: { tokenSemantics: "conflict" } });
    const { instance, record, again } = await invoke(aws);
    assert.deepEqual(again, [record.messageId]);
    await assertOnlyRetried(aws, instance, "DuplicateRequest", "IdempotencyException");
  });

  for (const tokenSemantics of ["validate-first", "ignored"] satisfies TokenSemantics[]) {
    it(`a refusal (${tokenSemantics}) is published with an unknown effect, although it is the first delivery`, async () => {
      await using aws = await startLocalAws({ connectFaults, world: { tokenSemantics } });
      const { again, record, clientToken } = await invoke(aws);
      assert.deepEqual(again, []);
      const { messageId } = record;
      assert.deepEqual(outcomesOf(aws), [failedOutcome(notActive, { clientToken, messageId })]);
      assert.deepEqual((await aws.deadLetters()).map(readDeadLetter), [
        deadLetterOf(record, notActive, { clientToken }),
      ]);
    });
  }
});

it("a Connect that ignores tokens and leaves the contact active receives a second request only after a lost response", async () => {
  await using aws = await startLocalAws({
    connectFaults: first(1, { kind: "truncate" }),
    world: { tokenSemantics: "ignored", originalEndsAfterMs: 60_000 },
  });
  const instance = startFunctionInstance(aws);
  const record = await aws.deliver(makeEnvelope());
  assert.deepEqual(await instance.invoke(record), [record.messageId]);
  const second = await aws.redeliver(record);
  assert.deepEqual(await instance.invoke(second), []);
  // A delivery after the published success, which SQS may make, uses the result that this instance knows.
  await instance.invoke(second);

  assert.equal(aws.world.transfers.length, 2, "no caller can prevent the second transfer");
  const clientToken = theOneToken(aws);
  const contactId = "new-contact-2";
  const response = {
    contactId,
    contactArn: `${instanceArn}/contact/${contactId}`,
    evidence: "answered",
    httpStatus: 200,
  };
  const outcome = succeededOutcome({ clientToken, receiveCount: 2, response });
  assert.deepEqual(outcomesOf(aws), [outcome, outcome]);
});

describe("a connection that is reset before the transfer", () => {
  it("is retried once immediately, with its own slot", async () => {
    await using aws = await startLocalAws({ connectFaults: first(1, { kind: "reset" }) });
    const instance = startFunctionInstance(aws);

    assert.deepEqual(await instance.invoke(await aws.deliver(makeEnvelope())), []);

    assert.deepEqual(aws.calls, ["TransferContact", "TransferContact", "PutEvents"]);
    assert.equal(instance.slots, 2);
    assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken: theOneToken(aws) })]);
  });

  it("twice is retried later", async () => {
    await using aws = await startLocalAws({ connectFaults: first(2, { kind: "reset" }) });
    const instance = startFunctionInstance(aws);
    const record = await aws.deliver(makeEnvelope());

    assert.deepEqual(await instance.invoke(record), [record.messageId]);

    assert.deepEqual(aws.calls, ["TransferContact", "TransferContact", "ChangeMessageVisibility"]);
    await assertOnlyRetried(aws, instance, "ConnectUnavailable", resetErrorName);
  });
});

describe("a request that is never answered", () => {
  it("is ended by its own timeout: its record is retried, the others complete", async () => {
    await using aws = await startLocalAws({
      connectFaults: ({ input }) => (input.ContactId === "task-1" ? { kind: "hang" } : undefined),
    });
    const instance = startFunctionInstance(aws, { requestTimeoutMs: 1_000 });
    const hanging = await aws.deliver(makeEnvelope());
    const others = [2, 3].map((number) =>
      makeEnvelope({ contactId: `task-${number}` }, { id: `event-${number}` }),
    );
    const records = [hanging];
    for (const envelope of others) records.push(await aws.deliver(envelope));

    assert.deepEqual(await instance.invoke(...records), [hanging.messageId]);

    assert.deepEqual(
      aws.outcomes.map(({ detailType, detail }) => [detailType, detail.intentId]).toSorted(),
      [2, 3].map((number) => ["Contact Transfer Succeeded", `event-${number}`]),
    );
    assert.deepEqual(await aws.queued(), [hanging.messageId]);
    assert.deepEqual(
      instance.lines.map(({ status, reason, error }) => [status, reason, error]).toSorted(),
      [
        ["retry", "ConnectUnavailable", "TimeoutError"],
        ["succeeded", undefined, undefined],
        ["succeeded", undefined, undefined],
      ].toSorted(),
    );
  });

  it("is ended before the invocation's deadline, with time left to return the message", async () => {
    await using aws = await startLocalAws({
      connectFaults() {
        instance.clock.advance(invocationTimeMs - 1_000);
        return { kind: "hang" };
      },
    });
    const instance = startFunctionInstance(aws, { requestTimeoutMs: invocationTimeMs });
    const record = await aws.deliver(makeEnvelope());

    assert.deepEqual(await instance.invoke(record), [record.messageId]);

    assert.deepEqual(aws.calls, ["TransferContact", "ChangeMessageVisibility"]);
    await assertOnlyRetried(aws, instance, "ConnectUnavailable", "TimeoutError");
  });

  it("leaves nothing in flight at the deadline, even if nothing else responds", async () => {
    await using aws = await startLocalAws({
      connectFaults() {
        instance.clock.advance(invocationTimeMs);
        return { kind: "hang" };
      },
    });
    const instance = startFunctionInstance(aws, { requestTimeoutMs: invocationTimeMs });
    const record = await aws.deliver(makeEnvelope());

    assert.deepEqual(await instance.invoke(record), [record.messageId]);

    assert.deepEqual(aws.calls, ["TransferContact"]);
    assert.deepEqual(instance.visibilityUnchanged, [[record.messageId, "AbortError"]]);
    await assertOnlyRetried(aws, instance, "ConnectUnavailable", "TimeoutError");
  });
});

it("twins in one batch make one request, and each is published", async () => {
  await using aws = await startLocalAws();
  const instance = startFunctionInstance(aws);
  const twins = [await aws.deliver(makeEnvelope()), await aws.deliver(makeEnvelope())];

  assert.deepEqual(await instance.invoke(...twins), []);

  assert.equal(aws.requests.length, 1);
  const outcome = succeededOutcome({ clientToken: theOneToken(aws) });
  assert.deepEqual(outcomesOf(aws), [outcome, outcome]);
});
