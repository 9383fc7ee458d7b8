import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  allSent,
  instanceArn,
  makeEnvelope,
  makePorts,
  makeRecord,
  makeSettings,
  stringAttribute,
} from "../../test/makers.ts";
import { failureOf } from "../../test/processor.ts";
import { createEngine } from "../engine.ts";
import type { History } from "../intake/history.ts";
import type { Ports } from "../ports.ts";
import { processBatch, processEvent, RetryEventError } from "../process-batch.ts";
import { enqueuedMessage } from "./enqueued-message.ts";

type Entry = Parameters<Ports["sendDeadLetters"]>[0][number];

/** A function of direct delivery; `enqueued` is what the intent queue has accepted. */
function directFunction(overrides: Partial<Ports> = {}) {
  const made = makePorts({
    settings: makeSettings({ enqueueUnfinished: true }),
    ...overrides,
  });
  const engine = createEngine(made.ports);
  const time = () => ({ requestId: "invocation-1", deadlineAt: made.clock.monotonic() + 30_000 });
  return {
    ...made,
    enqueued: made.seen.enqueued,
    async deliver(event: unknown) {
      await made.clock.run(processEvent(event, time(), engine));
    },
    /** Delivers an enqueued message when its delay is over. */
    async deliverMessage(entry: Entry) {
      await made.clock.run(made.clock.sleep((entry.DelaySeconds ?? 0) * 1000));
      const History = entry.MessageAttributes?.History?.StringValue;
      const record = makeRecord(entry.MessageBody ?? "", {
        sentAt: made.clock.now(),
        attributes: History === undefined ? {} : { History: stringAttribute(History) },
      });
      return made.clock.run(processBatch([record], time(), engine));
    },
  };
}

function fails(name: string, status: number): Partial<Ports> {
  return {
    async transferContact() {
      throw Object.assign(new Error("refused"), { name, $metadata: { httpStatusCode: status } });
    },
  };
}

const event = makeEnvelope({}, { "detail-type": "Contact Transfer Requested", time: "2026-11-24T09:59:00Z" });

it("an event that Connect accepts is transferred and published at once; nothing is enqueued", async () => {
  const { deliver, seen, enqueued } = directFunction();
  await deliver(event);
  assert.deepEqual(seen.order, ["transfer", "outcome"]);
  assert.deepEqual(enqueued, []);
});

describe("an unfinished event goes to the intent queue unchanged, and the function does not throw:", () => {
  const cases: [string, Partial<Ports>, string][] = [
    ["a failure that may be temporary", fails("AccessDeniedException", 403), "AccessDenied"],
    ["a quota that is reached", fails("ServiceQuotaExceededException", 402), "ServiceQuotaExceeded"],
    ["an answer that is unknown", fails("SyntaxError", 503), "ConnectUnavailable"],
    ["a throttled request", fails("ThrottlingException", 429), "Throttled"],
  ];
  for (const [what, overrides, reason] of cases) {
    it(what, async () => {
      const { deliver, seen, enqueued } = directFunction(overrides);
      await deliver(event);
      const [message, ...more] = enqueued;
      assert.deepEqual(more, []);
      assert.equal(message?.MessageBody, JSON.stringify(event));
      assert.deepEqual(Object.keys(message?.MessageAttributes ?? {}), ["History"]);
      assert.deepEqual(JSON.parse(message?.MessageAttributes?.History?.StringValue ?? ""), {
        firstSentAt: "2026-11-24T09:59:00.000Z",
        effect: "unknown",
        replays: 0,
        lastReason: reason,
      });
      assert.equal(seen.outcomes.length, 0);
      assert.equal(seen.deadLetters.length, 0);
      const [line] = seen.lines;
      assert.deepEqual([line?.status, line?.reason, line?.enqueued], ["retry", reason, true]);
    });
  }

  it("but an event whose slot comes within 2 s waits for it", async () => {
    const settings = makeSettings({ requestsPerSecond: 0.5, enqueueUnfinished: true });
    const { deliver, seen, enqueued, clock } = directFunction({ settings, random: () => 0 });
    await deliver(event);
    const before = clock.monotonic();
    await deliver(makeEnvelope({ contactId: "task-2" }, { id: "event-2" }));
    assert.equal(clock.monotonic() - before, 2_000);
    assert.deepEqual([seen.transfers.length, enqueued], [2, []]);
  });

  it("an event whose slot comes later than in 2 s, so that it holds up no other", async () => {
    const settings = makeSettings({ requestsPerSecond: 0.4, enqueueUnfinished: true });
    const slow = { settings, random: () => 0 };
    const { deliver, seen, enqueued, clock } = directFunction(slow);
    await deliver(event);
    const before = clock.now();
    await deliver(makeEnvelope({ contactId: "task-2" }, { id: "event-2" }));
    assert.equal(clock.now() - before, 0);
    assert.equal(seen.transfers.length, 1);
    const history = JSON.parse(enqueued[0]?.MessageAttributes?.History?.StringValue ?? "");
    assert.equal(history.lastReason, "WaitsForSlot");
    assert.equal(history.effect, "unknown");
    assert.ok((enqueued[0]?.DelaySeconds ?? 0) > 0, "it waits for its slot in the queue");
  });
});

it("an enqueued event is transferred from the queue, under the token of the event", async () => {
  let denied = true;
  const { deliver, deliverMessage, seen, enqueued } = directFunction({
    async transferContact(input) {
      if (denied) throw Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: {} });
      const ContactId = `new-${input.ContactId}`;
      return { ContactId, ContactArn: `${instanceArn}/contact/${ContactId}`, $metadata: {} };
    },
  });
  await deliver(event);
  denied = false;
  assert.ok(enqueued[0]);
  assert.deepEqual(await deliverMessage(enqueued[0]), { batchItemFailures: [] });
  const [first, second] = seen.transfers;
  assert.equal(first?.ClientToken, second?.ClientToken);
  assert.equal(seen.outcomes[0]?.detailType, "Contact Transfer Succeeded");
});

it("a refusal after an event was enqueued has an unknown effect: an earlier delivery may have asked Connect", async () => {
  let name = "AccessDeniedException";
  const { deliver, deliverMessage, seen, enqueued } = directFunction({
    async transferContact() {
      throw Object.assign(new Error("refused"), { name, $metadata: { httpStatusCode: 400 } });
    },
  });
  await deliver(event);
  name = "InvalidRequestException";
  assert.ok(enqueued[0]);
  await deliverMessage(enqueued[0]);
  const failure = seen.outcomes[0]?.detail.failure as { effect: string } | undefined;
  assert.equal(failure?.effect, "unknown");
  assert.equal(seen.deadLetters.length, 1);
});

describe("a message of the intent queue", () => {
  const enqueued = (history: Partial<History>, delaySeconds: number) =>
    enqueuedMessage(
      { body: "{}", attributes: {} },
      { effect: "unknown", replays: 2, ...history },
      { reason: "EffectUnknown", delaySeconds, notFoundAt: 4_000 },
    );

  it("keeps all that is known", () => {
    const instants = { firstSentAt: 1_000, renewedAt: 2_000, askedUntil: 3_000 };
    const { History } = enqueued(instants, 5).MessageAttributes ?? {};
    assert.equal(History?.DataType, "String");
    assert.deepEqual(JSON.parse(History?.StringValue ?? ""), {
      firstSentAt: "1970-01-01T00:00:01.000Z",
      effect: "unknown",
      replays: 2,
      lastReason: "EffectUnknown",
      renewedAt: "1970-01-01T00:00:02.000Z",
      notFoundAt: "1970-01-01T00:00:04.000Z",
      askedUntil: "1970-01-01T00:00:03.000Z",
    });
  });

  it("is delayed by whole seconds, up to the 15 minutes of SQS", () => {
    const delays = [0, 0.2, 899.5, 901, 1_800].map((seconds) => enqueued({}, seconds).DelaySeconds);
    assert.deepEqual(delays, [0, 1, 900, 900, 900]);
  });
});

it("a time in the future does not make an enqueued event younger", async () => {
  const { deliver, enqueued } = directFunction(fails("AccessDeniedException", 403));
  await deliver(makeEnvelope({}, { time: "2050-01-01T00:00:00Z" }));
  const history = JSON.parse(enqueued[0]?.MessageAttributes?.History?.StringValue ?? "");
  assert.equal(history.firstSentAt, "2026-11-24T10:00:00.000Z");
});

describe("the function throws, so that Lambda delivers the event again, only if a call failed:", () => {
  const refusal = Object.assign(new Error("no"), {
    name: "AccessDenied",
    $metadata: { httpStatusCode: 403 },
  });
  const refuse = async () => {
    throw refusal;
  };
  const cases: [string, Partial<Ports>, string][] = [
    [
      "the message to the intent queue",
      { ...fails("AccessDeniedException", 403), enqueue: refuse },
      "NotEnqueued",
    ],
    [
      "the outcome, and the message that would carry its result",
      { putEvents: refuse, enqueue: refuse },
      "OutcomeNotPublished",
    ],
    [
      "the dead letter, and the message that would carry Connect's refusal",
      { ...fails("InvalidRequestException", 400), sendDeadLetters: refuse, enqueue: refuse },
      "DeadLetterNotSent",
    ],
  ];
  for (const [what, overrides, reason] of cases) {
    it(what, async () => {
      const { deliver } = directFunction(overrides);
      await assert.rejects(
        deliver(event),
        new RetryEventError(
          `Processing did not finish (${reason}, AccessDenied); Lambda will deliver the event again.`,
        ),
      );
    });
  }

  it("or if the deployment does not let events be enqueued", async () => {
    const { deliver } = directFunction({ ...fails("AccessDeniedException", 403), settings: makeSettings() });
    await assert.rejects(deliver(event), { name: "RetryEventError" });
  });
});

describe("an invalid event that cannot be settled now is settled as a message, with the same effect, if what fails is", () => {
  const refusal = Object.assign(new Error("no"), { name: "AccessDenied" });
  let isOut = true;
  const cases: [string, Partial<Ports>][] = [
    [
      "its outcome",
      {
        async putEvents(entries) {
          if (isOut) throw refusal;
          return { Entries: entries.map(() => ({ EventId: "e" })) };
        },
      },
    ],
    [
      "its dead letter",
      {
        async sendDeadLetters(entries) {
          if (isOut) throw refusal;
          return allSent(entries);
        },
      },
    ],
  ];
  for (const [what, overrides] of cases) {
    it(what, async () => {
      isOut = true;
      const { deliver, deliverMessage, enqueued, seen } = directFunction(overrides);
      await deliver({ id: "event-1", detail: {} });
      isOut = false;
      const [entry = assert.fail()] = enqueued;
      assert.deepEqual(await deliverMessage(entry), { batchItemFailures: [] });
      assert.equal(seen.deadLetters.at(-1)?.MessageBody, JSON.stringify({ id: "event-1", detail: {} }));
      const { reason, effect } = failureOf({ ...seen, outcomes: seen.outcomes.slice(-1) });
      assert.deepEqual([reason, effect], ["InvalidIntent", "none"]);
    });
  }
});

it("an invalid intent is dead-lettered at once, not enqueued", async () => {
  const { deliver, seen, enqueued } = directFunction();
  await deliver(makeEnvelope({ queueID: "x" }));
  assert.equal(enqueued.length, 0);
  assert.equal(seen.deadLetters.length, 1);
});
