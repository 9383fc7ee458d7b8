import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, instanceId, makePorts } from "../../test/makers.ts";
import { answering, connectError } from "../../test/processor.ts";
import type { Intent } from "../intake/intent.ts";
import type { Ports } from "../ports.ts";
import type { FailureMemory } from "./failure-memory.ts";
import type { Pace } from "./pace.ts";
import { type TransferAttempt, transferAtPace } from "./transfer-at-pace.ts";

const throttled = connectError("ThrottlingException", 429);
const denied = connectError("AccessDeniedException", 403);
const reset = connectError("Error", undefined, { code: "ECONNRESET" });

const intent: Intent = {
  intentId: "event-1",
  instanceId,
  contactId: "task-1",
  contactFlowId: "flow-1",
  destination: { kind: "queue", queueId: "queue-1" },
};

interface Scenario {
  readonly attempt?: Partial<TransferAttempt>;
  readonly transferContact?: Ports["transferContact"];
  readonly pace?: Partial<Pace>;
  readonly failures?: Partial<FailureMemory>;
}

/** Asks for one transfer; `seen` lists what the pace and the memory of failures were told, in order. */
async function transfer({ attempt, transferContact, ...given }: Scenario = {}) {
  const { ports, seen: calls } = makePorts({ ...(transferContact && { transferContact }) });
  const seen: string[] = [];
  const pace: Pace = {
    acquire: async (_latestAt, _signal, doubtful) => {
      seen.push(`acquire ${doubtful}`);
      return { kind: "now" };
    },
    release: (doubtful) => seen.push(`release ${doubtful}`),
    onThrottled: () => seen.push("throttled"),
    onAccepted: () => seen.push("accepted"),
    perSecond: () => 1,
    takeFigures: () => assert.fail("not asked for"),
    ...given.pace,
  };
  const failures: FailureMemory = {
    expectsFailure: () => false,
    isDenied: () => false,
    isOut: () => false,
    isHeldBack: () => false,
    onRequest: () => {},
    onFailed: (_request, reason) => seen.push(`failed ${reason}`),
    onAnswered: () => seen.push("answered"),
    ...given.failures,
  };
  const asked: TransferAttempt = {
    intent,
    clientToken: "ct1-a",
    maxFailedRequests: 1,
    isDeferrable: true,
    isTooOld: () => false,
    ...attempt,
  };
  const invocation = { lastStartAt: 25_500, requestSignal: new AbortController().signal };
  const result = await transferAtPace(asked, invocation, { pace, failures, ports });
  return { result, seen, inputs: calls.transfers };
}

/** True at the given calls, counted from 1. */
function trueAt(...calls: number[]): () => boolean {
  let call = 0;
  return () => calls.includes(++call);
}

describe("a request", () => {
  it("has the members that its destination needs, and no others", async () => {
    const common = {
      InstanceId: instanceId,
      ContactId: "task-1",
      ContactFlowId: "flow-1",
      ClientToken: "ct1-a",
    };
    const inputTo = async (destination: Intent["destination"]) =>
      (await transfer({ attempt: { intent: { ...intent, destination } } })).inputs;
    assert.deepEqual(await inputTo({ kind: "queue", queueId: "q" }), [{ ...common, QueueId: "q" }]);
    assert.deepEqual(await inputTo({ kind: "user", userId: "u" }), [{ ...common, UserId: "u" }]);
    assert.deepEqual(await inputTo({ kind: "flow" }), [common]);
  });

  it("that is answered counts for the pace and for the memory of failures", async () => {
    assert.deepEqual((await transfer()).seen, ["acquire 0", "accepted", "answered"]);
    const refused = connectError("ResourceNotFoundException", 404);
    const { seen } = await transfer({ transferContact: answering(refused) });
    assert.deepEqual(seen, ["acquire 0", "accepted", "answered"]);
  });

  for (const [error, isAccepted] of [
    [connectError("ServiceQuotaExceededException", 402), true],
    [connectError("SyntaxError", 499), true],
    [connectError("InternalServiceException", 500), false],
    [connectError("SyntaxError", 503), false],
    [connectError("TimeoutError"), false],
  ] as const)
    it(`that ends in ${error.name} ${isAccepted ? "lets" : "does not let"} the pace recover`, async () => {
      const { seen } = await transfer({ transferContact: answering(error) });
      assert.equal(seen.includes("accepted"), isAccepted);
    });
});

describe("an answer", () => {
  const answered = async (answer: object, httpStatusCode: number | undefined = 201) => {
    const $metadata = { httpStatusCode, requestId: "request-1" };
    const transferContact = async () => ({ ...answer, $metadata }) as never;
    return (await transfer({ transferContact })).result;
  };

  it("is a success if it names the new contact", async () => {
    const response = { contactId: "c-2", contactArn: "arn", evidence: "answered", httpStatus: 201 };
    assert.deepEqual(await answered({ ContactId: "c-2", ContactArn: "arn" }), {
      kind: "transferred",
      response,
      requestId: "request-1",
    });
  });

  it("is completed by the ARN of the contact, and by the status of a success", async () => {
    const transferContact = async () => ({ ContactId: "c-2", $metadata: {} });
    const { result } = await transfer({ transferContact });
    assert.deepEqual(result.kind === "transferred" && result.response, {
      contactId: "c-2",
      contactArn: `${instanceArn}/contact/c-2`,
      evidence: "answered",
      httpStatus: 200,
    });
  });

  it("counts with an id of up to 256 characters, and an ARN of up to 1,024", async () => {
    const kinds = [1, 256, 257].map(
      async (length) => (await answered({ ContactId: "c".repeat(length) })).kind,
    );
    assert.deepEqual(await Promise.all(kinds), ["transferred", "transferred", "failed"]);
    const arnOf = async (length: number) => {
      const result = await answered({ ContactId: "c-2", ContactArn: "a".repeat(length) });
      return result.kind === "transferred" && result.response.contactArn.length;
    };
    const completed = `${instanceArn}/contact/c-2`.length;
    assert.deepEqual([await arnOf(0), await arnOf(1_024), await arnOf(1_025)], [completed, 1_024, completed]);
  });

  for (const ContactId of ["", undefined, null, true, 123, {}])
    it(`is none with the id ${JSON.stringify(ContactId)}: the contact may have moved`, async () => {
      const result = await answered({ ContactId });
      assert.ok(result.kind === "failed");
      assert.deepEqual(
        [result.refusal.reason, result.refusal.error, result.mayHaveMoved],
        ["ConnectUnavailable", { name: "EmptyAnswer", httpStatus: 201, requestId: "request-1" }, true],
      );
    });
});

describe("a transfer", () => {
  it("waits without a request if its slot comes too late", async () => {
    const acquire: Pace["acquire"] = async () => ({ kind: "later", at: 9_000 });
    const { result, inputs } = await transfer({ pace: { acquire } });
    const waits = { kind: "waits", at: 9_000, wasThrottled: false, isDoubtful: false, mayHaveMoved: false };
    assert.deepEqual(result, waits);
    assert.deepEqual(inputs, []);
    const doubtful = await transfer({ pace: { acquire }, failures: { expectsFailure: () => true } });
    assert.deepEqual(doubtful.result, { ...waits, isDoubtful: true });
  });

  it("releases its slot if it became too old while it waited, and knows what its requests may have done", async () => {
    const waits = { kind: "waits", at: 0, wasThrottled: false, isDoubtful: false, mayHaveMoved: false };
    const tooOld = await transfer({ attempt: { isTooOld: () => true } });
    assert.deepEqual([tooOld.result, tooOld.inputs], [waits, []]);
    assert.deepEqual(tooOld.seen, ["acquire 0", "release 0"]);
    const after = async (error: Error) => {
      const attempt = { isTooOld: trueAt(2), maxFailedRequests: 3 };
      return (await transfer({ attempt, transferContact: answering(error) })).result;
    };
    assert.deepEqual(await after(throttled), { ...waits, wasThrottled: true });
    assert.deepEqual(await after(reset), { ...waits, mayHaveMoved: true });
    assert.deepEqual(await after(denied), waits);
  });

  it("of an intent that most likely fails acquires and releases as many slots as it may use", async () => {
    const { seen } = await transfer({
      attempt: { isTooOld: () => true, maxFailedRequests: 3 },
      failures: { expectsFailure: () => true },
    });
    assert.deepEqual(seen, ["acquire 3", "release 3"]);
  });

  it("queues again, as one that most likely fails, if others have failed while it waited", async () => {
    const { seen } = await transfer({ failures: { expectsFailure: trueAt(2, 3) } });
    assert.deepEqual(seen, ["acquire 0", "release 0", "acquire 1", "accepted", "answered"]);
  });

  const notTried = {
    kind: "failed",
    refusal: {
      reason: "AccessDenied",
      message:
        "Connect denied other intents for this instance and flow a moment ago, so this one was not tried",
      error: { name: "NotTried" },
    },
    mayHaveMoved: false,
    failedRequests: 0,
  };

  it("is not tried if others were denied, before or while it waited", async () => {
    const before = await transfer({ failures: { isDenied: () => true } });
    assert.deepEqual([before.result, before.seen, before.inputs], [notTried, [], []]);
    const meanwhile = await transfer({ failures: { isDenied: trueAt(2, 3) } });
    assert.deepEqual([meanwhile.result, meanwhile.inputs], [notTried, []]);
    assert.deepEqual(meanwhile.seen, ["acquire 0", "release 0"]);
  });

  it("is not tried if Connect is out, and says so", async () => {
    const { result, inputs } = await transfer({ failures: { isHeldBack: () => true } });
    assert.ok(result.kind === "failed");
    assert.equal(
      result.refusal.message,
      "Connect did not answer other requests a moment ago, so this one was not tried",
    );
    assert.deepEqual([result.refusal.reason, inputs], ["ConnectUnavailable", []]);
  });

  it("is tried all the same if it could fail permanently now, or cannot be delivered again", async () => {
    for (const attempt of [{ maxFailedRequests: 3 }, { isDeferrable: false }]) {
      const { result } = await transfer({ attempt, failures: { isDenied: () => true } });
      assert.equal(result.kind, "transferred");
    }
  });

  it("whose request failed is not deferred because others were denied meanwhile", async () => {
    let isAsked = false;
    const answer = answering(reset, denied);
    const { result, inputs } = await transfer({
      transferContact(input, signal) {
        isAsked = true;
        return answer(input, signal);
      },
      failures: { isDenied: () => isAsked, expectsFailure: () => isAsked },
    });
    assert.equal(inputs.length, 2);
    assert.ok(result.kind === "failed");
    assert.deepEqual(
      [result.refusal.reason, result.failedRequests, result.mayHaveMoved],
      ["AccessDenied", 2, true],
    );
  });
});

describe("a request in an outage of Connect", () => {
  it("is not made if others were not answered a moment ago, before or while it waited", async () => {
    const before = await transfer({ failures: { isHeldBack: () => true } });
    assert.equal(before.result.kind === "failed" && before.result.refusal.reason, "ConnectUnavailable");
    assert.deepEqual([before.seen, before.inputs], [[], []]);
    const meanwhile = await transfer({ failures: { isHeldBack: trueAt(2, 3) } });
    assert.deepEqual(meanwhile.result, before.result);
    assert.deepEqual(meanwhile.seen, ["acquire 0", "release 0"]);
  });

  it("is reported before it is made, so that others are held back meanwhile", async () => {
    const order: string[] = [];
    await transfer({
      transferContact: async () => {
        order.push("made");
        return { ContactId: "new", $metadata: { httpStatusCode: 200 } };
      },
      failures: { onRequest: () => order.push("reported") },
    });
    assert.deepEqual(order, ["reported", "made"]);
  });

  it("is made all the same if it could fail permanently now, or cannot be delivered again", async () => {
    for (const attempt of [{ maxFailedRequests: 3 }, { isDeferrable: false }]) {
      const { result } = await transfer({ attempt, failures: { isHeldBack: () => true } });
      assert.equal(result.kind, "transferred");
    }
  });

  it("that was throttled is made again: it is the one that asks", async () => {
    const { result, seen } = await transfer({
      transferContact: answering(throttled, "ok"),
      failures: { isHeldBack: trueAt(3, 4, 5) },
    });
    assert.equal(result.kind, "transferred");
    assert.deepEqual(seen, ["acquire 0", "throttled", "acquire 0", "accepted", "answered"]);
  });
});
