import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { instanceArn, instanceId } from "../../../test/makers.ts";
import { readDocument } from "../../../test/operator/read-document.ts";
import { startUnknownEffects, type UnknownEffectsOptions } from "../../../test/operator/unknown-effects.ts";
import { runResolve } from "./resolve.ts";

const hourMs = 3_600_000;

async function start(context: TestContext, options: UnknownEffectsOptions = {}) {
  const made = await startUnknownEffects(context, options);
  const { session, audit, queues } = made;
  return {
    ...made,
    resolve: async (yes: boolean, more: Partial<Parameters<typeof runResolve>[0]> = {}) => {
      const code = await runResolve({ conditions: [], yes, audit, json: true, ...more }, session);
      const printed = queues.output.printed.pop() ?? "";
      return {
        code,
        printed,
        report: more.json === false ? undefined : readDocument("dlq-resolve", printed),
      };
    },
  };
}

interface JudgedRow {
  readonly contactId: string;
  readonly resolution: { readonly found: string };
  readonly resolvedAs: string;
  readonly action: string;
}

describe("dlq resolve", () => {
  it("publishes the success of a moved contact and deletes its letter, replays an open one, and leaves the rest", async (t) => {
    const { world, queues, published, move, end, fail, later, resolve, readAudit } = await start(t);
    for (const contact of ["moved", "ended", "open", "known"])
      await fail(contact, contact === "known" ? { effect: "none" } : {});
    move("moved");
    end("ended");
    later();
    world.describeContact({ InstanceId: instanceId, ContactId: "open" });

    const preview = await resolve(false);
    assert.equal(preview.code, 0);
    assert.deepEqual(
      preview.report.letters.map(({ contactId, resolution, resolvedAs, action }: JudgedRow) => [
        contactId,
        resolution.found,
        resolvedAs,
        action,
      ]),
      [
        ["moved", "moved", "Succeeded", "publish Succeeded"],
        ["ended", "ended", "none", "none"],
        ["open", "open", "none", "replay"],
      ],
    );
    assert.deepEqual(published, []);
    assert.equal((await queues.peek("dead")).length, 4);

    const { code, report } = await resolve(true);
    assert.deepEqual([code, report.published, report.replayed, report.failed], [0, 1, 1, []]);
    assert.deepEqual(
      published.map(({ Source, DetailType, Detail }) => ({
        Source,
        DetailType,
        ...JSON.parse(Detail).response,
      })),
      [
        {
          Source: "contact-transfer",
          DetailType: "Contact Transfer Succeeded",
          contactId: "new-1",
          contactArn: `${instanceArn}/contact/new-1`,
          evidence: "observed",
        },
      ],
    );
    const { intentId, metadata, resolution } = JSON.parse(published.map(({ Detail }) => Detail).join());
    assert.deepEqual([intentId, metadata, resolution.found], ["of-moved", { order: 1 }, "moved"]);
    const left = (await queues.peek("dead")).map(({ body }) => JSON.parse(body).id);
    assert.deepEqual(left.sort(), ["of-ended", "of-known"]);
    const [replayed] = await queues.receiveAll("intents");
    assert.equal(JSON.parse(replayed?.body ?? "{}").id, "of-open");
    assert.equal(JSON.parse(replayed?.attributes.History?.StringValue ?? "{}").effect, "none");
    const actions = (await readAudit()).map(({ action }) => action);
    assert.deepEqual(actions, ["begin", "resolving", "replaying", "replayed", "end"]);
  });

  it("leaves an open contact alone whose channel cannot be transferred, and says why", async (t) => {
    const contacts = { call: { channel: "VOICE" as const } };
    const instance = { contactFlows: {}, queues: [], users: [], contacts };
    const { queues, fail, later, resolve } = await start(t, {
      seed: { instances: { [instanceArn]: instance } },
    });
    await fail("call");
    later();
    const { code, report } = await resolve(true);
    const [{ action, resolution, whyNotReplayed }] = report.letters;
    assert.deepEqual([code, action, resolution.found], [0, "none", "open"]);
    assert.equal(whyNotReplayed, "it is a VOICE contact; only TASK and EMAIL can be transferred");
    assert.equal((await queues.peek("dead")).length, 1);
    const { printed } = await resolve(false, { json: false });
    assert.match(printed, /: it is a VOICE contact; only TASK and EMAIL can be transferred\.\n/);
  });

  it("keeps a letter whose success the bus does not take", async (t) => {
    const { queues, move, fail, later, resolve, readAudit } = await start(t, { isBusOut: true });
    const messageId = await fail("moved");
    move("moved");
    later();
    const { code, report } = await resolve(true);
    assert.equal(code, 1);
    assert.deepEqual(report.failed, [
      { messageId, why: "EventBridge did not confirm its outcome (AccessDeniedException)" },
    ]);
    assert.equal((await queues.peek("dead")).length, 1);
    const kept = (await readAudit()).filter(({ action }) => action === "kept");
    assert.deepEqual(
      kept.map(({ why }) => why),
      ["EventBridge did not confirm its outcome (AccessDeniedException)"],
    );
  });

  it("judges nothing for certain before the reads have settled", async (t) => {
    const { queues, published, move, fail, later, resolve } = await start(t);
    await fail("moved");
    move("moved");
    later();
    const { report, code } = await resolve(true, { settleForMs: 2 * hourMs });
    assert.equal(code, 3);
    assert.deepEqual([report.letters[0].isFinal, report.letters[0].action], [false, "none"]);
    assert.deepEqual(published, []);
    assert.equal((await queues.peek("dead")).length, 1);
    const { printed } = await resolve(true, { settleForMs: 2 * hourMs, json: false });
    assert.match(printed, /1 dead letter cannot be judged for certain yet/);
    const after = report.letters[0].finalAfter.replace(/\.\d+Z$/, "Z");
    assert.match(printed.replaceAll("\n", " "), new RegExp(`Run the command again after ${after}\\.`));
    assert.match(printed, /Nothing has been changed\.$/);
  });

  it("asks a Connect that denies every read once, says so, changes nothing, and exits with 3", async (t) => {
    let reads = 0;
    const allow = () => {
      reads++;
      return false;
    };
    const { queues, fail, later, resolve } = await start(t, { allow });
    for (const contact of ["one", "two"]) await fail(contact);
    later();
    const { code, report } = await resolve(true);
    assert.deepEqual([code, report.judged, reads], [3, 0, 1]);
    assert.match(report.unread, /^You are not allowed to call connect:DescribeContact on the instance/);
    assert.equal((await queues.peek("dead")).length, 2);
    const { printed } = await resolve(false, { json: false });
    assert.match(printed, /^2 were not judged: You are not allowed to call connect:DescribeContact/m);
  });

  it("has nothing to do if no effect is unknown", async (t) => {
    const { fail, resolve } = await start(t);
    await fail("known", { effect: "none" });
    const { code, printed } = await resolve(false, { json: false });
    assert.equal(code, 0);
    assert.match(printed, /None of the selected dead letters has an unknown effect/);
  });

  it("does not promise the replay of an intent that is too old, and says what helps", async (t) => {
    const queues = { deployment: { maxIntentAgeMs: hourMs / 2 } };
    const { fail, later, resolve } = await start(t, { queues });
    await fail("open");
    later();
    const { code, report } = await resolve(true);
    const [{ action, resolution, whyNotReplayed }] = report.letters;
    assert.deepEqual([code, action, resolution.found, report.failed], [0, "none", "open", []]);
    assert.match(
      whyNotReplayed,
      /^it is open, and dlq replay would skip it: the intent is older than 1800 s; .*: --renew helps$/,
    );
  });

  it("publishes one outcome for two dead letters of one request, and deletes both", async (t) => {
    const { queues, published, move, fail, later, resolve } = await start(t);
    await fail("moved");
    await fail("moved");
    move("moved");
    later();
    const { report } = await resolve(true);
    assert.deepEqual([report.published, published.length], [2, 1]);
    assert.deepEqual(await queues.peek("dead"), []);
  });

  it("replays one message for two dead letters of one request, and counts both", async (t) => {
    const { queues, fail, later, resolve, world } = await start(t);
    await fail("open");
    await fail("open");
    later();
    world.describeContact({ InstanceId: instanceId, ContactId: "open" });
    const { report } = await resolve(true);
    assert.deepEqual([report.judged, report.replayed, report.failed], [2, 2, []]);
    assert.deepEqual([(await queues.peek("dead")).length, (await queues.peek("intents")).length], [0, 1]);
  });

  it("does not judge a request for certain while another dead letter shows that it was made lately", async (t) => {
    const { queues, fail, later, resolve } = await start(t);
    await fail("open");
    await fail("open", { failedAt: new Date().toISOString() });
    later();
    const { code, report } = await resolve(true);
    assert.deepEqual(
      report.letters.map(({ isFinal, action }: { isFinal: boolean; action: string }) => [isFinal, action]),
      [
        [false, "none"],
        [false, "none"],
      ],
    );
    assert.deepEqual([code, await queues.receiveAll("intents")], [3, []]);
  });

  it("judges what can be read if a read fails now and then, and repeats a throttled one", async (t) => {
    let reads = 0;
    const failing: readonly number[] = [1, 3, 5];
    const { fail, move, later, resolve } = await start(t, {
      faults({ operation }) {
        if (operation !== "DescribeContact") return undefined;
        reads++;
        if (failing.includes(reads))
          return { kind: "error", name: "InternalServiceException", httpStatus: 500 };
        return reads === 2 ? { kind: "error", name: "ThrottlingException", httpStatus: 429 } : undefined;
      },
    });
    const contacts = ["one", "two", "three", "four", "five", "six"];
    for (const contact of contacts) await fail(contact);
    for (const contact of contacts) move(contact);
    later();
    const { code, report } = await resolve(false);
    const found = report.letters.map((letter: JudgedRow) => letter.resolution.found);
    assert.deepEqual([code, report.judged, report.unread], [3, 6, undefined]);
    assert.equal(found.filter((each: string) => each === "unreadable").length, 3);
    assert.equal(found.filter((each: string) => each === "moved").length, 3);
  });

  it("asks once more for nothing if the list of associated contacts is denied", async (t) => {
    const allow = (action: string) => action !== "connect:ListAssociatedContacts";
    const { fail, later, resolve } = await start(t, { allow });
    for (const contact of ["one", "two"]) await fail(contact);
    later();
    const { code, report } = await resolve(true);
    assert.deepEqual([code, report.judged], [3, 0]);
    assert.match(
      report.unread,
      /^You are not allowed to call connect:ListAssociatedContacts on the instance/,
    );
  });

  it("ends an interruption after the batch whose outcomes are under way", async (t) => {
    const interrupting = new AbortController();
    const { queues, published, move, fail, later, resolve } = await start(t, {
      queues: { signal: interrupting.signal },
      onPublish: () => interrupting.abort(),
    });
    for (const contact of ["moved", "open"]) await fail(contact);
    move("moved");
    later();
    const { report } = await resolve(true);
    assert.deepEqual(
      [report.published, report.replayed, report.failed, report.wasInterrupted],
      [1, 0, [], true],
    );
    assert.equal(published.length, 1);
    const left = (await queues.peek("dead")).map(({ body }) => JSON.parse(body).id);
    assert.deepEqual(left, ["of-open"]);
  });

  it("stops once EventBridge has confirmed nothing three times in a row, and replays nothing then", async (t) => {
    const { queues, move, fail, later, resolve } = await start(t, { isBusOut: true });
    const contacts = Array.from({ length: 40 }, (_, index) => `c-${index}`);
    for (const contact of contacts) await fail(contact);
    for (const contact of contacts) move(contact);
    await fail("open");
    later();
    const { code, report } = await resolve(true);
    assert.deepEqual([code, report.published, report.replayed, report.failed.length], [1, 0, 0, 30]);
    assert.equal(report.stopped, "EventBridge confirms no outcome: see the reason of each.");
    assert.equal((await queues.peek("dead")).length, 41);
  });
});
