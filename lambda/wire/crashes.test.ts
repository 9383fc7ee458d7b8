import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type Bundle,
  type BundledFunction,
  batchOf,
  buildBundle,
  startBundledFunction,
} from "../../test/function/bundled-function.ts";
import { startLocalAws } from "../../test/function/local-aws.ts";
import { makeEnvelope } from "../../test/makers.ts";
import {
  failedOutcome,
  outcomesOf,
  readDeadLetter,
  someRequestId,
  succeededOutcome,
} from "../../test/outcomes.ts";

let bundle: Bundle;
before(async () => {
  bundle = await buildBundle();
});
after(() => bundle[Symbol.asyncDispose]());

const done = { kind: "returned", payload: { batchItemFailures: [] } };
const killed = {
  kind: "failed",
  errorType: "Runtime.Killed",
  errorMessage: "The local run has ended",
};

/** Starts a local AWS in which the function's process is killed once, at one moment. */
async function startWithCrash(moment: string, options: { isUnavailable?: boolean } = {}) {
  let isAhead = true;
  let instance: BundledFunction | undefined;
  const crash = (now: string) => {
    if (!isAhead || now !== moment) return false;
    isAhead = false;
    instance?.kill();
    return true;
  };
  const unavailable = { kind: "error", name: "InternalServiceException", httpStatus: 500 } as const;
  const aws = await startLocalAws({
    connectFaults() {
      if (crash("before TransferContact")) return { kind: "hang" };
      return options.isUnavailable && isAhead ? unavailable : undefined;
    },
    putFaults: () => (crash("before PutEvents") ? { kind: "hang" } : undefined),
    sqsFaults: ({ action }) =>
      crash(`before ${action}`) ? { kind: "error", code: "Crashed", status: 500 } : undefined,
    onEffect: (action) => void crash(`after ${action}`),
  });
  return {
    aws,
    /** One invocation, in which the process dies. */
    async crashWith(record: Awaited<ReturnType<typeof aws.deliver>>) {
      instance = await startBundledFunction(bundle, aws);
      assert.deepEqual(await instance.invoke(batchOf(record)), killed);
      assert.ok(!isAhead, `the moment has come: ${moment}`);
      assert.deepEqual(await aws.queued(), [record.messageId], "the message is still there");
      return aws.redeliver(record);
    },
  };
}

async function finish(aws: Awaited<ReturnType<typeof startLocalAws>>, record: Parameters<typeof batchOf>[0]) {
  await using instance = await startBundledFunction(bundle, aws);
  assert.deepEqual(await instance.invoke(batchOf(record)), done);
}

describe("a function that is killed", { concurrency: 2 }, () => {
  for (const [moment, outcomeCount] of [
    ["before TransferContact", 1],
    ["after TransferContact", 1],
    ["before PutEvents", 1],
    ["after PutEvents", 2],
  ] as const) {
    it(`${moment}: the next delivery publishes the one transfer`, async () => {
      const { aws, crashWith } = await startWithCrash(moment);
      await using _ = aws;
      const second = await crashWith(await aws.deliver(makeEnvelope()));
      await finish(aws, second);

      assert.equal(aws.world.transfers.length, 1);
      const clientToken = aws.requests[0]?.ClientToken;
      const expected = [1, 2].map((receiveCount) => succeededOutcome({ clientToken, receiveCount }));
      assert.deepEqual(outcomesOf(aws), expected.slice(-outcomeCount));
      assert.deepEqual(await aws.deadLetters(), []);
    });
  }

  for (const [moment, outcomeCount, deadLetterCount] of [
    ["before TransferContact", 1, 1],
    ["after TransferContact", 1, 1],
    ["before PutEvents", 1, 1],
    ["after PutEvents", 2, 1],
    ["before SendMessageBatch", 2, 1],
    ["after SendMessageBatch", 2, 2],
  ] as const) {
    it(`${moment}, with a contact that has ended: the next delivery publishes and dead-letters it`, async () => {
      const { aws, crashWith } = await startWithCrash(moment);
      await using _ = aws;
      const contactId = "task-ended";
      const second = await crashWith(await aws.deliver(makeEnvelope({ contactId })));
      await finish(aws, second);

      assert.equal(aws.world.transfers.length, 0);
      const clientToken = aws.requests[0]?.ClientToken;
      const detail = { clientToken, messageId: second.messageId, request: { contactId } };
      const expected = [1, 2].map((receiveCount) =>
        failedOutcome(
          {
            reason: "InvalidRequest",
            message: "The contact is not active",
            effect: "unknown",
            error: { name: "InvalidRequestException", httpStatus: 400, requestId: someRequestId },
          },
          { ...detail, receiveCount },
        ),
      );
      assert.deepEqual(outcomesOf(aws), expected.slice(-outcomeCount));
      assert.deepEqual(
        (await aws.deadLetters()).map(readDeadLetter).map(({ body, reason }) => ({ body, reason })),
        Array(deadLetterCount).fill({ body: second.body, reason: "InvalidRequest" }),
      );
    });
  }

  for (const moment of ["before ChangeMessageVisibility", "after ChangeMessageVisibility"]) {
    it(`${moment}, while Connect is unavailable: the next delivery transfers`, async () => {
      const { aws, crashWith } = await startWithCrash(moment, { isUnavailable: true });
      await using _ = aws;
      const second = await crashWith(await aws.deliver(makeEnvelope()));
      assert.deepEqual(aws.outcomes, []);
      await finish(aws, second);

      assert.equal(aws.world.transfers.length, 1);
      const clientToken = aws.requests[0]?.ClientToken;
      assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken, receiveCount: 2 })]);
    });
  }
});

it("a message delivered again to another instance after its success is published twice and transferred once", async () => {
  await using aws = await startLocalAws();
  const record = await aws.deliver(makeEnvelope());
  await finish(aws, record);
  await finish(aws, await aws.redeliver(record));

  assert.equal(aws.world.transfers.length, 1);
  const clientToken = aws.requests[0]?.ClientToken;
  assert.deepEqual(
    outcomesOf(aws),
    [1, 2].map((receiveCount) => succeededOutcome({ clientToken, receiveCount })),
  );
});
