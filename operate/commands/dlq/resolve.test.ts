import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { makeConnectHandler } from "../../../local/services/connect/connect-endpoint.ts";
import {
  ConnectWorld,
  type ConnectWorldOptions,
} from "../../../local/services/connect/world/connect-world.ts";
import { startHttpServer } from "../../../local/services/http-server.ts";
import { instanceArn, instanceId, makeEnvelope } from "../../../test/makers.ts";
import {
  makeFailure,
  sendLetter,
  startTestQueues,
  type TestQueues,
} from "../../../test/operator/dead-letter-queues.ts";
import { readDocument } from "../../../test/operator/read-document.ts";
import { runResolve } from "./resolve.ts";

const hourMs = 3_600_000;

interface Options extends Partial<ConnectWorldOptions> {
  /** Whether EventBridge refuses what is published. */
  readonly isBusOut?: boolean;
}

/** Queues, a Connect that an hour ago was asked to move contacts, and a bus that keeps what is published. */
async function start(context: TestContext, { isBusOut = false, ...options }: Options = {}) {
  const clock = { now: Date.now() - hourMs };
  let ids = 0;
  const world = new ConnectWorld({
    seed: { instances: { [instanceArn]: { contactFlows: {}, queues: [], users: [], contacts: {} } } },
    openWorld: true,
    now: () => clock.now,
    newId: () => `new-${++ids}`,
    ...options,
  });
  const connect = await startHttpServer(makeConnectHandler({ world }));
  const published: { DetailType: string; Source: string; Detail: string }[] = [];
  const bus = await startHttpServer(async (request) => {
    if (isBusOut) return new Response(JSON.stringify({ __type: "AccessDeniedException" }), { status: 400 });
    const { Entries } = (await request.json()) as { Entries: typeof published };
    published.push(...Entries);
    return Response.json({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: "e" })) });
  });
  const queues = await startTestQueues(context, { connectUrl: connect.url });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const eventBridge = new EventBridgeClient({
    endpoint: bus.url,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
  const directory = await mkdtemp(join(tmpdir(), "resolve-"));
  context.after(async () => {
    eventBridge.destroy();
    await Promise.all([connect.close(), bus.close(), rm(directory, { recursive: true })]);
  });
  const outputs = {
    eventBusName: "default",
    intentQueueUrl: queues.intentQueueUrl,
    deadLetterQueueUrl: queues.deadLetterQueueUrl,
  };
  const session = {
    ...queues.session,
    deployment: { ...queues.session.deployment, outputs, outcomeSource: "contact-transfer" },
    eventBridge: async () => eventBridge,
  };
  const audit = join(directory, "audit.jsonl");
  return {
    world,
    queues,
    published,
    /** An hour passes. */
    later: () => {
      clock.now = Date.now();
    },
    resolve: async (yes: boolean, more: Partial<Parameters<typeof runResolve>[0]> = {}) => {
      const code = await runResolve({ conditions: [], yes, audit, json: true, ...more }, session);
      const printed = queues.output.printed.pop() ?? "";
      return {
        code,
        printed,
        report: more.json === false ? undefined : readDocument("dlq-resolve", printed),
      };
    },
    readAudit: async () =>
      (await readFile(audit, "utf8"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).action),
  };
}

const request = (ContactId: string) => ({
  InstanceId: instanceId,
  ContactId,
  ContactFlowId: "flow",
  QueueId: "queue-1",
});

/** A dead letter of an intent whose answer was lost an hour ago. */
function fail(queues: TestQueues, contactId: string, failure: object = {}): Promise<string> {
  const hourAgo = new Date(Date.now() - hourMs).toISOString();
  return sendLetter(queues, {
    body: makeEnvelope({ contactId, queueId: "queue-1", metadata: { order: 1 } }, { id: `of-${contactId}` }),
    reason: "ConnectUnavailable",
    failure: makeFailure({ effect: "unknown", failedAt: hourAgo, firstSentAt: hourAgo, ...failure }),
  });
}

interface JudgedRow {
  readonly contactId: string;
  readonly resolution: { readonly found: string };
  readonly resolvedAs: string;
  readonly action: string;
}

describe("dlq resolve", () => {
  it("publishes the success of a moved contact and deletes its letter, replays an open one, and leaves the rest", async (t) => {
    const { world, queues, published, later, resolve, readAudit } = await start(t);
    for (const contact of ["moved", "ended", "open", "known"])
      await fail(queues, contact, contact === "known" ? { effect: "none" } : {});
    world.transferContact(request("moved"));
    world.endContact({ InstanceId: instanceId, ContactId: "ended" });
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
    assert.deepEqual(await readAudit(), ["begin", "resolving", "replaying", "replayed", "end"]);
  });

  it("leaves an open contact alone whose channel cannot be transferred, and says why", async (t) => {
    const contacts = { call: { channel: "VOICE" as const } };
    const instance = { contactFlows: {}, queues: [], users: [], contacts };
    const { queues, later, resolve } = await start(t, { seed: { instances: { [instanceArn]: instance } } });
    await fail(queues, "call");
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
    const { world, queues, later, resolve } = await start(t, { isBusOut: true });
    const messageId = await fail(queues, "moved");
    world.transferContact(request("moved"));
    later();
    const { code, report } = await resolve(true);
    assert.equal(code, 1);
    assert.deepEqual(report.failed, [
      { messageId, why: "the outcome was not published (AccessDeniedException)" },
    ]);
    assert.equal((await queues.peek("dead")).length, 1);
  });

  it("judges nothing for certain before the reads have settled", async (t) => {
    const { world, queues, published, later, resolve } = await start(t);
    await fail(queues, "moved");
    world.transferContact(request("moved"));
    later();
    const { report, code } = await resolve(true, { settleForMs: 2 * hourMs });
    assert.equal(code, 3);
    assert.deepEqual([report.letters[0].isFinal, report.letters[0].action], [false, "none"]);
    assert.deepEqual(published, []);
    assert.equal((await queues.peek("dead")).length, 1);
    const { printed } = await resolve(true, { settleForMs: 2 * hourMs, json: false });
    assert.match(printed, /1 dead letter cannot be judged for certain yet/);
    assert.match(printed, /Nothing has been changed\.$/);
  });

  it("asks a Connect that denies every read once, says so, changes nothing, and exits with 3", async (t) => {
    let reads = 0;
    const allow = () => {
      reads++;
      return false;
    };
    const { queues, later, resolve } = await start(t, { allow });
    for (const contact of ["one", "two"]) await fail(queues, contact);
    later();
    const { code, report } = await resolve(true);
    assert.deepEqual([code, report.judged, reads], [3, 0, 1]);
    assert.match(report.unread, /^You are not allowed to call connect:DescribeContact on the instance/);
    assert.equal((await queues.peek("dead")).length, 2);
    const { printed } = await resolve(false, { json: false });
    assert.match(printed, /^2 were not judged: You are not allowed to call connect:DescribeContact/m);
  });

  it("has nothing to do if no effect is unknown", async (t) => {
    const { queues, resolve } = await start(t);
    await fail(queues, "known", { effect: "none" });
    const { code, printed } = await resolve(false, { json: false });
    assert.equal(code, 0);
    assert.match(printed, /None of the selected dead letters has an unknown effect/);
  });
});
