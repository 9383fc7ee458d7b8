import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSMessageAttributes } from "aws-lambda";
import { ConnectApiError } from "../local/services/connect/connect-api-error.ts";
import { TokenSemantics } from "../local/services/connect/world/client-tokens.ts";
import { ConnectWorld, type ConnectWorldOptions } from "../local/services/connect/world/connect-world.ts";
import {
  instanceId,
  makeEnvelope,
  makePorts,
  makeRecord,
  makeSettings,
  resolveUnknown,
  stringAttribute,
} from "../test/makers.ts";
import { runDeployment } from "../test/models/run-deployment.ts";
import { createEngine } from "./engine.ts";
import type { Ports } from "./ports.ts";
import { processBatch } from "./process-batch.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startedAt = Date.parse("2026-11-24T10:00:00Z");

interface Scenario extends Partial<ConnectWorldOptions> {
  readonly intents?: number;
  readonly isResolved?: boolean;
  /** What happens to a request: it is lost with or without its effect, or answered. */
  answer?(contactId: string, attempt: number, sinceMs: number): "lost" | "lost before" | "ok";
  /** Called before each request. */
  before?(world: ConnectWorld, contactId: string, sinceMs: number): void;
}

/** A deployment in virtual time on the local Connect, with one intent per second. */
async function deploy({ intents = 20, isResolved = true, answer, before, ...more }: Scenario) {
  let sinceMs = 0;
  let contacts = 0;
  const attempts = new Map<string, number>();
  const reads: string[] = [];
  const world = new ConnectWorld({
    seed: { instances: {} },
    now: () => startedAt + sinceMs,
    newId: () => `moved-${++contacts}`,
    openWorld: true,
    ...more,
  });
  const sdk = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ConnectApiError)) throw error;
      const $metadata = { httpStatusCode: error.httpStatus };
      throw Object.assign(new Error(error.message), { name: error.name, $metadata });
    }
  };
  const result = await runDeployment({
    settings: { resolveUnknown: isResolved ? resolveUnknown : undefined },
    intents: Array.from({ length: intents }, (_, n) => ({
      atMs: n * 1000,
      detail: { contactId: `c${n}`, queueId: "queue-1" },
    })),
    untilMs: 30 * hourMs,
    onTime: (now) => {
      sinceMs = now;
    },
    transferContact(input) {
      const { ContactId = "" } = input;
      const attempt = (attempts.get(ContactId) ?? 0) + 1;
      attempts.set(ContactId, attempt);
      before?.(world, ContactId, sinceMs);
      const fate = answer?.(ContactId, attempt, sinceMs) ?? "ok";
      const lost = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      if (fate === "lost before") throw lost;
      const moved = sdk(() => world.transferContact(input));
      if (fate === "lost") throw lost;
      return moved;
    },
    reads: {
      async describeContact(input) {
        reads.push(`describe ${input.ContactId}`);
        return sdk(() => world.describeContact(input));
      },
      async listAssociatedContacts({ InstanceId, ContactId, NextToken }) {
        reads.push(`list ${ContactId}`);
        return sdk(() => world.listAssociatedContacts({ InstanceId, ContactId, NextToken }));
      },
    },
  });
  const published = result.outcomes.map(({ detailType, detail }) => {
    const { failure, response, resolution } = detail as Readonly<Record<string, Record<string, unknown>>>;
    return {
      as: detailType.replace("Contact Transfer ", ""),
      effect: failure?.effect,
      reason: failure?.reason,
      evidence: response?.evidence,
      found: resolution?.found,
      by: resolution?.by,
    };
  });
  return { ...result, published, reads, world };
}

/** How often each thing was published. */
function counts(published: readonly object[]): Record<string, number> {
  const groups = Map.groupBy(published, (one) => Object.values(one).filter(Boolean).join(" "));
  return Object.fromEntries(Array.from(groups, ([what, { length }]) => [what, length]));
}

const inTarget = { InstanceId: instanceId };

describe("with resolveUnknown, an answer that is lost twice", () => {
  for (const tokenSemantics of Object.values(TokenSemantics)) {
    it(`ends in a success if the contact has moved, with a Connect of ${tokenSemantics}`, async () => {
      const lostTwice = (_: string, attempt: number) => (attempt <= 2 ? "lost" : "ok");
      const { published, deadLetters, world, movedBySqs } = await deploy({
        tokenSemantics,
        answer: lostTwice,
      });
      assert.deepEqual(
        new Set(published.map(({ as }) => as)),
        new Set(["Succeeded"]),
        JSON.stringify(counts(published)),
      );
      assert.equal(published.length, 20);
      assert.equal(world.transfers.length, 20);
      assert.equal(deadLetters + movedBySqs, 0);
    });
  }

  it("is unknown without it, if Connect looks at the contact first", async () => {
    const { published } = await deploy({
      tokenSemantics: "validate-first",
      isResolved: false,
      answer: (_, attempt) => (attempt <= 2 ? "lost" : "ok"),
    });
    assert.deepEqual(counts(published), { "Failed unknown InvalidRequest": 20 });
  });
});

describe("with resolveUnknown, a refused contact", () => {
  it("that ended by itself has certainly not been moved", async () => {
    const { published, deadLetters } = await deploy({
      intents: 3,
      before: (world, ContactId) => world.endContact({ ...inTarget, ContactId }),
    });
    assert.deepEqual(counts(published), { "Failed none InvalidRequest ended": 3 });
    assert.equal(deadLetters, 3);
  });

  it("that an agent has moved elsewhere was moved by somebody else", async () => {
    const { published } = await deploy({
      intents: 3,
      before(world, ContactId) {
        world.connectToAgent({ ...inTarget, ContactId }, "agent-1");
        world.moveByOther({ ...inTarget, ContactId }, "agent", "queue-9");
      },
    });
    assert.deepEqual(counts(published), { "Failed none InvalidRequest elsewhere other": 3 });
  });

  it("that a manager has moved elsewhere stays unknown: nothing proves who did it", async () => {
    const { published } = await deploy({
      intents: 3,
      before: (world, ContactId) => world.moveByOther({ ...inTarget, ContactId }, "manager", "queue-9"),
    });
    assert.deepEqual(counts(published), { "Failed unknown InvalidRequest elsewhere likely-us": 3 });
  });
});

describe("with resolveUnknown", () => {
  it("nothing is read for transfers that are answered", async () => {
    const { published, reads } = await deploy({});
    assert.deepEqual(counts(published), { "Succeeded answered": 20 });
    assert.deepEqual(reads, []);
  });

  it("reads that lag by less than settleFor are waited for, and never prove that nothing happened", async () => {
    for (const readsLagMs of [
      { describe: 4.9 * minuteMs, list: 4.9 * minuteMs },
      { describe: 0, list: 4.9 * minuteMs },
      { describe: 4.9 * minuteMs, list: 0 },
    ]) {
      const { published } = await deploy({
        intents: 5,
        tokenSemantics: "validate-first",
        readsLagMs,
        answer: (_, attempt) => (attempt <= 2 ? "lost" : "ok"),
      });
      assert.deepEqual(counts(published), { "Succeeded observed moved likely-us": 5 });
    }
  });

  it("a contact that stays open for hours after its transfer has moved", async () => {
    const { published } = await deploy({
      intents: 5,
      tokenSemantics: "conflict",
      originalEndsAfterMs: 10 * hourMs,
      answer: (_, attempt) => (attempt <= 2 ? "lost" : "lost before"),
    });
    assert.deepEqual(counts(published), { "Succeeded observed moved likely-us": 5 });
  });

  it("the queue's clock says since when it waits, and the intent's time since when it was asked for", async () => {
    const sentAt = startedAt;
    const movedAt = new Date(sentAt - 10 * minuteMs);
    const envelope = makeEnvelope({}, { time: new Date(sentAt - 15 * minuteMs).toISOString() });
    const process = async (attributes: SQSMessageAttributes, reads?: Ports["reads"]) => {
      const { ports, seen, clock } = makePorts({ settings: makeSettings({ resolveUnknown }), reads });
      await clock.run(clock.sleep(6 * minuteMs));
      const time = { requestId: "r-1", deadlineAt: clock.monotonic() + 30_000 };
      await clock.run(
        processBatch([makeRecord(envelope, { sentAt, attributes })], time, createEngine(ports)),
      );
      return (seen.outcomes[0]?.detail ?? {}) as { clientToken?: string; resolution?: { by: string } };
    };
    const { clientToken } = await process({});
    const history = {
      effect: "unknown",
      replays: 0,
      // Its sender's clock was a day ahead.
      askedUntil: new Date(sentAt + 24 * hourMs).toISOString(),
      result: { clientToken, kind: "refused", refusal: { reason: "IntentExpired", message: "too old" } },
    };
    const { resolution } = await process(
      { History: stringAttribute(history) },
      {
        describeContact: async ({ ContactId: Id }) => ({
          Contact: {
            Id,
            Channel: "TASK",
            DisconnectTimestamp: Id === "task-1" ? movedAt : undefined,
            InitiationTimestamp: movedAt,
            QueueInfo: { Id: "queue-cancellations" },
          },
        }),
        listAssociatedContacts: async () => ({
          ContactSummaryList: [
            { ContactId: "task-1" },
            { ContactId: "c-2", PreviousContactId: "task-1", InitiationMethod: "TRANSFER" },
          ],
        }),
      },
    );
    assert.equal(resolution?.by, "likely-us");
  });

  it("an outage of Connect for longer than retryFor loses no transfer: open contacts are asked for anew", async () => {
    const { published, world } = await deploy({
      answer: (_, __, sinceMs) => (sinceMs < 3 * hourMs ? "lost before" : "ok"),
    });
    assert.deepEqual(counts(published), { "Succeeded answered": 20 });
    assert.equal(world.transfers.length, 20);
  });

  it("reads that are denied until the intent's end leave the effect unknown, and say why", async () => {
    const { outcomes, published, reads, endedAtMs } = await deploy({
      intents: 2,
      allow: (action) => action === "connect:TransferContact",
      tokenSemantics: "validate-first",
      answer: (_, attempt) => (attempt <= 2 ? "lost" : "ok"),
    });
    assert.deepEqual(counts(published), { "Failed unknown InvalidRequest unreadable": 2 });
    assert.ok(endedAtMs > 24 * hourMs);
    // For each intent 20 in the first hour, then less and less often.
    assert.ok(reads.length < 150, String(reads.length));
    const { resolution } = (outcomes[0]?.detail ?? {}) as { resolution?: { why: string } };
    assert.equal(resolution?.why, "DescribeContact failed: AccessDeniedException");
  });

  it("reads keep their pace, whatever number of intents is unknown", async () => {
    const { published, reads, endedAtMs } = await deploy({
      intents: 600,
      tokenSemantics: "validate-first",
      answer: (_, attempt) => (attempt <= 2 ? "lost" : "ok"),
    });
    assert.deepEqual(counts(published), { "Succeeded observed moved likely-us": 600 });
    assert.equal(reads.filter((read) => read.startsWith("list")).length, 600);
    assert.ok(endedAtMs < hourMs, `${endedAtMs / minuteMs} minutes`);
  });
});
