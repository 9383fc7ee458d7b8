import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AssociatedContactSummary, Contact } from "@aws-sdk/client-connect";
import {
  instanceArn,
  makeEnvelope,
  makeRecord,
  makeSettings,
  resolveUnknown,
  stringAttribute,
} from "../../test/makers.ts";
import { connectError, failureOf, makeProcessor } from "../../test/processor.ts";
import { deriveClientToken } from "../intake/client-token.ts";
import type { FailureReason } from "../refusal.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const { settleForMs } = resolveUnknown;

interface Shown {
  /** What DescribeContact shows of each contact; undefined if it fails. */
  readonly contacts?: Record<string, Contact>;
  readonly followers?: AssociatedContactSummary[];
}

interface Delivery {
  readonly detail?: Record<string, unknown>;
  readonly reason?: FailureReason;
  /** How long ago the message was sent. @default settleForMs */
  readonly sentAgoMs?: number;
  /** How long ago its sender made the last request, by its own clock. @default sentAgoMs */
  readonly askedAgoMs?: number;
  /** How long ago the intent was requested. @default sentAgoMs */
  readonly requestedAgoMs?: number;
  readonly receiveCount?: number;
  readonly history?: object;
}

const open: Shown = { contacts: { "task-1": { Channel: "TASK" } } };
const unreadable: Shown = {};

/** Delivers a refusal of unknown effect that travels, while Connect's reads show this. */
async function deliver(shown: Shown, delivery: Delivery = {}) {
  const { sentAgoMs = settleForMs, askedAgoMs = sentAgoMs, requestedAgoMs = sentAgoMs } = delivery;
  const processor = makeProcessor({
    settings: makeSettings({ resolveUnknown }),
    async transferContact() {
      throw connectError("InvalidRequestException", 400);
    },
    reads: {
      async describeContact({ ContactId = "" }) {
        const contact = shown.contacts?.[ContactId];
        if (!contact) throw connectError("AccessDeniedException", 403);
        return { Contact: { Id: ContactId, ...contact } };
      },
      listAssociatedContacts: async () => ({
        ContactSummaryList: [{ ContactId: "task-1" }, ...(shown.followers ?? [])],
      }),
    },
  });
  const { process, seen, engine, clock } = processor;
  const now = clock.now();
  const at = (agoMs: number) => new Date(now - agoMs).toISOString();
  const envelope = makeEnvelope(delivery.detail, { time: at(requestedAgoMs) });
  const { intent } = await engine.validateIntent(envelope);
  assert.ok(intent);
  const refusal = { reason: delivery.reason ?? "AccessDenied", message: "no" };
  const history = {
    effect: "unknown",
    replays: 0,
    askedUntil: at(askedAgoMs),
    result: { clientToken: deriveClientToken(intent), kind: "refused", refusal },
    ...delivery.history,
  };
  const { receiveCount = 1 } = delivery;
  const firstReceivedAt = receiveCount === 1 ? now : now - sentAgoMs;
  const attributes = { History: stringAttribute(history) };
  await process(makeRecord(envelope, { sentAt: now - sentAgoMs, firstReceivedAt, receiveCount, attributes }));
  const [outcome] = seen.outcomes;
  const [{ reason, enqueued, retryInSeconds } = {}] = seen.lines;
  return {
    hiddenFor: seen.visibility[0]?.seconds,
    outcome: outcome && {
      as: outcome.detailType.replace("Contact Transfer ", ""),
      effect: (outcome.detail.failure as { effect: string } | undefined)?.effect,
      found: (outcome.detail.resolution as { found: string } | undefined)?.found,
      by: (outcome.detail.resolution as { by?: string } | undefined)?.by,
    },
    /** All of the outcome, and what the dead letter says of the failure. */
    detail: outcome?.detail,
    metrics: seen.metrics,
    failure: JSON.parse(seen.deadLetters[0]?.MessageAttributes?.Failure?.StringValue ?? "null"),
    line: { reason, enqueued, retryInSeconds },
    history: JSON.parse(seen.enqueued[0]?.MessageAttributes?.History?.StringValue ?? "null"),
    at,
  };
}

/** The outcome of a contact that moved, to a queue or a user. */
function movedTo(place: Contact, movedAgoMs: number, now = Date.parse("2026-11-24T10:00:00Z")): Shown {
  const InitiationTimestamp = new Date(now - movedAgoMs);
  return {
    contacts: {
      "task-1": { Channel: "TASK", DisconnectTimestamp: InitiationTimestamp },
      "c-2": { Channel: "TASK", InitiationTimestamp, ...place },
    },
    followers: [
      { ContactId: "c-2", PreviousContactId: "task-1", InitiationMethod: "TRANSFER", InitiationTimestamp },
    ],
  };
}

/** A queue that refuses the message: with what is added to it, it is longer than the queue accepts. */
async function cannotTravel(Code: string) {
  const { process, record, seen } = makeProcessor({
    settings: makeSettings({ resolveUnknown }),
    async transferContact() {
      throw connectError("InvalidRequestException", 400);
    },
    reads: { describeContact: assert.fail, listAssociatedContacts: assert.fail },
    enqueue: async (entries) => ({
      Successful: [],
      Failed: entries.map(({ Id }) => ({ Id, Code, SenderFault: true })),
    }),
  });
  return { back: await process(record({}, { messageId: "m" })), seen };
}

describe("a failure of unknown effect", () => {
  it("that can never travel, because the queue refuses its message, is published as unknown", async () => {
    const { back, seen } = await cannotTravel("InvalidParameterValue");
    assert.deepEqual(back, []);
    const { reason, effect } = failureOf(seen);
    assert.deepEqual([reason, effect, seen.deadLetters.length], ["InvalidRequest", "unknown", 1]);
  });

  it("that cannot travel now is retried", async () => {
    const { back, seen } = await cannotTravel("KmsDisabled");
    assert.deepEqual([back, seen.outcomes, seen.lines[0]?.reason], [["m"], [], "NotEnqueued"]);
  });

  it("waits until the reads must show its requests, by the queue's clock", async () => {
    assert.equal((await deliver(open, { sentAgoMs: 4 * minute })).hiddenFor, 60);
    assert.equal((await deliver(open, { sentAgoMs: settleForMs - 1 })).hiddenFor, 1);
    // Its sender's clock was a day ahead, or behind.
    for (const askedAgoMs of [-24 * hour, 24 * hour]) {
      assert.equal((await deliver(open, { sentAgoMs: 4 * minute, askedAgoMs })).hiddenFor, 60);
      assert.equal((await deliver(open, { askedAgoMs })).hiddenFor, undefined);
    }
  });

  it("travels once more if requests were made since the reads showed that none was carried out", async () => {
    const { history, line, at } = await deliver(open, { history: { effect: "none", result: undefined } });
    assert.deepEqual(line, { reason: "EffectUnknown", enqueued: true, retryInSeconds: 300 });
    assert.equal(history.askedUntil, at(0));
    assert.equal(history.result.refusal.reason, "InvalidRequest");
  });
});

describe("a contact that is still open", () => {
  for (const reason of ["InvalidRequest", "ResourceNotFound", "IntentExpired"] as const)
    it(`has certainly not been moved, and its intent fails: ${reason}`, async () => {
      const { outcome } = await deliver(open, { reason });
      assert.deepEqual(outcome, { as: "Failed", effect: "none", found: "open", by: undefined });
    });

  for (const reason of [
    "AccessDenied",
    "ServiceQuotaExceeded",
    "DuplicateRequest",
    "ConnectUnavailable",
  ] as const)
    it(`is asked for anew: ${reason}`, async () => {
      const { outcome, history, line, at } = await deliver(open, { reason });
      assert.equal(outcome, undefined);
      assert.deepEqual(line, { reason: "EffectUnknown", enqueued: true, retryInSeconds: 0 });
      assert.deepEqual(history, {
        firstSentAt: at(settleForMs),
        effect: "none",
        replays: 0,
        lastReason: "EffectUnknown",
        askedUntil: at(settleForMs),
      });
    });

  it("is asked for anew with an unknown effect if an earlier delivery may have done so too", async () => {
    const { history } = await deliver(open, { receiveCount: 2 });
    assert.deepEqual([history.effect, history.result], ["unknown", undefined]);
    const first = await deliver(open);
    assert.equal(first.history.effect, "none");
  });

  it("is certainly open, after an earlier delivery that may have asked anew, only once reads must show that", async () => {
    const late = { sentAgoMs: 24 * hour, receiveCount: 2 };
    const early = await deliver(open, { ...late, requestedAgoMs: 24 * hour + settleForMs - second });
    assert.deepEqual([early.outcome, early.hiddenFor], [undefined, 1]);
    const { outcome } = await deliver(open, { ...late, requestedAgoMs: 24 * hour + settleForMs });
    assert.deepEqual([outcome?.effect, outcome?.found], ["none", "open"]);
  });

  it("is not asked for anew once the intent has expired", async () => {
    const expiresAt = (inMs: number) => new Date(Date.parse("2026-11-24T10:00:00Z") + inMs).toISOString();
    assert.equal((await deliver(open, { detail: { expiresAt: expiresAt(1) } })).outcome, undefined);
    const { outcome } = await deliver(open, { detail: { expiresAt: expiresAt(0) } });
    assert.deepEqual(outcome, { as: "Failed", effect: "none", found: "open", by: undefined });
  });
});

describe("a contact that has moved", () => {
  it("to the intent's queue or user is a success", async () => {
    const success = { as: "Succeeded", effect: undefined, found: "moved", by: "likely-us" };
    const queued = movedTo({ QueueInfo: { Id: "queue-cancellations" } }, settleForMs);
    assert.deepEqual((await deliver(queued)).outcome, success);
    const toUser = { queueId: undefined, userId: "user-1" };
    const accepted = movedTo({ AgentInfo: { Id: "user-1" } }, settleForMs);
    assert.deepEqual((await deliver(accepted, { detail: toUser })).outcome, success);
    const elsewhere = movedTo({ AgentInfo: { Id: "user-2" } }, settleForMs);
    assert.equal((await deliver(elsewhere, { detail: toUser })).outcome?.found, "elsewhere");
  });

  it("before the intent was requested was moved by somebody else", async () => {
    const queued = movedTo({ QueueInfo: { Id: "queue-cancellations" } }, hour);
    const by = async (requestedAgoMs: number) => (await deliver(queued, { requestedAgoMs })).outcome?.by;
    assert.equal(await by(hour), "likely-us");
    assert.equal(await by(hour - 6 * minute), "other");
  });
});

describe("what the reads have shown", () => {
  const readAt = "2026-11-24T10:00:00.000Z";

  it("is part of an observed success, which has the new contact", async () => {
    const { detail } = await deliver(movedTo({ QueueInfo: { Id: "queue-cancellations" } }, settleForMs));
    assert.deepEqual(detail?.response, {
      contactId: "c-2",
      contactArn: `${instanceArn}/contact/c-2`,
      evidence: "observed",
    });
    const place = { contactId: "c-2", queueId: "queue-cancellations" };
    assert.deepEqual(detail?.resolution, { found: "moved", by: "likely-us", ...place, readAt });
    assert.deepEqual(detail?.requestedBy, { eventId: "event-1", time: "2026-11-24T09:55:00.000Z" });
  });

  it("is part of a failure, and of its dead letter", async () => {
    const { detail, failure, metrics } = await deliver(open, { reason: "InvalidRequest" });
    const resolution = { found: "open", readAt };
    assert.deepEqual([detail?.resolution, failure.resolution], [resolution, resolution]);
    assert.deepEqual(metrics.at(-1), ["failed", "InvalidRequest", settleForMs, "open"]);
    assert.deepEqual(detail?.requestedBy, { eventId: "event-1", time: "2026-11-24T09:55:00.000Z" });
    assert.equal(failure.effect, "none");
  });
});

describe("reads that fail", () => {
  const unknown = { as: "Failed", effect: "unknown", found: "unreadable", by: undefined };
  const after = (ms: number) => settleForMs + ms;

  it("are repeated for an hour, even if the intent has expired", async () => {
    const detail = { expiresAt: "2026-11-24T01:00:00Z" };
    const early = await deliver(unreadable, { detail, sentAgoMs: after(hour - 1) });
    assert.equal(early.outcome, undefined);
    assert.deepEqual((await deliver(unreadable, { detail, sentAgoMs: after(hour) })).outcome, unknown);
  });

  it("are repeated until the intent expires", async () => {
    const sentAgoMs = after(8 * hour);
    const early = await deliver(unreadable, { detail: { expiresAt: "2026-11-24T10:00:00.001Z" }, sentAgoMs });
    assert.equal(early.outcome, undefined);
    const late = await deliver(unreadable, { detail: { expiresAt: "2026-11-24T10:00:00Z" }, sentAgoMs });
    assert.deepEqual(late.outcome, unknown);
  });

  it("are repeated after an eighth of the time since, at least as any retry, and at the end", async () => {
    const hiddenFor = async (delivery: Delivery) => (await deliver(unreadable, delivery)).hiddenFor;
    assert.equal(await hiddenFor({ sentAgoMs: after(8 * hour) }), 3_600);
    assert.equal(await hiddenFor({ sentAgoMs: after(30 * second) }), 8);
    assert.equal(await hiddenFor({ sentAgoMs: after(30 * second), receiveCount: 3 }), 23);
    const detail = { expiresAt: "2026-11-24T10:01:40Z" };
    assert.equal(await hiddenFor({ sentAgoMs: after(8 * hour), detail }), 100);
  });
});
