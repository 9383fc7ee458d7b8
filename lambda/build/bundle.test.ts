import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { SQSRecord } from "aws-lambda";
import {
  type Bundle,
  type BundledFunction,
  batchOf,
  buildBundle,
  startBundledFunction,
} from "../../test/function/bundled-function.ts";
import { localFunctionEnvironment } from "../../test/function/function-environment.ts";
import { startLocalAws } from "../../test/function/local-aws.ts";
import { makeEnvelope } from "../../test/makers.ts";
import { outcomesOf, readDeadLetter, succeededOutcome } from "../../test/outcomes.ts";
import type { Failure } from "../refusal.ts";

let bundle: Bundle;
before(async () => {
  bundle = await buildBundle();
});
after(() => bundle[Symbol.asyncDispose]());

/** A value of a body that must not be visible anywhere. */
const secret = "SECRET-4711";

function parseLines(lines: readonly string[]) {
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    records: parsed.filter((line) => line.status !== undefined),
    metrics: parsed.filter((line) => line._aws !== undefined),
    others: parsed.filter((line) => line.status === undefined && line._aws === undefined),
  };
}

/** Waits for the lines of so many records and invocations, which may arrive after the response. */
async function written(
  context: TestContext,
  { lines }: BundledFunction,
  count: { records: number; invocations: number },
) {
  return context.waitFor(
    () => {
      const parsed = parseLines(lines);
      const invocations = parsed.metrics.filter(({ Received }) => Received !== undefined).length;
      assert.deepEqual({ records: parsed.records.length, invocations }, count);
      return parsed;
    },
    { timeout: 20_000 },
  );
}

describe("a batch with one of everything", () => {
  const faults: Record<string, { name: string; httpStatus: number; times: number }> = {
    "task-2": { name: "ThrottlingException", httpStatus: 429, times: 2 },
    "task-3": { name: "InternalServiceException", httpStatus: 500, times: 99 },
    "task-4": { name: "AccessDeniedException", httpStatus: 403, times: 99 },
  };
  const metadata = { [secret]: secret };
  const valid = (id: string, contactId: string, detail = {}) =>
    makeEnvelope({ contactId, metadata, ...detail }, { id });
  /** id of the case → what is sent, and its expected result. */
  const cases: [id: string, body: unknown, status: string, reason?: string][] = [
    ["transferred", valid("transferred", "task-1"), "succeeded"],
    ["throttled", valid("throttled", "task-2"), "succeeded"],
    ["unavailable", valid("unavailable", "task-3"), "retry", "ConnectUnavailable"],
    ["denied", valid("denied", "task-4"), "retry", "AccessDenied"],
    ["refused", valid("refused", "voice-call"), "failed", "InvalidRequest"],
    ["unknown", valid("unknown", "task-5", { contactFlowId: "no-such" }), "failed", "ResourceNotFound"],
    ["foreign", valid("foreign", "task-6", { instanceId: "another" }), "failed", "NotAllowed"],
    ["expired", valid("expired", "task-7", { expiresAt: "2020-01-01T00:00:00Z" }), "failed", "IntentExpired"],
    ["misspelt", makeEnvelope({ contactId: secret, queueID: secret }), "failed", "InvalidIntent"],
    ["not JSON", `{"id": "${secret}" ${secret}`, "failed", "InvalidIntent"],
  ];

  it("returns exactly the records to retry, publishes all others, and writes one line of JSON for each", async (context) => {
    await using aws = await startLocalAws({
      connectFaults({ input }, attempt) {
        const fault = faults[input.ContactId ?? ""];
        return fault && attempt <= fault.times ? { kind: "error", ...fault } : undefined;
      },
    });
    await using instance = await startBundledFunction(bundle, aws);
    const records: SQSRecord[] = [];
    for (const [, body] of cases) records.push(await aws.deliver(body));

    const result = await instance.invoke(batchOf(...records));

    const idsWhere = (isWanted: (status: string) => boolean) =>
      records.filter((_, index) => isWanted(cases[index]?.[2] ?? "")).map(({ messageId }) => messageId);
    assert.equal(result.kind, "returned");
    const { batchItemFailures } = result.payload as { batchItemFailures: { itemIdentifier: string }[] };
    assert.deepEqual(
      batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted(),
      idsWhere((status) => status === "retry").toSorted(),
    );

    const lines = await written(context, instance, { records: records.length, invocations: 1 });
    assert.deepEqual(lines.others, []);
    assert.deepEqual(
      lines.records.map(({ messageId, status, reason }) => [messageId, status, reason]).toSorted(),
      records.map(({ messageId }, index) => [messageId, cases[index]?.[2], cases[index]?.[3]]).toSorted(),
    );
    for (const line of lines.records) {
      assert.deepEqual([line.service, line.receiveCount], ["contact-transfer", 1]);
      assert.equal(typeof line.durationMs, "number");
      assert.match(String(line.function_request_id), /^[0-9a-f-]{36}$/);
    }
    assert.deepEqual(
      aws.outcomes.map(({ detail }) => (detail.failure as Failure | undefined)?.reason).toSorted(),
      cases
        .filter(([, , status]) => status !== "retry")
        .map(([, , , reason]) => reason)
        .toSorted(),
    );
    const failed = cases.filter(([, , status]) => status === "failed");
    assert.deepEqual(
      (await aws.deadLetters())
        .map(readDeadLetter)
        .map(({ reason }) => reason)
        .toSorted(),
      failed.map(([, , , reason]) => reason).toSorted(),
    );
    assert.equal(aws.world.transfers.length, 2);
    assertMetrics(lines.metrics);
  });

  /** Counts of a metric, which is in exactly one document of the invocation. */
  function assertMetrics(documents: Record<string, unknown>[]) {
    const ofInvocation = documents.filter(({ Received }) => Received !== undefined);
    assert.equal(ofInvocation.length, 1);
    const sum = (value: unknown) => (Array.isArray(value) ? value.reduce((a, b) => a + b, 0) : value);
    const { Received, Succeeded, Failed, Retried, Expired } = ofInvocation[0] ?? {};
    assert.deepEqual([Received, Succeeded, Failed, Retried, Expired].map(sum), [10, 2, 6, 2, 1]);
    const byReason = documents
      .filter(({ reason, Failed }) => reason !== undefined && Failed !== undefined)
      .map(({ reason }) => reason);
    assert.deepEqual(
      byReason.toSorted(),
      cases
        .filter(([, , status]) => status === "failed")
        .map(([, , , reason]) => reason)
        .toSorted(),
    );
  }
});

describe("a value of a body", () => {
  const invalid: Record<string, unknown> = {
    "that is not JSON": `${secret}{"id":"${secret}"`,
    "that breaks off": `{"id":"event-1","detail":{"contactId":"${secret}`,
    "of unknown and wrong members": {
      id: `${secret} with spaces`,
      "detail-type": secret,
      detail: { contactId: [secret], contactFlowId: { secret }, queueId: `${secret}!`, extra: secret },
    },
    "of ARNs of another kind": makeEnvelope({
      contactId: `arn:aws:connect:us-east-1:111122223333:instance/${secret}/queue/${secret}`,
    }),
    "that is too large": makeEnvelope({ contactFlowId: secret.repeat(2_000) }),
    "with instants that are none": makeEnvelope({ expiresAt: secret }, { time: secret }),
    "with metadata that is too large": makeEnvelope({ metadata: { text: secret.repeat(500) } }),
    "that is a string": JSON.stringify(secret),
  };

  it("is neither logged nor published if it is invalid", async (context) => {
    await using aws = await startLocalAws();
    await using instance = await startBundledFunction(bundle, aws);
    const records = [];
    for (const body of Object.values(invalid)) records.push(await aws.deliver(body));

    assert.deepEqual(await instance.invoke(batchOf(...records)), {
      kind: "returned",
      payload: { batchItemFailures: [] },
    });
    await instance.invoke({ id: "event-1", detail: secret });
    await written(context, instance, { records: records.length + 1, invocations: 2 });

    const reasons = aws.outcomes.map(({ detail }) => (detail.failure as Failure).reason);
    assert.deepEqual(reasons, Array(records.length + 1).fill("InvalidIntent"));
    assert.doesNotMatch(JSON.stringify(aws.outcomes), new RegExp(secret));
    assert.doesNotMatch(instance.lines.join("\n"), new RegExp(secret));
    const deadLetters = await aws.deadLetters();
    assert.deepEqual(
      deadLetters.map(({ body }) => body.includes(secret)),
      Array(deadLetters.length).fill(true),
      "the dead letters keep the bodies",
    );
    assert.doesNotMatch(JSON.stringify(deadLetters.map(({ attributes }) => attributes)), new RegExp(secret));
  });

  it("is published but not logged if it is metadata, whatever the result", async (context) => {
    await using aws = await startLocalAws({
      connectFaults: ({ input }) =>
        input.ContactId === "task-2" ? { kind: "html", httpStatus: 503 } : undefined,
    });
    await using instance = await startBundledFunction(bundle, aws);
    const metadata = { [secret]: { nested: [secret] } };
    const contactIds = ["task-1", "task-2", "task-ended"];
    const records = [];
    for (const contactId of contactIds)
      records.push(await aws.deliver(makeEnvelope({ contactId, metadata }, { id: contactId })));

    await instance.invoke(batchOf(...records));

    assert.deepEqual(
      aws.outcomes.map(({ detail }) => detail.metadata),
      [metadata, metadata],
    );
    await written(context, instance, { records: contactIds.length, invocations: 1 });
    assert.doesNotMatch(instance.lines.join("\n"), new RegExp(secret));
  });
});

describe("an intent as the function's own event", () => {
  it("is transferred and published, with an empty response", async () => {
    await using aws = await startLocalAws();
    await using instance = await startBundledFunction(bundle, aws);
    assert.deepEqual(await instance.invoke(makeEnvelope()), { kind: "returned", payload: null });
    const { receiveCount: _, ...detail } = succeededOutcome({
      clientToken: aws.requests[0]?.ClientToken,
    }).detail;
    assert.deepEqual(
      outcomesOf(aws).map((outcome) => outcome.detail),
      [detail],
    );
  });

  it("fails the invocation if it must be retried", async () => {
    await using aws = await startLocalAws({ connectFaults: () => ({ kind: "html", httpStatus: 503 }) });
    await using instance = await startBundledFunction(bundle, aws);
    assert.deepEqual(await instance.invoke(makeEnvelope()), {
      kind: "failed",
      errorType: "RetryEventError",
      errorMessage:
        "Processing did not finish (ConnectUnavailable, SyntaxError); Lambda will deliver the event again.",
    });
    assert.deepEqual(aws.outcomes, []);
  });
});

it("the services are found by AWS_ENDPOINT_URL_…, whatever host the queue URLs name", async () => {
  await using aws = await startLocalAws({
    connectFaults: ({ input }) =>
      input.ContactId === "task-1" ? { kind: "html", httpStatus: 503 } : undefined,
  });
  const environment = localFunctionEnvironment(aws);
  assert.match(environment.INTENT_QUEUE_URL ?? "", /^https:\/\/sqs\.us-east-1\.amazonaws\.com\//);
  assert.match(environment.DEAD_LETTER_QUEUE_URL ?? "", /^https:\/\/sqs\.us-east-1\.amazonaws\.com\//);
  await using instance = await startBundledFunction(bundle, aws, { environment });
  await instance.invoke(batchOf(await aws.deliver(makeEnvelope()), await aws.deliver("not JSON")));
  assert.deepEqual(aws.calls.toSorted(), [
    "ChangeMessageVisibility",
    "PutEvents",
    "SendMessageBatch",
    "TransferContact",
  ]);
});

it("a request that hangs ends before the invocation, and its connection with it", async () => {
  const closed: Promise<void>[] = [];
  await using aws = await startLocalAws({
    connectHandler(_, { outgoing }) {
      closed.push(new Promise((resolve) => outgoing.once("close", resolve)));
      return RESPONSE_ALREADY_SENT;
    },
  });
  await using instance = await startBundledFunction(bundle, aws, { timeoutSeconds: 5 });
  // The process has started before the measured invocation begins.
  await instance.invoke(batchOf(await aws.deliver("not JSON")));
  const callsBefore = aws.calls.length;
  const record = await aws.deliver(makeEnvelope());

  const result = await instance.invoke(batchOf(record));

  const batchItemFailures = [{ itemIdentifier: record.messageId }];
  assert.deepEqual(result, { kind: "returned", payload: { batchItemFailures } });
  assert.equal(closed.length, 1);
  await Promise.all(closed);
  assert.deepEqual(aws.calls.slice(callsBefore), ["ChangeMessageVisibility"]);
});

it("a request whose promise never settles holds neither its invocation nor the next delivery of its intent", async () => {
  let isUpgrading = true;
  await using aws = await startLocalAws({
    connectHandler(_, { outgoing }) {
      if (!isUpgrading) return Response.json({ ContactId: "new-contact" });
      outgoing.socket?.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
      return RESPONSE_ALREADY_SENT;
    },
  });
  await using instance = await startBundledFunction(bundle, aws, { timeoutSeconds: 5 });
  const record = await aws.deliver(makeEnvelope());
  const batchItemFailures = [{ itemIdentifier: record.messageId }];
  const hung = await instance.invoke(batchOf(record));
  assert.deepEqual(hung, { kind: "returned", payload: { batchItemFailures } });

  isUpgrading = false;
  const answer = await instance.invoke(batchOf(await aws.redeliver(record)));
  assert.deepEqual(answer, { kind: "returned", payload: { batchItemFailures: [] } });
  assert.equal(aws.outcomes.length, 1);
});

it("allow-lists in a file beside the code hold", async () => {
  const lists = JSON.stringify({ queueIds: ["another-queue"] });
  await writeFile(join(bundle.codeDirectory, "allow-lists.json"), lists);
  await using aws = await startLocalAws();
  const environment = { ...localFunctionEnvironment(aws), ALLOW_LISTS_IN_FILE: "true" };
  await using instance = await startBundledFunction(bundle, aws, { environment });
  await instance.invoke(batchOf(await aws.deliver(makeEnvelope())));
  const [outcome] = aws.outcomes;
  assert.ok(outcome);
  const { failure } = outcome.detail as { failure?: Failure };
  assert.equal(failure?.reason, "NotAllowed");
});

it("an empty batch is answered as a batch", async () => {
  await using aws = await startLocalAws();
  await using instance = await startBundledFunction(bundle, aws);
  const answer = await instance.invoke(batchOf());
  assert.deepEqual(answer, { kind: "returned", payload: { batchItemFailures: [] } });
  assert.deepEqual(aws.calls, []);
});

describe("an invalid environment variable stops the start with its name:", () => {
  const cases: [variable: string, value: string | undefined, what: string][] = [
    ["INSTANCE_ARNS", "instance-1", '"instance-1" is not the ARN of a Connect instance'],
    ["TRANSFERS_PER_SECOND", "fast", "it must be a number greater than 0"],
    ["DEAD_LETTER_QUEUE_URL", undefined, "it is missing or empty"],
  ];
  for (const [variable, value, what] of cases) {
    it(`${variable} ${value === undefined ? "missing" : `= ${JSON.stringify(value)}`}`, async () => {
      await using aws = await startLocalAws();
      const { [variable]: _, ...others } = localFunctionEnvironment(aws);
      const environment = value === undefined ? others : { ...others, [variable]: value };
      await using instance = await startBundledFunction(bundle, aws, { environment });
      assert.deepEqual(await instance.invoke(makeEnvelope()), {
        kind: "failed",
        errorType: "Error",
        errorMessage: `The function's environment variable ${variable} is invalid: ${what}. The stack sets it: npx cdk deploy --revert-drift restores it.`,
      });
      assert.deepEqual(aws.calls, []);
    });
  }
});
