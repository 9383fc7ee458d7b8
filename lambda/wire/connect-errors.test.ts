import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RequestQuota } from "../../local/services/connect/request-quota.ts";
import { startFunctionInstance } from "../../test/function/function-instance.ts";
import { type LocalAwsOptions, startLocalAws } from "../../test/function/local-aws.ts";
import { instanceId, makeEnvelope } from "../../test/makers.ts";
import {
  deadLetterOf,
  failedOutcome,
  outcomesOf,
  readDeadLetter,
  someRequestId,
  succeededOutcome,
} from "../../test/outcomes.ts";
import type { Failure, FailureReason } from "../refusal.ts";

it("a transferred contact is published as succeeded, and its message is acknowledged", async () => {
  await using aws = await startLocalAws();
  const instance = startFunctionInstance(aws);
  const metadata = { orderId: "4711", nested: { ä: ["€", "😀", null] } };

  const record = await aws.deliver(makeEnvelope({ metadata, intentId: "order-4711" }));
  assert.deepEqual(await instance.invoke(record), []);

  const [request] = aws.requests;
  const clientToken = request?.ClientToken;
  assert.deepEqual(request, {
    InstanceId: instanceId,
    ContactId: "task-1",
    ContactFlowId: "flow-to-queue",
    QueueId: "queue-cancellations",
    ClientToken: clientToken,
  });
  assert.match(clientToken ?? "", /^ct1-[\w-]{43}$/);
  assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken, intentId: "order-4711", metadata })]);
  assert.deepEqual(aws.calls, ["TransferContact", "PutEvents"]);
  assert.equal(aws.world.transfers.length, 1);
  assert.deepEqual([await aws.queued(), await aws.deadLetters()], [[], []]);
});

describe("a refusal of Connect is published and dead-lettered at once:", () => {
  const refusals: {
    name: string;
    detail: Record<string, unknown>;
    reason: FailureReason;
    message: string;
    error: Omit<NonNullable<Failure["error"]>, "requestId">;
  }[] = [
    {
      name: "a contact that has ended (400)",
      detail: { contactId: "task-ended" },
      reason: "InvalidRequest",
      message: "The contact is not active",
      error: { name: "InvalidRequestException", httpStatus: 400 },
    },
    {
      name: "an unknown flow (404)",
      detail: { contactFlowId: "no-such-flow" },
      reason: "ResourceNotFound",
      message: "Contact flow not found: no-such-flow",
      error: { name: "ResourceNotFoundException", httpStatus: 404 },
    },
  ];
  for (const { name, detail, reason, message, error } of refusals) {
    it(name, async () => {
      await using aws = await startLocalAws();
      const instance = startFunctionInstance(aws);
      const record = await aws.deliver(makeEnvelope(detail));

      assert.deepEqual(await instance.invoke(record), []);

      const clientToken = aws.requests[0]?.ClientToken;
      const { messageId } = record;
      const failure: Failure = {
        reason,
        message,
        // An ended contact may have been moved by a request for another copy of the message.
        effect: reason === "InvalidRequest" ? "unknown" : "none",
        error: { ...error, requestId: someRequestId },
      };
      assert.deepEqual(outcomesOf(aws), [
        failedOutcome(failure, { clientToken, messageId, request: detail }),
      ]);
      assert.deepEqual((await aws.deadLetters()).map(readDeadLetter), [
        deadLetterOf(record, failure, { clientToken }),
      ]);
      assert.deepEqual(aws.calls, ["TransferContact", "PutEvents", "SendMessageBatch"]);
      assert.deepEqual(await aws.queued(), []);
    });
  }
});

const json = { "content-type": "application/json" };

interface Retryable {
  readonly name: string;
  readonly aws: LocalAwsOptions;
  readonly detail?: Record<string, unknown>;
  readonly failure: Failure;
}

const unavailable = (error: NonNullable<Failure["error"]>, message: string): Failure => ({
  reason: "ConnectUnavailable",
  message,
  effect: "unknown",
  error,
});

/** `effect` is that of a third delivery: an earlier answer may have been lost. */
const retryable: readonly Retryable[] = [
  {
    name: "402, an exceeded quota",
    aws: {},
    detail: { contactFlowId: "flow-to-agent", queueId: undefined, userId: "user-senior" },
    failure: {
      reason: "ServiceQuotaExceeded",
      message: "The agent's queue holds 10 contacts already",
      effect: "unknown",
      error: { name: "ServiceQuotaExceededException", httpStatus: 402, requestId: someRequestId },
    },
  },
  {
    name: "403, a role without permission",
    aws: { world: { allow: (_, { ContactId }) => ContactId !== "task-1" } },
    failure: {
      reason: "AccessDenied",
      message: `User is not authorized to perform: connect:TransferContact on resource: instance/${instanceId}/contact/task-1`,
      effect: "unknown",
      error: { name: "AccessDeniedException", httpStatus: 403, requestId: someRequestId },
    },
  },
  {
    name: "409, a request that Connect calls a duplicate",
    aws: { connectFaults: () => ({ kind: "error", name: "IdempotencyException", httpStatus: 409 }) },
    failure: {
      reason: "DuplicateRequest",
      message: "This is a fault of the local Connect",
      effect: "unknown",
      error: { name: "IdempotencyException", httpStatus: 409, requestId: someRequestId },
    },
  },
  {
    name: "500, an error of Connect's own",
    aws: { connectFaults: () => ({ kind: "error", name: "InternalServiceException", httpStatus: 500 }) },
    failure: unavailable(
      { name: "InternalServiceException", httpStatus: 500, requestId: someRequestId },
      "Connect answered 500 (InternalServiceException)",
    ),
  },
  {
    name: "503 with a page of HTML",
    aws: { connectFaults: () => ({ kind: "html", httpStatus: 503 }) },
    failure: unavailable(
      { name: "SyntaxError", httpStatus: 503, requestId: someRequestId },
      "Connect answered 503 with an unreadable response (SyntaxError)",
    ),
  },
  {
    name: "400 with an unknown name",
    aws: { connectFaults: () => ({ kind: "error", name: "SomethingNewException", httpStatus: 400 }) },
    failure: unavailable(
      { name: "SomethingNewException", httpStatus: 400, requestId: someRequestId },
      "Connect answered 400 (SomethingNewException)",
    ),
  },
  {
    name: "200 with an empty object",
    aws: { connectHandler: () => Response.json({}) },
    failure: unavailable(
      { name: "EmptyAnswer", httpStatus: 200 },
      "Connect answered 200 with an unreadable response (EmptyAnswer)",
    ),
  },
  {
    name: "200 without a body",
    aws: { connectHandler: () => new Response("", { headers: json }) },
    failure: unavailable(
      { name: "EmptyAnswer", httpStatus: 200 },
      "Connect answered 200 with an unreadable response (EmptyAnswer)",
    ),
  },
  {
    name: "200 with JSON that echoes the request",
    aws: {
      connectHandler: async (request) =>
        new Response(`${await request.text()}<secret of the proxy>`, { headers: json }),
    },
    failure: unavailable(
      { name: "SyntaxError", httpStatus: 200 },
      "Connect answered 200 with an unreadable response (SyntaxError)",
    ),
  },
];

for (const { name, aws: options, detail, failure } of retryable) {
  describe(`${name}:`, () => {
    const start = async () => {
      const aws = await startLocalAws(options);
      for (let i = 0; i < 10; i++) aws.world.transferContact(toUserSenior(i));
      return aws;
    };

    it("at first the message is retried, and nothing is published", async () => {
      await using aws = await start();
      const instance = startFunctionInstance(aws);
      const record = await aws.deliver(makeEnvelope(detail));

      assert.deepEqual(await instance.invoke(record), [record.messageId]);

      assert.deepEqual(withoutSomeIds(instance.lines), [
        { status: "retry", reason: failure.reason, error: failure.error?.name, retryInSeconds: 8 },
      ]);
      assert.deepEqual([aws.outcomes, await aws.deadLetters()], [[], []]);
      assert.deepEqual(await aws.queued(), [record.messageId]);
      const called = aws.calls.filter((action) => action !== "TransferContact");
      assert.deepEqual(called, ["ChangeMessageVisibility"]);
    });

    it("after the retry time, three requests are made, and the message is published and dead-lettered", async () => {
      await using aws = await start();
      const instance = startFunctionInstance(aws, { settings: { retryForMs: 0 } });
      const first = await aws.deliver(makeEnvelope(detail));
      await instance.invoke(first);
      const second = await aws.redeliver(first);
      await instance.invoke(second);
      const third = await aws.redeliver(second);

      assert.deepEqual(await instance.invoke(third), []);

      assert.equal(instance.slots, 5);
      const clientToken = outcomesOf(aws)[0]?.detail.clientToken;
      assert.deepEqual(outcomesOf(aws), [
        failedOutcome(failure, { clientToken, messageId: first.messageId, receiveCount: 3, request: detail }),
      ]);
      assert.deepEqual((await aws.deadLetters()).map(readDeadLetter), [
        deadLetterOf(first, failure, { clientToken, receiveCount: 3 }),
      ]);
      assert.deepEqual(await aws.queued(), []);
      assert.doesNotMatch(JSON.stringify([aws.outcomes, instance.lines]), /secret/);
    });
  });
}

function toUserSenior(number: number) {
  return {
    InstanceId: instanceId,
    ContactId: number < 5 ? `email-${number + 1}` : `task-${number}`,
    ContactFlowId: "flow-to-agent",
    UserId: "user-senior",
  };
}

/** Lines without the ids that they share with the record. */
function withoutSomeIds(lines: readonly object[]) {
  return lines.map((line) => {
    const { status, reason, error, retryInSeconds } = line as Record<string, unknown>;
    return { status, reason, error, retryInSeconds };
  });
}

describe("a throttled request", () => {
  for (const name of ["ThrottlingException", "TooManyRequestsException", "LimitExceededException"]) {
    it(`(429 ${name}) waits for the next slot, and is not a failure`, async () => {
      await using aws = await startLocalAws({
        connectFaults: (_, attempt) => (attempt <= 3 ? { kind: "error", name, httpStatus: 429 } : undefined),
      });
      const instance = startFunctionInstance(aws);

      assert.deepEqual(await instance.invoke(await aws.deliver(makeEnvelope())), []);

      const clientToken = aws.requests[0]?.ClientToken;
      assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken })]);
      assert.deepEqual(aws.calls, [...Array(4).fill("TransferContact"), "PutEvents"]);
      assert.deepEqual(new Set(aws.requests.map(({ ClientToken }) => ClientToken)), new Set([clientToken]));
      assert.equal(instance.slots, 4, "each request takes a slot, retries included");
    });
  }

  it("without a slot in time is retried as throttled, and nothing is published", async () => {
    await using aws = await startLocalAws({
      connectFaults(_, attempt) {
        if (attempt === 3) instance.clock.advance(longestWaitMs);
        return { kind: "error", name: "ThrottlingException", httpStatus: 429 };
      },
    });
    const instance = startFunctionInstance(aws);
    const record = await aws.deliver(makeEnvelope());

    assert.deepEqual(await instance.invoke(record), [record.messageId]);

    assert.deepEqual(
      instance.lines.map(({ status, reason }) => [status, reason]),
      [["retry", "Throttled"]],
    );
    assert.deepEqual([aws.outcomes, await aws.deadLetters()], [[], []]);
    assert.deepEqual(await aws.queued(), [record.messageId]);
  });

  it("is retried until a quota shared with others allows it", async () => {
    await using aws = await startLocalAws({
      quota: new RequestQuota({ requestsPerSecond: 20, burst: 1, now: Date.now }),
    });
    const instance = startFunctionInstance(aws, { settings: { requestsPerSecond: 40 } });
    const numbers = [1, 2, 3, 4, 5];
    const records = [];
    for (const number of numbers) records.push(await aws.deliver(envelopeOf(number)));

    assert.deepEqual(await instance.invoke(...records), []);

    assert.deepEqual(
      aws.outcomes.map(({ detailType, detail }) => `${detailType} ${detail.intentId}`).toSorted(),
      numbers.map((number) => `Contact Transfer Succeeded event-${number}`),
    );
    assert.equal(aws.world.transfers.length, numbers.length);
    assert.ok(aws.requests.length > numbers.length, "the quota has refused some");
  });
});

/** Longer than a record waits for a slot within an invocation. */
const longestWaitMs = 30_000;

function envelopeOf(number: number) {
  return makeEnvelope({ contactId: `task-${number}` }, { id: `event-${number}` });
}

it("one batch with every kind of answer: each record has its own result", async () => {
  const faults: Record<string, { name: string; httpStatus: number }> = {
    "task-3": { name: "InternalServiceException", httpStatus: 500 },
    "task-4": { name: "IdempotencyException", httpStatus: 409 },
    "task-5": { name: "AccessDeniedException", httpStatus: 403 },
  };
  await using aws = await startLocalAws({
    connectFaults({ input }) {
      const fault = faults[input.ContactId ?? ""];
      return fault && { kind: "error", ...fault };
    },
  });
  const instance = startFunctionInstance(aws);
  const deliver = (id: string, detail: Record<string, unknown>) => aws.deliver(makeEnvelope(detail, { id }));
  const records = [
    await deliver("transferred", { contactId: "task-1" }),
    await deliver("refused", { contactId: "voice-call" }),
    await deliver("unavailable", { contactId: "task-3" }),
    await deliver("duplicate", { contactId: "task-4" }),
    await deliver("denied", { contactId: "task-5" }),
    await deliver("foreign", { contactId: "task-6", instanceId: "another-instance" }),
    await deliver("expired", { contactId: "task-7", expiresAt: "2020-01-01T00:00:00Z" }),
    await aws.deliver("not JSON"),
  ];

  const again = records.slice(2, 5).map(({ messageId }) => messageId);
  assert.deepEqual((await instance.invoke(...records)).toSorted(), again.toSorted());

  assert.deepEqual(
    aws.outcomes.map(({ detail }) => [detail.intentId, (detail.failure as Failure)?.reason]).toSorted(),
    [
      [undefined, "InvalidIntent"],
      ["expired", "IntentExpired"],
      ["foreign", "NotAllowed"],
      ["refused", "InvalidRequest"],
      ["transferred", undefined],
    ].toSorted(),
  );
  assert.deepEqual(
    (await aws.deadLetters()).map((deadLetter) => readDeadLetter(deadLetter).reason).toSorted(),
    ["IntentExpired", "InvalidIntent", "InvalidRequest", "NotAllowed"],
  );
  assert.deepEqual((await aws.queued()).toSorted(), again.toSorted());
});
