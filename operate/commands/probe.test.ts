import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ConnectClient } from "@aws-sdk/client-connect";
import { isForAccount, makeAccountHandler } from "../../local/services/account/account-endpoint.ts";
import { ApiCalls } from "../../local/services/account/api-calls.ts";
import { LogGroups } from "../../local/services/account/log-groups.ts";
import { makeConnectHandler } from "../../local/services/connect/connect-endpoint.ts";
import { TokenSemantics } from "../../local/services/connect/world/client-tokens.ts";
import { ConnectWorld, type ConnectWorldOptions } from "../../local/services/connect/world/connect-world.ts";
import type { ContactEvent } from "../../local/services/connect/world/contact-events.ts";
import { startHttpServer } from "../../local/services/http-server.ts";
import { instanceArn, instanceId } from "../../test/makers.ts";
import { readDocument } from "../../test/operator/read-document.ts";
import { readJournal } from "../probe/journal.ts";
import { probeOrCleanUp } from "./probe.ts";

/** How CloudTrail and contact events show what happens. */
interface Elsewhere {
  readonly shownAfterMs?: number;
  readonly announcedAfterMs?: number;
  readonly isDenied?: (action: string) => boolean;
  readonly isAnnounced?: (event: ContactEvent) => boolean;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A Connect of which a probe knows nothing; its clock moves by the probe's pauses alone. */
async function start(
  context: TestContext,
  options: Partial<ConnectWorldOptions> = {},
  { shownAfterMs = 0, announcedAfterMs = 0, isDenied, isAnnounced = () => true }: Elsewhere = {},
) {
  let now = Date.parse("2026-11-24T10:00:00Z");
  let ids = 0;
  const world = new ConnectWorld({
    seed: {
      instances: {
        [instanceArn]: {
          contactFlows: { flow: "QUEUE_TRANSFER" },
          queues: ["queue"],
          users: [],
          contacts: {},
        },
      },
    },
    now: () => now,
    newId: () => `contact-${++ids}`,
    ...options,
  });
  const accountId = "111122223333";
  const apiCalls = new ApiCalls({
    accountId,
    region: "us-east-1",
    newId: randomUUID,
    now: () => now,
    shownAfterMs,
  });
  const logGroups = new LogGroups(["outcomes"]);
  const due: { readonly at: number; readonly put: () => void }[] = [];
  world.onContactEvent((event) => {
    if (!isAnnounced(event)) return;
    const message = JSON.stringify({ source: "aws.connect", time: iso(event.at), detail: event.detail });
    due.push({ at: now + announcedAfterMs, put: () => logGroups.put("outcomes", message, event.at) });
  });
  const account = makeAccountHandler({
    accountId,
    stackName: "ContactTransfer",
    template: {},
    outputs: Object.fromEntries(
      ["EventBusName", "IntentQueueUrl", "DeadLetterQueueUrl", "OutcomeLogGroupName"].map((name) => [
        name,
        "outcomes",
      ]),
    ),
    logGroups,
    apiCalls,
    transfersPerSecond: 2,
    isDenied,
  });
  const handleConnect = makeConnectHandler({
    world,
    onApiCall: (call) => apiCalls.put({ ...call, eventSource: "connect.amazonaws.com", at: now }),
  });
  const server = await startHttpServer((request, env) =>
    (isForAccount(request.headers) ? account : handleConnect)(request, env),
  );
  const config = {
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
  const connect = new ConnectClient(config);
  const directory = await mkdtemp(join(tmpdir(), "probe-"));
  context.after(async () => {
    connect.destroy();
    await Promise.all([server.close(), rm(directory, { recursive: true })]);
  });
  const printed: string[] = [];
  const journal = join(directory, "journal.jsonl");
  return {
    world,
    journal,
    printed,
    run: async (more: object = {}, signal = new AbortController().signal) => {
      const code = await probeOrCleanUp(
        {
          instance: instanceId,
          flow: "flow",
          queue: "queue",
          yes: true,
          json: true,
          patience: 600_000,
          journal,
          ...more,
        },
        {
          connect,
          clock: {
            now: () => now,
            monotonic: () => now,
            async sleep(ms, aborted) {
              aborted?.throwIfAborted();
              now += ms;
              for (const { put } of due.filter(({ at }) => at <= now)) put();
              due.splice(0, due.length, ...due.filter(({ at }) => at > now));
            },
          },
          terminal: {
            print: (text) => void printed.push(text),
            write: (text) => void printed.push(text),
            note: () => {},
            progress: () => {},
            paint: (_, text) => text,
            drained: async () => {},
          },
          signal,
          pauseMs: 2_000,
          sources: {
            logs: async () => new CloudWatchLogsClient(config),
            cloudTrail: async () => new CloudTrailClient(config),
            outcomeLog: async () => "outcomes",
          },
        },
      );
      return { code, document: "json" in more ? undefined : readDocument("probe", printed.at(-1)) };
    },
    /** Contacts that have not ended. */
    open: () =>
      Array.from({ length: ids }, (_, n) => `contact-${n + 1}`).filter((ContactId) => {
        const { Contact } = world.describeContact({ InstanceId: instanceId, ContactId });
        return Contact?.DisconnectTimestamp === undefined;
      }),
  };
}

describe("a probe finds out", () => {
  const worlds: Record<string, [Partial<ConnectWorldOptions>, string]> = {
    "a Connect that returns the first result": [{ tokenSemantics: "dedupe" }, "dedupe"],
    "a Connect that answers 409": [{ tokenSemantics: "conflict" }, "conflict"],
    "a Connect that checks the state first, and ends the task at once": [
      { tokenSemantics: "validate-first" },
      "validate-first or ignored",
    ],
    "a Connect that checks the state first, and ends the task later": [
      { tokenSemantics: "validate-first", originalEndsAfterMs: 10_000 },
      "validate-first",
    ],
    "a Connect that ignores tokens": [{ tokenSemantics: "ignored", originalEndsAfterMs: 10_000 }, "ignored"],
  };
  it("covers every semantics of the local Connect", () => {
    const covered = Object.values(worlds).map(([{ tokenSemantics }]) => tokenSemantics);
    assert.deepEqual(new Set(covered), new Set(Object.values(TokenSemantics)));
  });
  for (const [what, [options, semantics]] of Object.entries(worlds)) {
    it(`${what}, and leaves nothing behind`, async (t) => {
      const { run, open } = await start(t, options);
      const { code, document } = await run();
      assert.equal(code, 0);
      assert.equal(document.tokenSemantics, semantics);
      assert.deepEqual(open(), []);
    });
  }

  it("the initiation method, the queue and the lag of the reads, and which settings follow", async (t) => {
    const { run } = await start(t, { transferMethod: "API", readsLagMs: { describe: 20_000, list: 90_000 } });
    const { document } = await run();
    const { facts, settings, findings } = document;
    assert.equal(facts.initiationMethod, "API");
    assert.equal(facts.successorQueueId, "queue");
    assert.ok(facts.successorListedAfterMs >= 90_000 && facts.successorListedAfterMs < 100_000);
    assert.deepEqual(settings, { resolveUnknown: "true", settleFor: "16m", transferMethods: "API" });
    assert.ok(findings.length > 0);
  });

  it("that reads do not show the transfer in time: then resolveUnknown stays off", async (t) => {
    const { run, open } = await start(t, { readsLagMs: { describe: 0, list: 3_600_000 } });
    const { document } = await run({ patience: 60_000 });
    assert.deepEqual(document.settings, { resolveUnknown: "false" });
    assert.deepEqual(open(), []);
  });
});

describe("a probe that looks at contact events", () => {
  it("finds the life of the transferred contact, and that contactEvents works here", async (t) => {
    const { run } = await start(t, {}, { announcedAfterMs: 20_000 });
    const { code, document } = await run({ contactEvents: "outcomes" });
    const { contactEvents, facts, settings, findings } = document;
    assert.equal(code, 0);
    const { events, logGroupName } = contactEvents;
    assert.equal(logGroupName, "outcomes");
    assert.deepEqual(
      events
        .filter(({ contactId }: { contactId: string }) => contactId === facts.movedTo)
        .map(({ type, initiationMethod, previousContactId, queueId }: Record<string, string>) => [
          type,
          initiationMethod,
          previousContactId,
          queueId,
        ]),
      ["INITIATED", "QUEUED", "DISCONNECTED"].map((type) => [type, "TRANSFER", facts.taskId, "queue"]),
    );
    assert.ok(events.every(({ seenAfterMs }: { seenAfterMs: number }) => seenAfterMs >= 20_000));
    assert.deepEqual(settings, {
      resolveUnknown: "true",
      settleFor: "5m",
      transferMethods: "TRANSFER",
      contactEvents: "true",
    });
    assert.match(
      findings.join("\n"),
      /^Contact events of the transferred task: INITIATED, QUEUED, DISCONNECTED; .* give the initiation method TRANSFER, and name the task as the previous contact\.$/m,
    );
  });

  it("takes the initiation method from them if Connect's reads do not show it", async (t) => {
    const { run } = await start(t, {
      transferMethod: "API",
      readsLagMs: { describe: 3_600_000, list: 3_600_000 },
    });
    const { document } = await run({ contactEvents: true, patience: 60_000 });
    assert.deepEqual(document.settings, {
      resolveUnknown: "false",
      transferMethods: "API",
      contactEvents: "true",
    });
  });

  it("says that events which are not there prove nothing, and suggests no setting from them", async (t) => {
    const { run } = await start(t, {}, { isAnnounced: () => false });
    const { code, document } = await run({ contactEvents: "outcomes", patience: 60_000 });
    assert.equal(code, 0);
    assert.deepEqual(document.contactEvents.events, []);
    assert.ok(document.contactEvents.lookedForMs >= 60_000);
    assert.equal(document.settings.contactEvents, undefined);
    assert.match(
      document.findings.join("\n"),
      /^No contact event of the transferred task was in the log group outcomes within .*\. That does not prove that Connect sends none: /m,
    );
  });

  it("makes no task if it may not read the log", async (t) => {
    const { run, world } = await start(t, {}, { isDenied: (action) => action === "logs:FilterLogEvents" });
    await assert.rejects(
      run({ contactEvents: "outcomes" }),
      /You are not allowed to call logs:FilterLogEvents/,
    );
    assert.deepEqual(world.transfers, []);
  });
});

describe("a probe that looks into CloudTrail", () => {
  const requestsOf = (document: { cloudTrail: { requests: readonly Record<string, unknown>[] } }) =>
    document.cloudTrail.requests.map(({ action, clientToken, contactId, errorCode }) => [
      String(action).slice("connect:".length),
      clientToken,
      contactId ?? errorCode,
    ]);

  it("waits until all its requests are there, with their tokens and results", async (t) => {
    const { run, open } = await start(t, { tokenSemantics: "conflict" }, { shownAfterMs: 300_000 });
    const { code, document } = await run({ cloudtrail: 900_000 });
    assert.equal(code, 0);
    assert.deepEqual(requestsOf(document), [
      ["StartTaskContact", "shown", document.facts.taskId],
      ["TransferContact", "shown", document.facts.movedTo],
      ["TransferContact", "shown", "IdempotencyException"],
      ["TransferContact", "shown", "IdempotencyException"],
      ["TransferContact", "shown", "IdempotencyException"],
    ]);
    assert.ok(document.cloudTrail.lookedForMs >= 300_000 && document.cloudTrail.lookedForMs < 400_000);
    assert.match(
      document.findings.at(-1),
      /^CloudTrail showed all 5 requests, .*\. The record of a transfer has its client token, and the new contact or the error, /,
    );
    assert.deepEqual(open(), []);
  });

  it("does not call a request that is not there not recorded", async (t) => {
    const { run } = await start(t, {}, { shownAfterMs: 3_600_000 });
    const { code, document } = await run({ cloudtrail: 900_000 });
    assert.equal(code, 0);
    assert.deepEqual(
      new Set(document.cloudTrail.requests.flatMap(Object.keys)),
      new Set(["action", "requestId"]),
    );
    assert.match(
      document.findings.at(-1),
      /^CloudTrail showed none of the 5 requests within 15m.*\. That does not prove that they are not recorded: records can come later\.$/,
    );
  });

  it("makes no task if it may not look, and keeps its report if it may no longer", async (t) => {
    let lookups = 0;
    const never = await start(t, {}, { isDenied: (action) => action === "cloudtrail:LookupEvents" });
    await assert.rejects(
      never.run({ cloudtrail: 900_000 }),
      /You are not allowed to call cloudtrail:LookupEvents/,
    );
    assert.deepEqual(never.world.transfers, []);
    const once = await start(
      t,
      {},
      { isDenied: (action) => action.startsWith("cloudtrail:") && ++lookups > 1 },
    );
    const { code, document } = await once.run({ cloudtrail: 900_000 });
    assert.equal(code, 3);
    assert.match(document.cloudTrail.error, /You are not allowed to call cloudtrail:LookupEvents/);
    assert.equal(document.tokenSemantics, "dedupe");
  });

  it("ends its wait after Ctrl-C, and prints what it has found by then", async (t) => {
    const interrupted = new AbortController();
    let lookups = 0;
    const { run, open } = await start(
      t,
      {},
      {
        shownAfterMs: 3_600_000,
        isDenied(action) {
          if (action.startsWith("cloudtrail:") && ++lookups === 3) interrupted.abort();
          return false;
        },
      },
    );
    const { code, document } = await run({ cloudtrail: 900_000 }, interrupted.signal);
    assert.equal(code, 130);
    assert.equal(document.tokenSemantics, "dedupe");
    assert.ok(document.cloudTrail.lookedForMs < 900_000);
    assert.deepEqual(open(), []);
  });
});

describe("a probe", () => {
  it("takes ids and ARNs, and names what is missing or wrong", async (t) => {
    const { run } = await start(t);
    const arns = {
      instance: instanceArn,
      flow: `${instanceArn}/contact-flow/flow`,
      queue: `${instanceArn}/queue/queue`,
    };
    const { document } = await run({ ...arns, yes: undefined });
    assert.deepEqual(document.target, { instanceId, contactFlowId: "flow", queueId: "queue" });
    for (const [flags, message] of [
      [{ queue: undefined }, "Give --queue."],
      [{ instance: undefined, flow: undefined, queue: undefined }, "Give --instance, --flow and --queue."],
      [{ flow: arns.queue }, `--flow is an ARN, but not that of a flow: ${arns.queue}.`],
      [{ instance: "arn:aws:s3:::x" }, "--instance is an ARN, but not that of an instance: arn:aws:s3:::x."],
    ] as const) {
      await assert.rejects(async () => run({ ...arns, yes: undefined, ...flags }), { message });
    }
  });

  it("only shows its plan without --yes", async (t) => {
    const { run, world, printed } = await start(t);
    await run({ yes: undefined, json: undefined });
    assert.match(printed.at(-1) ?? "", /^1\. Start a task .*Nothing has been done\. Add --yes to do it\.$/s);
    const { document } = await run({ yes: undefined });
    assert.equal(document.steps.length, 5);
    const { document: more } = await run({ yes: undefined, contactEvents: true, cloudtrail: true });
    assert.deepEqual(more.steps.slice(5), [
      "6. Read the events of these contacts in the outcome log of the stack ContactTransfer, for up to 10m.",
      "7. Look up these requests in CloudTrail's event history, for up to 15m.",
    ]);
    assert.deepEqual(world.transfers, []);
  });

  it("has each call in its journal before it makes it, and ends its contacts if Connect denies the transfer", async (t) => {
    const { run, open, journal } = await start(t, {
      allow: (action) => action !== "connect:TransferContact",
    });
    await assert.rejects(run(), /You are not allowed to call connect:TransferContact/);
    assert.deepEqual(open(), []);
    const entries = (await readFile(journal, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      entries.map(
        ({ call, action, answered, error, cleanedUp }) => action ?? answered ?? error ?? cleanedUp ?? call,
      ),
      ["connect:StartTaskContact", true, "connect:TransferContact", "AccessDeniedException", ["contact-1"]],
    );
  });

  it("makes its requests in the order of its plan", async (t) => {
    const { run, journal } = await start(t);
    await run();
    const lines = (await readFile(journal, "utf8")).trim().split("\n");
    const actions = lines.flatMap((line) => {
      const { action, cleanedUp } = JSON.parse(line) as { action?: string; cleanedUp?: unknown };
      return action?.replace("connect:", "") ?? (cleanedUp ? "clean up" : []);
    });
    // What is read until all of it shows the transfer counts once.
    const reads = ["DescribeContact", "DescribeContact", "ListAssociatedContacts"];
    const steps = actions.join(" ").replaceAll(new RegExp(`(?:${reads.join(" ")} ?)+`, "g"), "reads ");
    assert.equal(
      steps,
      "StartTaskContact TransferContact TransferContact reads TransferContact TransferContact clean up",
    );
  });

  it("says in one sentence what Connect refuses", async (t) => {
    const { run } = await start(t);
    await assert.rejects(run({ flow: "missing" }), {
      name: "ToolError",
      message: /^connect:StartTaskContact on the instance \S+ failed: ResourceNotFoundException: /,
    });
  });

  it("ends its contacts after Ctrl-C, and exits with 130", async (t) => {
    const interrupted = new AbortController();
    const { run, open, printed } = await start(t, {
      allow(action) {
        if (action === "connect:TransferContact") interrupted.abort();
        return true;
      },
    });
    const { code } = await run({ json: undefined }, interrupted.signal);
    assert.deepEqual([code, printed, open()], [130, [], []]);
  });

  it("can be cleaned up by its journal, which also names a task whose call was not answered", async (t) => {
    const { journal, run } = await start(t);
    await writeFile(
      journal,
      `${JSON.stringify({ call: 1, action: "connect:StartTaskContact", instanceId, name: "task-1" })}
${JSON.stringify({ call: 1, answered: true, contactId: "contact-1" })}
${JSON.stringify({ call: 2, action: "connect:StartTaskContact", instanceId, name: "task-2" })}
{"call":3,"act`,
    );
    assert.deepEqual(readJournal(journal), {
      instanceId,
      contactIds: ["contact-1"],
      unansweredTasks: ["task-2"],
    });
    const { code, document } = await run({ cleanUp: journal });
    assert.deepEqual([code, document], [0, { ended: 1, failed: {}, unanswered: ["task-2"] }]);
  });
});
