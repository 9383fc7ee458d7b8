import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import {
  allSent,
  foreignInstanceArn,
  instanceArn,
  instanceId,
  makeEnvelope,
  makePorts,
  makeRecord,
  makeSettings,
  stringAttribute,
} from "../../test/makers.ts";
import { createEngine } from "../engine.ts";
import type { Ports } from "../ports.ts";
import { processBatch } from "../process-batch.ts";

type Message = Parameters<Ports["enqueue"]>[0][number];

/** A fleet of fresh instances on one queue; the bus is out until `heal`. */
function makeFleet(overrides: Partial<Ports> = {}) {
  const enqueued: Message[] = [];
  let isOut = true;
  const made = makePorts({
    async putEvents(entries) {
      return { Entries: entries.map(() => (isOut ? { ErrorCode: "InternalFailure" } : { EventId: "e" })) };
    },
    async enqueue(entries) {
      enqueued.push(...entries);
      return allSent(entries);
    },
    ...overrides,
  });
  return {
    ...made,
    enqueued,
    heal() {
      isOut = false;
    },
    /** The ids of the messages that come back to the queue. */
    async deliver(...records: SQSRecord[]): Promise<string[]> {
      const time = { requestId: "invocation-1", deadlineAt: made.clock.monotonic() + 30_000 };
      const { batchItemFailures } = await made.clock.run(
        processBatch(records, time, createEngine(made.ports)),
      );
      assert.deepEqual(made.seen.bugs, []);
      assert.equal(made.clock.sleeping, 0);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    record: (detail: Record<string, unknown> = {}, options: Parameters<typeof makeRecord>[1] = {}) =>
      makeRecord(makeEnvelope(detail), { sentAt: made.clock.now(), ...options }),
    /** What the queue makes of an enqueued message. */
    received(
      { MessageBody = "", MessageAttributes = {} }: Message,
      edit = (history: object) => history,
    ): SQSRecord {
      const attributes: SQSMessageAttributes = {};
      for (const [name, { StringValue = "" }] of Object.entries(MessageAttributes))
        attributes[name] = stringAttribute(name === "History" ? edit(JSON.parse(StringValue)) : StringValue);
      return makeRecord(MessageBody, { messageId: "next", sentAt: made.clock.now(), attributes });
    },
  };
}

const refusing =
  (name: string, httpStatusCode: number): Ports["transferContact"] =>
  async () => {
    throw Object.assign(new Error("refused"), { name, $metadata: { httpStatusCode, requestId: "r" } });
  };

describe("a result that cannot be published", () => {
  it("travels in a new message with the same body, attributes and group, and its delivery ends", async () => {
    const { deliver, record, enqueued, seen } = makeFleet();
    const own = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`a${n}`, stringAttribute("x".repeat(n))]),
    );
    const first = record({}, { messageId: "m", attributes: own });
    first.attributes.MessageGroupId = "tenant";
    assert.deepEqual(await deliver(first), []);

    const [{ MessageBody, MessageGroupId, MessageAttributes = {}, DelaySeconds = 0 } = {}, ...more] =
      enqueued;
    assert.deepEqual(more, []);
    assert.equal(MessageBody, first.body);
    assert.equal(MessageGroupId, "tenant");
    assert.ok(DelaySeconds >= 5 && DelaySeconds <= 10 && Number.isInteger(DelaySeconds));
    const { History, ...others } = MessageAttributes;
    assert.deepEqual(Object.keys(others).toSorted(), ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"]);
    assert.deepEqual(JSON.parse(History?.StringValue ?? ""), {
      firstSentAt: "2026-11-24T10:00:00.000Z",
      effect: "unknown",
      replays: 0,
      lastReason: "OutcomeNotPublished",
      result: {
        clientToken: seen.transfers[0]?.ClientToken,
        kind: "transferred",
        response: {
          contactId: "new-task-1",
          contactArn:
            "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111/contact/new-task-1",
          evidence: "answered",
          httpStatus: 200,
        },
      },
      attributes: { a0: { dataType: "String", stringValue: "" } },
    });
    const [line] = seen.lines;
    assert.deepEqual(
      [line?.status, line?.reason, line?.error, line?.enqueued],
      ["retry", "OutcomeNotPublished", "InternalFailure", true],
    );
  });

  it("is published by any instance without a request, even if the intent has expired or is no longer allowed", async () => {
    const { deliver, record, received, enqueued, seen, heal, clock, ports } = makeFleet();
    await deliver(record({ expiresAt: "2026-11-24T10:05:00Z" }));
    heal();
    await clock.run(clock.sleep(30 * 24 * 3_600_000));
    Object.assign(ports.settings, makeSettings({ allowLists: { queues: new Set(["other"]) } }));
    assert.deepEqual(await deliver(...enqueued.map((message) => received(message))), []);
    assert.equal(seen.transfers.length, 1);
    assert.deepEqual(
      seen.outcomes.map(({ detailType }) => detailType),
      ["Contact Transfer Succeeded"],
    );
    assert.deepEqual(seen.outcomes[0]?.detail.response, {
      contactId: "new-task-1",
      contactArn:
        "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111/contact/new-task-1",
      evidence: "answered",
      httpStatus: 200,
    });
  });

  it("is published after its instance was taken out of the deployment, whether the intent names ids or ARNs", async () => {
    for (const contactId of ["task-1", `${instanceArn}/contact/task-1`]) {
      const { deliver, record, received, enqueued, seen, heal, ports } = makeFleet();
      await deliver(record({ instanceId, contactId }));
      heal();
      const other = { id: "other", arn: foreignInstanceArn };
      Object.assign(ports.settings, makeSettings({ instances: { byId: new Map([["other", other]]) } }));
      assert.deepEqual(await deliver(...enqueued.map((message) => received(message))), []);
      assert.deepEqual(
        seen.outcomes.map(({ detailType }) => detailType),
        ["Contact Transfer Succeeded"],
      );
    }
  });

  it("keeps the id of Connect's request, for the log line of its success", async () => {
    const $metadata = { httpStatusCode: 200, requestId: "request-1" };
    const transferContact = async () => ({ ContactId: "new", $metadata });
    const { deliver, record, received, enqueued, seen, heal } = makeFleet({ transferContact });
    await deliver(record());
    heal();
    await deliver(...enqueued.map((message) => received(message)));
    const { status, requestId } = seen.lines.at(-1) ?? {};
    assert.deepEqual([status, requestId], ["succeeded", "request-1"]);
  });

  for (const [name, status, reason] of [
    ["ResourceNotFoundException", 404, "ResourceNotFound"],
    ["InvalidRequestException", 400, "InvalidRequest"],
  ] as const) {
    it(`travels if it is a refusal too, but its delivery may live on and ask again, so its effect is unknown: ${reason}`, async () => {
      const { deliver, record, received, enqueued, seen, heal } = makeFleet({
        transferContact: refusing(name, status),
      });
      await deliver(record());
      assert.deepEqual(seen.deadLetters, []);
      heal();
      const next = enqueued.map((message) => received(message));
      for (const one of next) one.attributes.ApproximateReceiveCount = "4";
      assert.deepEqual(await deliver(...next), []);
      assert.equal(seen.transfers.length, 1);
      const failure = {
        reason,
        message: "refused",
        effect: "unknown",
        error: { name, httpStatus: status, requestId: "r" },
      };
      assert.deepEqual(
        seen.outcomes.map(({ detail }) => detail.failure),
        [failure],
      );
      assert.deepEqual(
        seen.deadLetters.map(({ MessageAttributes = {} }) => Object.keys(MessageAttributes)),
        [["FailureReason", "Failure"]],
      );
    });
  }

  it("stays in its message if that cannot be sent, or has it already; the wait grows", async () => {
    const { deliver, record, received, enqueued, seen } = makeFleet();
    await deliver(record());
    const waits = [];
    for (const receiveCount of [1, 3, 9]) {
      const next = enqueued.slice(0, 1).map((message) => received(message));
      for (const one of next) one.attributes.ApproximateReceiveCount = String(receiveCount);
      assert.deepEqual(await deliver(...next), ["next"]);
      waits.push(seen.visibility.at(-1)?.seconds);
    }
    assert.equal(enqueued.length, 1);
    assert.equal(seen.transfers.length, 1);
    assert.deepEqual(waits, [8, 23, 153]);

    const unsent = makeFleet({
      enqueue: async () => {
        throw Object.assign(new Error(), { name: "InternalError", $metadata: { httpStatusCode: 500 } });
      },
    });
    assert.deepEqual(await unsent.deliver(unsent.record({}, { messageId: "m" })), ["m"]);
    assert.deepEqual(
      unsent.seen.visibility.map(({ seconds }) => seconds),
      [8],
    );
    assert.deepEqual(unsent.seen.deadLetters, []);
  });

  it("waits so long on its last receives that they last until the queue drops it", async () => {
    const { deliver, record, received, enqueued, seen, clock } = makeFleet();
    await deliver(record());
    const days = 24 * 3_600_000;
    const [next] = enqueued.map((message) => received(message));
    assert.ok(next);
    next.attributes.ApproximateReceiveCount = "900";
    next.attributes.SentTimestamp = String(clock.now() - 12 * days);
    assert.deepEqual(await deliver(next), ["next"]);
    // The queue keeps it for one more day, and five of its receives are kept in reserve.
    assert.equal(seen.visibility.at(-1)?.seconds, Math.ceil((24 * 3_600) / 95));
  });

  for (const [what, edit] of [
    [
      "of another request",
      (history: object) => ({ ...history, result: { ...resultOf(history), clientToken: "ct1-other" } }),
    ],
    [
      "that cannot be read",
      (history: object) => ({ ...history, result: { ...resultOf(history), response: "moved" } }),
    ],
    [
      "that is too long",
      (history: object) => ({ ...history, result: { ...resultOf(history), clientToken: "x".repeat(3_000) } }),
    ],
  ] as const) {
    it(`counts as an unknown effect if it is one ${what}: Connect is asked`, async () => {
      let answer = 0;
      const { deliver, record, received, enqueued, seen, heal } = makeFleet({
        async transferContact(input, signal) {
          if (answer++ > 0) return refusing("ResourceNotFoundException", 404)(input, signal);
          return { ContactId: "new", ContactArn: "arn", $metadata: { httpStatusCode: 200 } };
        },
      });
      await deliver(record());
      heal();
      const none = (history: object) => edit({ ...history, effect: "none" });
      await deliver(...enqueued.map((message) => received(message, none)));
      assert.equal(seen.transfers.length, 2);
      const failure = seen.outcomes[0]?.detail.failure as { effect: string } | undefined;
      assert.equal(failure?.effect, "unknown");
    });
  }
});

describe("between a shadow and a live deployment", () => {
  const shadow = makeSettings({ isShadow: true });

  it("a shadow's result does not travel, so that no live deployment publishes it as a transfer", async () => {
    const { deliver, record, enqueued } = makeFleet({ settings: shadow });
    assert.deepEqual(await deliver(record({}, { messageId: "m" })), ["m"]);
    assert.deepEqual(enqueued, []);
  });

  it("Connect's result that has travelled to a shadow is published as a real one", async () => {
    for (const overrides of [{}, { transferContact: refusing("InvalidRequestException", 400) }]) {
      const live = makeFleet(overrides);
      await live.deliver(live.record());
      const { deliver, received, seen, heal } = makeFleet({ settings: shadow });
      heal();
      await deliver(...live.enqueued.map((message) => received(message)));
      assert.deepEqual(
        seen.outcomes.map(({ detail }) => detail.shadow),
        [undefined],
      );
    }
  });
});

function resultOf(history: object): object {
  return "result" in history && typeof history.result === "object" ? { ...history.result } : {};
}
