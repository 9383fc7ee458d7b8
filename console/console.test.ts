import assert from "node:assert/strict";
import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { sendLetters, startTestQueues } from "../test/operator/dead-letter-queues.ts";
import { type Rehearsal, startRehearsal } from "../test/operator/failing-stack.ts";
import { type ConsoleClient, endOfRun, readQueue, startConsole } from "../test/operator/start-console.ts";
import { toolEnvironment } from "../test/operator/tool-environment.ts";

describe("the console of a local stack", { timeout: 120_000 }, () => {
  let rehearsal: Rehearsal;
  let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
  let console: ConsoleClient & AsyncDisposable;

  before(async () => {
    rehearsal = await startRehearsal();
    folder = await mkdtempDisposable(join(tmpdir(), "console-"));
    const args = ["--stack", rehearsal.stackName, "--write"];
    console = await startConsole(args, rehearsal.stack.env, folder.path);
  });
  after(async () => {
    await console[Symbol.asyncDispose]();
    await folder.remove();
    await rehearsal[Symbol.asyncDispose]();
  });

  it("knows the deployment, the operator, and what it may do", async () => {
    const { stack, region, isLocal, canWrite, hasOutcomeLog, costOfLooking, operator, filters, reasons } =
      await console.ask("GET /api/session");
    assert.deepEqual(
      { stack, region, isLocal, canWrite, hasOutcomeLog, costOfLooking },
      {
        stack: rehearsal.stackName,
        region: "us-east-1",
        isLocal: true,
        canWrite: true,
        hasOutcomeLog: true,
        costOfLooking: undefined,
      },
    );
    assert.match(operator.aws, /^arn:aws:/);
    assert.ok(filters.every(({ description }) => description !== ""));
    assert.ok(reasons.some(({ reason }) => reason === "NotDelivered"));
  });

  it("shows failures by cause from the outcome log, and receives nothing for that", async () => {
    const overview = await logOverview(console);
    assert.deepEqual(
      overview.groups
        .map(({ reason, detail, place, failures, inQueue, isNew }) => ({
          reason,
          detail,
          place,
          failures,
          inQueue,
          isNew,
        }))
        .toSorted((a, b) => a.reason.localeCompare(b.reason)),
      [
        {
          reason: "InvalidIntent",
          detail: { kind: "violation", path: "/detail/queueID" },
          place: undefined,
          failures: 1,
          inQueue: undefined,
          isNew: true,
        },
        {
          reason: "InvalidRequest",
          detail: { kind: "error", name: "InvalidRequestException" },
          place: { kind: "queue", id: "queue-seniors" },
          failures: 1,
          inQueue: undefined,
          isNew: true,
        },
        {
          reason: "ResourceNotFound",
          detail: { kind: "error", name: "ResourceNotFoundException" },
          place: { kind: "queue", id: "queue-refunds" },
          failures: 3,
          inQueue: undefined,
          isNew: true,
        },
      ],
    );
    const [row] = (await console.ask("GET /api/letters", { query: {} })).rows;
    const letter = await console.ask("GET /api/letters/:id", { params: { id: row?.id ?? "" } });
    assert.deepEqual([letter.freshness.source, letter.body, letter.replay], ["log", undefined, undefined]);
    const sqs = new SQSClient({
      endpoint: rehearsal.stack.url,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: rehearsal.stack.outputs.DeadLetterQueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
    );
    const receives = Messages.map(({ Attributes }) => Attributes?.ApproximateReceiveCount);
    assert.deepEqual(
      receives,
      Array.from({ length: 6 }, () => "1"),
      "this is the first time",
    );
  });

  it("reads the queue when it is asked to, and leaves nothing hidden", async () => {
    const reading = await readQueue(console);
    assert.deepEqual([reading.state, reading.seen, reading.expected], ["done", 6, 6]);
    const { lease, deadLetters } = await console.ask("GET /api/now");
    assert.equal(lease, undefined);
    assert.equal(deadLetters.total, 6);
    const { groups, total } = await console.ask("GET /api/overview");
    assert.deepEqual(total, { failures: 5, inQueue: 6 });
    // What AWS has sent to the queue has no outcome.
    const undelivered = groups.find(({ reason }) => reason === "NotDelivered");
    assert.deepEqual([undelivered?.failures, undelivered?.inQueue], [0, 1]);
    assert.deepEqual(undelivered?.detail, { kind: "error", name: "SDK_CLIENT_ERROR" });
  });

  it("lists by the filters of the command line, newest first, in parts", async () => {
    const list = (filter: object, more = {}) =>
      console.ask("GET /api/letters", { query: { filter: JSON.stringify(filter), ...more } });
    const found = await list({ reason: ["ResourceNotFound"] });
    assert.deepEqual([found.total, found.all, found.freshness?.source], [3, 6, "queue"]);
    assert.equal(
      found.listCommand,
      `npx contact-transfer dlq list --reason ResourceNotFound --stack ${rehearsal.stackName}`,
    );
    const times = found.rows.map(({ failedAt }) => failedAt);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
    const parts = await Promise.all(
      ["0", "1", "2", "3"].map((offset) => list({ reason: ["ResourceNotFound"] }, { offset, limit: "1" })),
    );
    assert.deepEqual(
      parts.flatMap(({ rows }) => rows).map(({ id }) => id),
      found.rows.map(({ id }) => id),
    );
    const [row] = found.rows;
    assert.equal((await list({ cause: [row?.causeId ?? ""] })).total, 3);
    assert.equal((await list({ where: ["detail.queueID=queue-seniors"] })).total, 1);
    await assert.rejects(
      list({ where: ["detail.queueID"] }, { from: "log" }),
      /^Error: 400 WrongUse: .*read the queue first/,
    );
    await assert.rejects(list({ cause: [""] }), /^Error: 400 WrongUse: It must not be empty/);
    await assert.rejects(list({ nothing: ["x"] }), /^Error: 400 WrongUse: nothing is not a filter/);
  });

  it("shows a letter with its violations, its history and what a replay would do", async () => {
    const { rows } = await console.ask("GET /api/letters", {
      query: { filter: JSON.stringify({ reason: ["InvalidIntent"] }) },
    });
    const letter = await console.ask("GET /api/letters/:id", { params: { id: rows[0]?.id ?? "" } });
    assert.deepEqual(letter.violations, [
      { path: "/detail/queueID", message: "detail/queueID is not a known property; did you mean queueId?" },
    ]);
    assert.equal(JSON.parse(letter.body ?? "").detail.queueID, "queue-seniors");
    assert.equal(letter.replay?.skipReason, "NotAnIntent");
    assert.equal(letter.history.effect, "none");
  });

  it("asks Connect about a contact on request", async () => {
    const { rows } = await console.ask("GET /api/letters", {
      query: { filter: JSON.stringify({ contact: ["task-ended"] }) },
    });
    const now = await console.ask("POST /api/letters/:id/check", {
      params: { id: rows[0]?.id ?? "" },
      body: {},
    });
    assert.equal(now.canBeTransferred, false);
    assert.match(now.why, /^the contact ended at /);
  });

  it("plans an edit: which change, which do not, which become invalid", async () => {
    const plan = await console.ask("POST /api/plans/replay", {
      body: {
        selection: { kind: "filter", filter: {} },
        edits: [{ path: "/detail/queueId", json: '"queue-seniors"' }, { path: "/detail/queueID" }],
      },
    });
    assert.deepEqual([plan.selected, plan.toReplay, plan.steps], [6, 4, [1, 3]]);
    const { changed, unchanged, invalid, differences } = plan.edited ?? {};
    assert.deepEqual([changed, unchanged, invalid], [4, 1, 1]);
    assert.deepEqual(differences?.[0]?.changes, [
      { path: "detail.queueId", from: '"queue-refunds"', to: '"queue-seniors"' },
    ]);
    assert.match(
      plan.commandLine,
      / --set '\/detail\/queueId:="queue-seniors"' --unset \/detail\/queueID --yes /,
    );
    assert.deepEqual(plan.notes, [{ kind: "note", text: "3 become other requests with other tokens." }]);
  });

  it("holds a canary whose first message comes back, and cancels it", async () => {
    const started = await console.ask("POST /api/runs", {
      body: {
        kind: "replay",
        why: "does the queue exist now?",
        request: { selection: { kind: "filter", filter: { reason: ["ResourceNotFound"] } }, perSecond: 100 },
      },
    });
    await assert.rejects(console.ask("POST /api/reading", { body: {} }), /^Error: 409 Busy: /);
    const held = await endOfRun(console, started.id);
    assert.equal(held.state, "held");
    assert.deepEqual([held.done, held.step, held.fates?.failedAgain], [1, { number: 1, of: 2, until: 1 }, 1]);
    assert.match(
      held.message ?? "",
      /^1 of 1 failed again \(ResourceNotFound: Queue not found: queue-refunds\)/,
    );
    await console.ask("POST /api/runs/:id/cancel", { params: { id: held.id }, body: {} });
    const ended = await endOfRun(console, started.id, ["cancelled"]);
    assert.equal(ended.done, 1);
    const { rows } = await console.ask("GET /api/runs/:id/report", { params: { id: held.id }, query: {} });
    assert.deepEqual(
      rows.map(({ fate, reason }) => [fate, reason]),
      [["failed again", "ResourceNotFound"]],
    );
  });

  it("replays in the steps of a canary, and reports what became of each", async () => {
    rehearsal.repair();
    await readQueue(console);
    const came = (await console.ask("GET /api/overview")).groups.find(
      ({ reason }) => reason === "ResourceNotFound",
    );
    assert.deepEqual([came?.inQueue, came?.cameBack], [3, 1]);
    const started = await console.ask("POST /api/runs", {
      body: {
        kind: "replay",
        why: "the queue exists",
        request: { selection: { kind: "filter", filter: { reason: ["ResourceNotFound"] } }, perSecond: 100 },
      },
    });
    const ended = await endOfRun(console, started.id);
    assert.deepEqual([ended.state, ended.done, ended.failed], ["done", 3, 0]);
    const { rows } = await knownReport(console, started.id);
    assert.deepEqual(
      rows.map(({ fate }) => fate),
      ["transferred", "transferred", "transferred"],
    );
    const contacts = rehearsal.stack.connectWorld.transfers.map(({ newContactId }) => newContactId);
    assert.deepEqual(rows.map(({ newContactId }) => newContactId).toSorted(), contacts.toSorted());
    assert.equal(
      (await console.ask("GET /api/letters", { query: {} })).all,
      3,
      "they are gone from the list",
    );
  });

  it("pauses a run and goes on with it", async () => {
    const started = await console.ask("POST /api/runs", {
      body: {
        kind: "replay",
        why: "slowly",
        canary: false,
        request: {
          selection: { kind: "filter", filter: {} },
          edits: [{ path: "/detail/queueId", json: '"queue-seniors"' }, { path: "/detail/queueID" }],
          includeInvalid: true,
          acceptUnknownEffect: true,
          perSecond: 0.001,
        },
      },
    });
    const sending = await endOfRun(console, started.id, ["sending"]);
    assert.equal(sending.id, started.id);
    const steer = (endpoint: "POST /api/runs/:id/pause" | "POST /api/runs/:id/resume") =>
      console.ask(endpoint, { params: { id: started.id }, body: {} });
    assert.equal((await steer("POST /api/runs/:id/pause")).state, "paused");
    await assert.rejects(steer("POST /api/runs/:id/pause"), /^Error: 400 WrongUse: The run is paused/);
    while ((await console.ask("GET /api/now")).lease) await setTimeout(20);
    await steer("POST /api/runs/:id/resume");
    await endOfRun(console, started.id, ["sending"]);
    await console.ask("POST /api/runs/:id/cancel", { params: { id: started.id }, body: {} });
    assert.equal((await endOfRun(console, started.id, ["cancelled"])).state, "cancelled");
  });

  it("discards into a file, and undoes it from there", async () => {
    await readQueue(console);
    const selection = { kind: "filter", filter: { reason: ["InvalidRequest"] } } as const;
    const plan = await console.ask("POST /api/plans/discard", { body: { selection } });
    assert.deepEqual([plan.selected, plan.reasons], [1, [{ reason: "InvalidRequest", count: 1 }]]);
    const before = (await rehearsal.stack.peek("DeadLetterQueueUrl")).length;
    const started = await console.ask("POST /api/runs", {
      body: { kind: "discard", why: "the contact has ended", request: { selection } },
    });
    const ended = await endOfRun(console, started.id);
    assert.deepEqual([ended.state, ended.done, ended.canUndo], ["done", 1, true]);
    assert.equal((await rehearsal.stack.peek("DeadLetterQueueUrl")).length, before - 1);
    const file = await readFile(join(folder.path, ended.file ?? ""), "utf8");
    assert.equal(file.trim().split("\n").length, 1);
    const undone = await console.ask("POST /api/runs/:id/undo", {
      params: { id: ended.id },
      body: { why: "oops" },
    });
    assert.deepEqual([(await endOfRun(console, undone.id)).done], [1]);
    assert.equal((await rehearsal.stack.peek("DeadLetterQueueUrl")).length, before);
    for (const { id } of [ended, undone]) {
      await assert.rejects(
        console.ask("POST /api/runs/:id/undo", { params: { id }, body: { why: "twice" } }),
        /^Error: 400 WrongUse: There is nothing to undo/,
      );
    }
  });

  it("records who, when and why in the audit file of the command line", async () => {
    const audit = await readFile(join(folder.path, ".contact-transfer", "dlq-audit.jsonl"), "utf8");
    const begun = audit
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ action }) => action === "begin");
    assert.deepEqual(
      begun.map(({ command, options }) => [command, options.why]),
      [
        ["replay", "does the queue exist now?"],
        ["replay", "the queue exists"],
        ["replay", "slowly"],
        ["discard", "the contact has ended"],
        ["import", "oops"],
      ],
    );
    assert.match(begun[0].operator.aws, /^arn:aws:/);
    await assert.rejects(
      console.ask("POST /api/runs", {
        body: { kind: "discard", why: " ", request: { selection: { kind: "filter", filter: {} } } },
      }),
      /^Error: 400 WrongUse: Type in why/,
    );
  });

  it("traces an intent from the logs and from what was read of the queue", async () => {
    const { intents, remarks } = await console.ask("GET /api/trace", { query: { id: "refund-of-task-1" } });
    assert.deepEqual(
      intents.map(({ state, contactId }) => [state, contactId]),
      [["succeeded", "task-1"]],
    );
    const kinds = intents[0]?.timeline.map(({ kind }) => kind);
    assert.ok(kinds?.includes("failed") && kinds.at(-1) === "succeeded", String(kinds));
    assert.match(remarks.join(" "), /when the queue was read/);
  });

  it("shows the outcomes of the last hours and the pace", async () => {
    const { outcomes, pace } = await console.ask("GET /api/now");
    const sum = (counts: readonly number[] = []) => counts.reduce((total, count) => total + count, 0);
    assert.ok(sum(outcomes?.succeeded) >= 3 && sum(outcomes?.failed) >= 5);
    assert.equal(pace.transfersPerSecond, 2);
    assert.ok((pace.endedPerSecond ?? 0) > 0);
  });
});

it("a console without --write changes nothing", async () => {
  await using rehearsal = await startRehearsal();
  await using folder = await mkdtempDisposable(join(tmpdir(), "console-"));
  await using console = await startConsole(
    ["--stack", rehearsal.stackName],
    rehearsal.stack.env,
    folder.path,
  );
  await readQueue(console);
  const selection = { kind: "filter", filter: {} } as const;
  const plan = await console.ask("POST /api/plans/discard", { body: { selection } });
  assert.equal(plan.selected, 6);
  const readOnly = /^Error: 403 ReadOnly: .*--write/;
  await assert.rejects(
    console.ask("POST /api/runs", { body: { kind: "discard", why: "x", request: { selection } } }),
    readOnly,
  );
  for (const act of ["pause", "resume", "cancel"] as const) {
    await assert.rejects(
      console.ask(`POST /api/runs/:id/${act}`, { params: { id: "x" }, body: {} }),
      readOnly,
    );
  }
  await assert.rejects(
    console.ask("POST /api/runs/:id/undo", { params: { id: "x" }, body: { why: "x" } }),
    readOnly,
  );
  assert.equal((await rehearsal.stack.peek("DeadLetterQueueUrl")).length, 6);
});

it("a console of queues alone says what looking costs, and follows a replay by the queues", async (t) => {
  const queues = await startTestQueues(t);
  await sendLetters(queues, 2);
  await using folder = await mkdtempDisposable(join(tmpdir(), "console-"));
  await using console = await startConsole(["--write"], toolEnvironment(queues), folder.path);
  const session = await console.ask("GET /api/session");
  assert.equal(session.hasOutcomeLog, false);
  assert.match(session.costOfLooking ?? "", /must be received/);
  assert.deepEqual((await console.ask("GET /api/overview")).groups, []);
  assert.equal((await console.ask("GET /api/now")).alarms.kind, "unknown");
  await readQueue(console);
  assert.deepEqual((await console.ask("GET /api/overview")).total, { inQueue: 2 });
  const started = await console.ask("POST /api/runs", {
    body: {
      kind: "replay",
      why: "try",
      canary: false,
      request: { selection: { kind: "filter", filter: {} }, perSecond: 1000 },
    },
  });
  const sent = await endOfRun(console, started.id);
  assert.deepEqual([sent.state, sent.done, sent.fates?.waiting ?? 2], ["done", 2, 2]);
  await queues.empty("intents");
  const { rows } = await knownReport(console, started.id);
  assert.deepEqual(
    rows.map(({ fate }) => fate),
    ["not failed", "not failed"],
  );
});

/** The log is read after the first question. */
async function logOverview(console: ConsoleClient) {
  for (;;) {
    const overview = await console.ask("GET /api/overview");
    if (overview.freshness.length > 0) return overview;
    await setTimeout(20);
  }
}

async function knownReport(console: ConsoleClient, id: string) {
  for (;;) {
    const report = await console.ask("GET /api/runs/:id/report", { params: { id }, query: {} });
    if (report.rows.every(({ fate }) => fate !== "waiting")) return report;
    await setTimeout(50);
  }
}
