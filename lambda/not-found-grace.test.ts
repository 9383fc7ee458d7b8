import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import { makeEnvelope, makeRecord, makeSettings, stringAttribute } from "../test/makers.ts";
import { answering, connectError, failureOf, makeProcessor } from "../test/processor.ts";
import type { Ports } from "./ports.ts";

const second = 1_000;
const notFound = connectError("ResourceNotFoundException", 404);
const sqsIsOut: Ports["enqueue"] = async () => {
  throw connectError("InternalError", 500);
};

/** A function that believes a ResourceNotFound after 10 s. */
function makeGraceful(overrides: Partial<Ports> = {}, settings: Parameters<typeof makeSettings>[0] = {}) {
  const made = makeProcessor({
    settings: makeSettings({ notFoundGraceMs: 10 * second, ...settings }),
    transferContact: answering(notFound, "ok"),
    ...overrides,
  });
  return {
    ...made,
    history: () => JSON.parse(made.seen.enqueued[0]?.MessageAttributes?.History?.StringValue ?? "null"),
    /** The enqueued message as the queue delivers it when its delay is over. */
    async next(options: { readonly receiveCount?: number } = {}): Promise<SQSRecord> {
      const [{ MessageBody = "", MessageAttributes = {}, DelaySeconds = 0 } = {}] = made.seen.enqueued;
      await made.clock.run(made.clock.sleep(DelaySeconds * second));
      const attributes: SQSMessageAttributes = {};
      for (const [name, { StringValue = "" }] of Object.entries(MessageAttributes))
        attributes[name] = stringAttribute(StringValue);
      const sentAt = made.clock.now();
      return makeRecord(MessageBody, { messageId: "next", sentAt, attributes, ...options });
    },
  };
}

describe("a ResourceNotFound of a young intent", () => {
  it("is asked once more, in a new message that comes at the end of the grace", async () => {
    const { process, record, seen, clock, history, next } = makeGraceful();
    const sentAt = clock.now() - 3_500;
    const first = record({}, { messageId: "first", sentAt, attributes: { tenant: stringAttribute("t") } });
    first.attributes.MessageGroupId = "group";
    assert.deepEqual(await process(first), []);

    const [{ MessageBody, MessageGroupId, MessageAttributes, DelaySeconds } = {}, ...more] = seen.enqueued;
    assert.deepEqual(more, []);
    assert.equal(MessageBody, first.body);
    assert.equal(MessageGroupId, "group");
    assert.equal(MessageAttributes?.tenant?.StringValue, "t");
    assert.equal(DelaySeconds, 7);
    assert.deepEqual(history(), {
      firstSentAt: new Date(sentAt).toISOString(),
      effect: "none",
      replays: 0,
      lastReason: "ResourceNotFound",
      notFoundAt: new Date(sentAt + 3_500).toISOString(),
    });
    assert.deepEqual(
      seen.lines.map(({ status, reason, error, enqueued, retryInSeconds }) => ({
        status,
        reason,
        error,
        enqueued,
        retryInSeconds,
      })),
      [
        {
          status: "retry",
          reason: "ResourceNotFound",
          error: "ResourceNotFoundException",
          enqueued: true,
          retryInSeconds: 7,
        },
      ],
    );

    assert.deepEqual(await process(await next()), []);
    assert.equal(seen.transfers.length, 2);
    assert.equal(seen.transfers[0]?.ClientToken, seen.transfers[1]?.ClientToken);
    assert.equal(seen.outcomes[0]?.detailType, "Contact Transfer Succeeded");
  });

  it("counts the second time, with effect none, although this instance's clock was set back", async () => {
    const { process, record, seen, clock, next } = makeGraceful({ transferContact: answering(notFound) });
    await process(record());
    const again = await next();
    clock.set(clock.now() - 3_600 * second);
    assert.deepEqual(await process(again), []);
    const { reason, effect } = failureOf(seen);
    assert.deepEqual([reason, effect], ["ResourceNotFound", "none"]);
    assert.equal(seen.transfers.length, 2);
    assert.equal(seen.enqueued.length, 1);
  });

  it("is asked once more even at the end of the grace", async () => {
    const { process, record, seen, clock } = makeGraceful();
    assert.deepEqual(await process(record({}, { sentAt: clock.now() - 9_999 })), []);
    assert.deepEqual(
      seen.enqueued.map(({ DelaySeconds }) => DelaySeconds),
      [1],
    );
  });

  it("keeps an effect that is unknown", async () => {
    const { process, record, seen, history, next } = makeGraceful({ transferContact: answering(notFound) });
    await process(record({}, { receiveCount: 2 }));
    assert.equal(history().effect, "unknown");
    await process(await next());
    assert.equal(failureOf(seen).effect, "unknown");
  });

  it("holds up no other record of its batch", async () => {
    const { process, record, clock, seen } = makeGraceful({
      settings: makeSettings({ notFoundGraceMs: 900_000, requestsPerSecond: 10 }),
    });
    const start = clock.monotonic();
    await process(record({ contactId: "a" }), record({ contactId: "b" }), record({ contactId: "c" }));
    assert.equal(seen.outcomes.length, 2);
    assert.ok(clock.monotonic() - start < second);
  });

  it("waits in its own message if no new one can be sent", async () => {
    const { process, record, seen } = makeGraceful({ enqueue: sqsIsOut });
    assert.deepEqual(await process(record({}, { messageId: "m" })), ["m"]);
    assert.deepEqual(seen.outcomes, []);
    assert.deepEqual(seen.visibility, [{ receiptHandle: "handle-of-m", seconds: 10 }]);
  });

  it("is enqueued if it came as an event that can be", async () => {
    const { processEvent, seen, history, next, process } = makeGraceful({}, { enqueueUnfinished: true });
    await processEvent(makeEnvelope());
    assert.equal(seen.outcomes.length, 0);
    assert.equal(history().effect, "unknown");
    assert.equal(seen.enqueued[0]?.DelaySeconds, 10);
    await process(await next());
    assert.equal(seen.outcomes[0]?.detailType, "Contact Transfer Succeeded");
  });

  it("leaves an event that cannot be enqueued to Lambda", async () => {
    const { processEvent, clock } = makeGraceful({ enqueue: sqsIsOut }, { enqueueUnfinished: true });
    await assert.rejects(processEvent(makeEnvelope()), { name: "RetryEventError" });
    assert.ok(clock.monotonic() < 8 * second, "SQS was not asked for a second time");
  });
});

describe("a ResourceNotFound counts at once", () => {
  for (const [what, settings, age, detail] of [
    ["if the intent is older than the grace", {}, 10 * second, {}],
    ["without a grace", { notFoundGraceMs: 0 }, 0, {}],
    ["if the intent expires before the grace ends", {}, 0, { expiresAt: 9 * second }],
    ["if the intent becomes too old before the grace ends", { maxIntentAgeMs: 9 * second }, 0, {}],
  ] as const) {
    it(what, async () => {
      const { process, record, seen, clock } = makeGraceful(
        { transferContact: answering(notFound) },
        settings,
      );
      const now = clock.now();
      const expiresAt = "expiresAt" in detail && {
        expiresAt: new Date(now + detail.expiresAt).toISOString(),
      };
      assert.deepEqual(await process(record({ ...expiresAt }, { sentAt: now - age })), []);
      assert.equal(failureOf(seen).reason, "ResourceNotFound");
      assert.deepEqual(seen.enqueued, []);
    });
  }

  it("if it is an event that the deployment does not let go to the queue", async () => {
    const { processEvent, seen } = makeGraceful({ transferContact: answering(notFound) });
    await processEvent(makeEnvelope());
    assert.equal(failureOf(seen).reason, "ResourceNotFound");
  });

  it("if the envelope is older than its message, however young that is", async () => {
    const { process, seen, clock } = makeGraceful({ transferContact: answering(notFound) });
    const time = new Date(clock.now() - 10 * second).toISOString();
    await process(makeRecord(makeEnvelope({}, { time }), { sentAt: clock.now() }));
    assert.equal(failureOf(seen).reason, "ResourceNotFound");
  });

  it("if an operator has renewed an intent that is older", async () => {
    const { process, record, seen, clock } = makeGraceful({ transferContact: answering(notFound) });
    const at = (ago: number) => new Date(clock.now() - ago).toISOString();
    const history = { firstSentAt: at(3_600 * second), renewedAt: at(0), effect: "none", replays: 1 };
    await process(record({}, { attributes: { History: stringAttribute(history) } }));
    assert.equal(failureOf(seen).reason, "ResourceNotFound");
  });
});

it("only a ResourceNotFound is asked again", async () => {
  const refused = connectError("InvalidRequestException", 400);
  const { process, record, seen } = makeGraceful({ transferContact: answering(refused) });
  await process(record());
  assert.equal(failureOf(seen).reason, "InvalidRequest");
  assert.deepEqual(seen.enqueued, []);
});
