import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSRecord } from "aws-lambda";
import type { PutEventsFault, PutEventsFaults } from "../../local/services/eventbridge/put-events-faults.ts";
import { ServiceError } from "../../local/services/service-error.ts";
import type { SqsFault } from "../../local/services/sqs/sqs-fault.ts";
import {
  invocationId,
  invocationTimeMs,
  startFunctionInstance,
} from "../../test/function/function-instance.ts";
import { type LocalAws, type Outcome, startLocalAws } from "../../test/function/local-aws.ts";
import { makeEnvelope } from "../../test/makers.ts";
import {
  failedOutcome,
  outcomesOf,
  readDeadLetter,
  someRequestId,
  succeededOutcome,
} from "../../test/outcomes.ts";

type Entries = Parameters<PutEventsFaults>[0];

const numbers = [1, 2, 3, 4, 5, 6, 7];
const unlucky = 3;

async function deliverAll(aws: LocalAws) {
  const records = new Map<number, SQSRecord>();
  for (const number of numbers) {
    const envelope = makeEnvelope({ contactId: `task-${number}` }, { id: `event-${number}` });
    records.set(number, await aws.deliver(envelope));
  }
  return { all: [...records.values()], unluckyRecord: records.get(unlucky) ?? assert.fail() };
}

const placeOfUnlucky = (entries: Entries) =>
  entries.findIndex(({ Detail }) => Detail?.includes(`"event-${unlucky}"`));

function throttled(entries: Entries): PutEventsFault | undefined {
  const place = placeOfUnlucky(entries);
  return place < 0
    ? undefined
    : {
        kind: "entries",
        failures: new Map([[place, { ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded" }]]),
      };
}

const published = ({ outcomes }: LocalAws) => outcomes.map(({ detail }) => detail.intentId).toSorted();
const idsOf = (some: readonly number[]) => some.map((number) => `event-${number}`);
const others = numbers.filter((number) => number !== unlucky);

describe("an outcome that PutEvents refuses while it accepts the others of the call", () => {
  it("is sent again, alone, within the same invocation", async () => {
    let refusals = 0;
    await using aws = await startLocalAws({
      putFaults(entries) {
        const fault = refusals < 2 ? throttled(entries) : undefined;
        if (fault) refusals++;
        return fault;
      },
    });
    const { all } = await deliverAll(aws);

    assert.deepEqual(await startFunctionInstance(aws).invoke(...all), []);

    assert.equal(refusals, 2);
    assert.deepEqual(published(aws), idsOf(numbers), "each is published once");
    assert.equal(aws.world.transfers.length, numbers.length);
    assert.deepEqual(await aws.queued(), []);
  });

  it("returns its own record at the deadline, and the next delivery publishes it without another request", async () => {
    let isRefusing = true;
    await using aws = await startLocalAws({
      putFaults(entries) {
        const fault = isRefusing ? throttled(entries) : undefined;
        if (fault && aws.outcomes.length === others.length) {
          isRefusing = false;
          instance.clock.advance(invocationTimeMs);
        }
        return fault;
      },
    });
    const instance = startFunctionInstance(aws);
    const { all, unluckyRecord } = await deliverAll(aws);

    assert.deepEqual(await instance.invoke(...all), [unluckyRecord.messageId]);

    assert.deepEqual(published(aws), idsOf(others));
    assert.deepEqual(await aws.queued(), [unluckyRecord.messageId]);
    const again = instance.lines.filter(({ status }) => status === "retry");
    assert.deepEqual(
      again.map(({ reason, intentId }) => [reason, intentId]),
      [["OutcomeNotPublished", `event-${unlucky}`]],
    );

    assert.deepEqual(await instance.invoke(await aws.redeliver(unluckyRecord)), []);
    assert.deepEqual(published(aws), idsOf(numbers));
    assert.equal(aws.requests.length, numbers.length, "the result was kept until it was published");
    assert.deepEqual(await aws.queued(), []);
  });
});

describe("an outcome that EventBridge refuses permanently", () => {
  const malformed = (entries: Entries): PutEventsFault | undefined => {
    const place = entries.findIndex(({ Detail }) => Detail?.includes('"metadata"'));
    const failure = { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
    return place < 0 ? undefined : { kind: "entries", failures: new Map([[place, failure]]) };
  };

  for (const [name, detail, detailType] of [
    ["a transfer", {}, "Contact Transfer Succeeded"],
    ["a failure", { contactId: "task-ended" }, "Contact Transfer Failed"],
  ] as const) {
    it(`is published once more without metadata: ${name}`, async () => {
      await using aws = await startLocalAws({ putFaults: malformed });
      const record = await aws.deliver(makeEnvelope({ ...detail, metadata: { orderId: "4711" } }));

      assert.deepEqual(await startFunctionInstance(aws).invoke(record), []);

      const [outcome, ...more] = aws.outcomes;
      assert.deepEqual(more, []);
      assert.equal(outcome?.detailType, detailType);
      const { metadata, metadataLeftOut, intentId, clientToken } = outcome?.detail ?? {};
      assert.deepEqual(
        { metadata, metadataLeftOut, intentId, clientToken },
        {
          metadata: undefined,
          metadataLeftOut: true,
          intentId: "event-1",
          clientToken: aws.requests[0]?.ClientToken,
        },
      );
      assert.equal(aws.calls.filter((call) => call === "PutEvents").length, 2);
    });
  }

  it("even without metadata carries its result on in the queue, and the others do not wait for it", async () => {
    let attempts = 0;
    await using aws = await startLocalAws({
      putFaults(entries) {
        const place = placeOfUnlucky(entries);
        if (place >= 0) attempts++;
        const failure = { ErrorCode: "InvalidArgument", ErrorMessage: "Invalid." };
        return place < 0 ? undefined : { kind: "entries", failures: new Map([[place, failure]]) };
      },
    });
    const instance = startFunctionInstance(aws);
    const { all, unluckyRecord } = await deliverAll(aws);

    assert.deepEqual(await instance.invoke(...all), []);

    assert.deepEqual(published(aws), idsOf(others));
    assert.equal(attempts, 1);
    const [carried = "", ...more] = await aws.queued();
    assert.deepEqual(more, []);
    assert.notEqual(carried, unluckyRecord.messageId);
    assert.deepEqual(
      instance.lines.filter(({ status }) => status === "retry").map(({ reason, error }) => [reason, error]),
      [["OutcomeNotPublished", "InvalidArgument"]],
    );
  });
});

const internal = new ServiceError("InternalException", "Failed for a test.", 500);

describe("a PutEvents call that", () => {
  it("fails with 500 is retried within the invocation", async () => {
    let failures = 0;
    await using aws = await startLocalAws({
      putFaults: () => (++failures <= 2 ? { kind: "error", error: internal } : undefined),
    });
    const { all } = await deliverAll(aws);
    assert.deepEqual(await startFunctionInstance(aws).invoke(...all), []);
    assert.deepEqual(published(aws), idsOf(numbers));
    assert.equal(aws.requests.length, numbers.length);
  });

  it("takes effect but fails is retried: two outcomes, one transfer", async () => {
    let calls = 0;
    await using aws = await startLocalAws({
      putFaults: () => (++calls === 1 ? { kind: "lost-answer", error: internal } : undefined),
    });
    assert.deepEqual(await startFunctionInstance(aws).invoke(await aws.deliver(makeEnvelope())), []);
    const outcome = succeededOutcome({ clientToken: aws.requests[0]?.ClientToken });
    assert.deepEqual(outcomesOf(aws), [outcome, outcome]);
    assert.equal(aws.world.transfers.length, 1);
  });

  it("hangs is ended by its timeout and retried", async () => {
    let calls = 0;
    await using aws = await startLocalAws({
      putFaults: () => (++calls === 1 ? { kind: "hang" } : undefined),
    });
    const instance = startFunctionInstance(aws, { putTimeoutMs: 1_000 });
    assert.deepEqual(await instance.invoke(await aws.deliver(makeEnvelope())), []);
    assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken: aws.requests[0]?.ClientToken })]);
  });

  it("hangs until the deadline returns the record, and the next delivery publishes the result", async () => {
    let calls = 0;
    await using aws = await startLocalAws({
      putFaults() {
        if (++calls > 1) return undefined;
        instance.clock.advance(invocationTimeMs);
        return { kind: "hang" };
      },
    });
    const instance = startFunctionInstance(aws, { putTimeoutMs: invocationTimeMs });
    const record = await aws.deliver(makeEnvelope());

    assert.deepEqual(await instance.invoke(record), [record.messageId]);
    assert.deepEqual([aws.outcomes, await aws.queued()], [[], [record.messageId]]);

    assert.deepEqual(await instance.invoke(await aws.redeliver(record)), []);
    const clientToken = aws.requests[0]?.ClientToken;
    assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken, receiveCount: 2 })]);
    assert.equal(aws.requests.length, 1);
  });

  it("fails because of one entry carries that result on at once, and completes the others", async () => {
    const error = new ServiceError("ValidationException", "1 validation error detected");
    await using aws = await startLocalAws({
      putFaults: (entries) => (placeOfUnlucky(entries) < 0 ? undefined : { kind: "error", error }),
    });
    const instance = startFunctionInstance(aws);
    const { all, unluckyRecord } = await deliverAll(aws);

    assert.deepEqual(await instance.invoke(...all), []);

    assert.deepEqual(published(aws), idsOf(others));
    assert.deepEqual(
      instance.lines.filter(({ status }) => status === "retry").map(({ reason, error }) => [reason, error]),
      [["OutcomeNotPublished", "ValidationException"]],
    );
    const [carried = "", ...more] = await aws.queued();
    assert.deepEqual(more, []);
    assert.notEqual(carried, unluckyRecord.messageId);
  });
});

it("no dead letter is sent before its outcome is published", async () => {
  await using aws = await startLocalAws({
    putFaults() {
      instance.clock.advance(invocationTimeMs);
      return { kind: "error", error: internal };
    },
  });
  const instance = startFunctionInstance(aws);
  const record = await aws.deliver(makeEnvelope({ contactId: "task-ended" }));

  assert.deepEqual(await instance.invoke(record), [record.messageId]);

  assert.deepEqual(aws.calls, ["TransferContact", "PutEvents"]);
  assert.deepEqual([aws.outcomes, await aws.deadLetters()], [[], []]);
  assert.deepEqual(await aws.queued(), [record.messageId]);
});

describe("an intent as the function's own event, without a queue:", () => {
  it("a transfer is published without a receive count", async () => {
    await using aws = await startLocalAws();
    await startFunctionInstance(aws).invokeWithEvent(makeEnvelope());
    const clientToken = aws.requests[0]?.ClientToken;
    assert.deepEqual(outcomesOf(aws), [withoutReceiveCount(succeededOutcome({ clientToken }))]);
    assert.deepEqual(aws.calls, ["TransferContact", "PutEvents"]);
  });

  it("a refusal is published and dead-lettered with the event as its body, and nothing is thrown", async () => {
    await using aws = await startLocalAws();
    const metadata = { text: "é \uffff 😀" };
    const event = makeEnvelope({ contactId: "task-ended", metadata });
    await startFunctionInstance(aws).invokeWithEvent(event);
    const clientToken = aws.requests[0]?.ClientToken;
    const error = { name: "InvalidRequestException", httpStatus: 400, requestId: someRequestId };
    const failure = { message: "The contact is not active", effect: "unknown", error } as const;
    const request = { contactId: "task-ended" };
    const detail = { clientToken, request, metadata };
    assert.deepEqual(outcomesOf(aws), [
      withoutReceiveCount(failedOutcome({ reason: "InvalidRequest", ...failure }, detail)),
    ]);
    const [deadLetter, ...more] = (await aws.deadLetters()).map(readDeadLetter);
    assert.deepEqual(more, []);
    assert.deepEqual(JSON.parse(deadLetter?.body ?? ""), event);
    assert.deepEqual(
      { ...deadLetter, body: "" },
      {
        body: "",
        reason: "InvalidRequest",
        failure: {
          ...failure,
          intentId: "event-1",
          clientToken,
          firstSentAt: deadLetter?.failure?.firstSentAt,
          replays: 0,
          requestId: invocationId,
        },
        others: {},
      },
    );
  });

  it("an event to retry is thrown with its reason, and without values", async () => {
    await using aws = await startLocalAws({
      connectFaults: () => ({ kind: "error", name: "InternalServiceException", httpStatus: 500 }),
    });
    await assert.rejects(startFunctionInstance(aws).invokeWithEvent(makeEnvelope()), {
      name: "RetryEventError",
      message:
        "Processing did not finish (ConnectUnavailable, InternalServiceException); Lambda will deliver the event again.",
    });
    assert.deepEqual([aws.outcomes, await aws.deadLetters()], [[], []]);
    assert.deepEqual(aws.calls, ["TransferContact"]);
  });
});

function withoutReceiveCount(outcome: Outcome): Outcome {
  const { receiveCount: _, ...detail } = outcome.detail;
  return { ...outcome, detail };
}

const changesThatFail: [string, SqsFault, number][] = [
  ["is refused", { kind: "error", code: "RequestThrottled", status: 403 }, 1],
  ["loses its answer twice", { kind: "loseAnswer" }, 2],
];
for (const [name, sqsFault, times] of changesThatFail) {
  it(`a ChangeMessageVisibility that ${name} changes only when the message reappears`, async () => {
    await using aws = await startLocalAws({
      connectFaults: () => ({ kind: "error", name: "InternalServiceException", httpStatus: 500 }),
      sqsFaults: () => sqsFault,
    });
    const instance = startFunctionInstance(aws);
    const record = await aws.deliver(makeEnvelope());

    assert.deepEqual(await instance.invoke(record), [record.messageId]);

    assert.equal(instance.visibilityUnchanged.length, 1);
    assert.equal(instance.visibilityUnchanged[0]?.[0], record.messageId);
    assert.deepEqual(
      instance.lines.map(({ status, reason, retryInSeconds }) => [status, reason, retryInSeconds]),
      [["retry", "ConnectUnavailable", undefined]],
    );
    assert.deepEqual(aws.calls, ["TransferContact", ...Array(times).fill("ChangeMessageVisibility")]);
    assert.deepEqual([aws.outcomes, await aws.queued()], [[], [record.messageId]]);
  });
}
