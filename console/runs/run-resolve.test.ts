import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { runResolve } from "../../operate/commands/dlq/resolve.ts";
import { instanceId } from "../../test/makers.ts";
import { startUnknownEffects, type UnknownEffectsOptions } from "../../test/operator/unknown-effects.ts";
import { until } from "../../test/until.ts";
import { createHandlers } from "../handlers.ts";
import type { ResolvePlan } from "../protocol/plans.ts";
import type { Run, RunReport, RunState } from "../protocol/runs.ts";
import type { ApiRequest } from "../server/routes.ts";

const all = { kind: "filter", filter: {} } as const;
const final: readonly RunState[] = ["done", "failed", "cancelled"];

interface Options extends UnknownEffectsOptions {
  readonly canWrite?: boolean;
  /** Whether the stack is known. */
  readonly hasBus?: boolean;
  /** Each answer of a plan has time for one request only. */
  readonly isSlow?: boolean;
}

/** A console in front of dead letters whose answers were lost. */
async function start(
  t: TestContext,
  { canWrite = true, hasBus = true, isSlow = false, ...options }: Options = {},
) {
  const made = await startUnknownEffects(t, options);
  let monotonic = 0;
  const clock = isSlow
    ? { ...made.session.clock, monotonic: () => (monotonic += 10_000) }
    : made.session.clock;
  const { deployment } = hasBus ? made.session : made.queues.session;
  const { handlers, isBusy, ...console } = createHandlers({
    ...{ session: { ...made.session, deployment, clock }, options: {}, canWrite },
    ...{ auditFile: made.audit, idleMinutes: 0 },
    note() {},
  });
  t.after(() => console[Symbol.asyncDispose]());
  const request = (rest: Partial<ApiRequest>): ApiRequest => ({ params: {}, query: {}, body: {}, ...rest });
  const find = async (id: string): Promise<Run> => handlers["GET /api/runs/:id"](request({ params: { id } }));
  return {
    ...made,
    handlers,
    async read() {
      await handlers["POST /api/reading"](request({}));
      await until(() => !isBusy());
    },
    plan: async (more: object = {}): Promise<ResolvePlan> =>
      handlers["POST /api/plans/resolve"](request({ body: { selection: all, ...more } })),
    /** Asks until Connect has been asked about all, as the page does. */
    async wholePlan(): Promise<ResolvePlan> {
      for (;;) {
        const plan = await handlers["POST /api/plans/resolve"](request({ body: { selection: all } }));
        if (plan.judged === plan.unknown) return plan;
      }
    },
    begin: async (selection: object = all): Promise<Run> =>
      handlers["POST /api/runs"](
        request({ body: { kind: "resolve", why: "OPS-1", request: { selection } } }),
      ),
    steer: async (action: "pause" | "resume" | "cancel", id: string): Promise<Run> =>
      handlers[`POST /api/runs/:id/${action}`](request({ params: { id } })),
    async until(id: string, states: readonly RunState[] = final): Promise<Run> {
      await until(async () => states.includes((await find(id)).state));
      return find(id);
    },
    report: async (id: string): Promise<RunReport> =>
      handlers["GET /api/runs/:id/report"](request({ params: { id } })),
    listed: async () =>
      (await handlers["GET /api/letters"](request({}))).rows.map(({ intentId }) => intentId),
    async inQueue(queue: "dead" | "intents" = "dead") {
      return (await made.queues.peek(queue)).map(({ body }) => JSON.parse(body).id).toSorted();
    },
  };
}

type Console = Awaited<ReturnType<typeof start>>;

/** One that we have moved, one that ended, one that is open, and one whose effect is known. */
async function failOneOfEach({ fail, move, end, later, world }: Console): Promise<void> {
  for (const contact of ["moved", "ended", "open"]) await fail(contact);
  await fail("known", { effect: "none" });
  move("moved");
  end("ended");
  later();
  world.describeContact({ InstanceId: instanceId, ContactId: "open" });
}

describe("a resolve in the console", () => {
  it("shows the verdicts of what was read, and changes nothing", async (t) => {
    const console = await start(t, { canWrite: false });
    await failOneOfEach(console);
    await assert.rejects(console.plan(), { code: "NotRead" });
    await console.read();
    const { rows, commandLine, ...plan } = await console.wholePlan();
    assert.deepEqual(
      [plan.selected, plan.unknown, plan.judged, plan.toPublish, plan.toReplay, plan.early],
      [4, 3, 3, 1, 1, 0],
    );
    assert.deepEqual(
      rows.map(({ intentId, contactId, action, verdict }) => [intentId, contactId, action, verdict.found]),
      [
        ["of-moved", "moved", "publish", "moved"],
        ["of-open", "open", "replay", "open"],
        ["of-ended", "ended", "none", "ended"],
      ],
    );
    assert.equal(rows[0]?.verdict.contactId, "new-1");
    assert.equal(commandLine, "npx contact-transfer dlq resolve --yes");
    assert.deepEqual([(await console.inQueue()).length, console.published], [4, []]);
    await assert.rejects(console.begin(), { code: "ReadOnly" });
  });

  it("answers with the verdicts so far, goes on when asked again, and asks anew on request", async (t) => {
    let reads = 0;
    const console = await start(t, { isSlow: true, onRead: () => reads++ });
    await failOneOfEach(console);
    await console.read();
    const judged = [];
    for (let asked = 0; asked < 4; asked++) judged.push((await console.plan()).judged);
    assert.deepEqual(judged, [1, 2, 3, 3]);
    const before = reads;
    assert.equal((await console.plan({ again: true })).judged, 1);
    assert.ok(reads > before);
  });

  it("of two pages that ask at once, neither asks Connect what the other has asked", async (t) => {
    const read: string[] = [];
    const console = await start(t, { onRead: (operation) => read.push(operation) });
    await failOneOfEach(console);
    await console.read();
    const plans = await Promise.all([console.wholePlan(), console.wholePlan()]);
    assert.deepEqual(
      plans.map(({ judged }) => judged),
      [3, 3],
    );
    assert.equal(read.filter((operation) => operation === "DescribeContact").length, 4);
  });

  it("publishes, replays and leaves as dlq resolve --yes does, and reports and records it", async (t) => {
    const console = await start(t);
    await failOneOfEach(console);
    await console.read();
    const { id } = await console.begin();
    const run = await console.until(id);
    assert.deepEqual(
      [run.state, run.selected, run.done, run.skipped, run.failed, run.resolved],
      ["done", 3, 2, 1, 0, { asked: 3, published: 1, replayed: 1 }],
    );
    assert.deepEqual(await console.inQueue(), ["of-ended", "of-known"]);
    assert.deepEqual(await console.inQueue("intents"), ["of-open"]);
    assert.deepEqual((await console.listed()).toSorted(), ["of-ended", "of-known"]);
    const [outcome] = console.published.map(({ Detail }) => JSON.parse(Detail));
    assert.deepEqual(
      [outcome.intentId, outcome.response.evidence, outcome.resolution.found, console.published.length],
      ["of-moved", "observed", "moved", 1],
    );
    const { rows, judged = [] } = await console.report(id);
    assert.deepEqual(
      judged.map(({ intentId, done }) => [intentId, done]),
      [
        ["of-moved", "published"],
        ["of-open", "replayed"],
        ["of-ended", undefined],
      ],
    );
    assert.deepEqual(
      rows.map(({ intentId }) => intentId),
      ["of-open"],
    );
    const [begin, ...lines] = await console.readAudit();
    assert.deepEqual(
      lines.map(({ action }) => action),
      ["resolving", "replaying", "replayed", "end"],
    );
    const { why, by } = (begin?.options ?? {}) as Record<string, unknown>;
    assert.deepEqual([begin?.command, begin?.run, why, by], ["resolve", id, "OPS-1", "console"]);
  });

  it("acts on what Connect answers when it runs, not on what the plan has shown", async (t) => {
    const console = await start(t);
    await failOneOfEach(console);
    await console.read();
    assert.equal((await console.wholePlan()).toReplay, 1);
    console.end("open");
    const run = await console.until((await console.begin()).id);
    assert.deepEqual([run.state, run.resolved?.published, run.resolved?.replayed], ["done", 1, 0]);
    assert.deepEqual(await console.inQueue("intents"), []);
  });

  it("says so if another operator has dealt with the letters meanwhile", async (t) => {
    const console = await start(t);
    await failOneOfEach(console);
    await console.read();
    await console.plan();
    await console.queues.empty("dead");
    const run = await console.until((await console.begin()).id);
    assert.deepEqual([run.state, run.selected, console.published], ["done", 0, []]);
    assert.match(run.message ?? "", /^None of the selected dead letters that are in the queue now /);
  });

  it("and dlq resolve at the same time publish and replay each letter once", async (t) => {
    const console = await start(t);
    const contacts = Array.from({ length: 6 }, (_, index) => `c-${index}`);
    for (const contact of contacts) await console.fail(contact);
    for (const contact of contacts.slice(3)) console.move(contact);
    console.later();
    await console.read();
    const { session, audit } = console;
    const { id } = await console.begin();
    const codes = runResolve({ conditions: [], yes: true, audit, json: true }, session);
    await Promise.all([console.until(id), codes]);
    assert.deepEqual(console.published.map(({ Detail }) => JSON.parse(Detail).intentId).toSorted(), [
      "of-c-3",
      "of-c-4",
      "of-c-5",
    ]);
    assert.deepEqual(await console.inQueue("intents"), ["of-c-0", "of-c-1", "of-c-2"]);
    assert.deepEqual(await console.inQueue(), []);
  });

  it("releases all letters while it is paused, and asks again about what is left", async (t) => {
    let reads = 0;
    const asked: (() => void)[] = [];
    const console = await start(t, {
      onRead: () => {
        if (++reads === 3) asked.shift()?.();
      },
    });
    await failOneOfEach(console);
    await console.read();
    const paused = Promise.withResolvers<void>();
    let id = "";
    asked.push(() => void console.steer("pause", id).then(() => paused.resolve()));
    ({ id } = await console.begin());
    await paused.promise;
    assert.equal((await console.until(id, ["paused"])).state, "paused");
    await until(async () => (await console.session.deadLetterQueue().counts()).visible === 4);
    assert.deepEqual([console.published, await console.inQueue("intents")], [[], []]);
    const before = reads;
    await console.steer("resume", id);
    const run = await console.until(id);
    assert.deepEqual([run.state, run.done, run.skipped], ["done", 2, 1]);
    assert.ok(reads - before >= 7, "all three contacts are read again");
  });

  for (const [action, state, left, sent] of [
    ["pause", "paused", ["of-ended", "of-known"], ["of-open"]],
    ["cancel", "cancelled", ["of-ended", "of-known", "of-open"], []],
  ] as const) {
    it(`after a ${action} during a publish deletes what was published, and begins nothing more`, async (t) => {
      let id = "";
      const console: Console = await start(t, {
        onPublish: async () => void (await console.steer(action, id)),
      });
      await failOneOfEach(console);
      await console.read();
      ({ id } = await console.begin());
      await console.until(id, [state]);
      if (action === "pause") {
        await until(async () => (await console.inQueue()).length === 3);
        assert.deepEqual(await console.inQueue("intents"), []);
        await console.steer("resume", id);
      }
      const run = await console.until(id);
      assert.deepEqual([run.resolved?.published, run.failed, console.published.length], [1, 0, 1]);
      assert.deepEqual([await console.inQueue(), await console.inQueue("intents")], [left, sent]);
    });
  }

  it("keeps a letter whose success EventBridge does not confirm", async (t) => {
    const console = await start(t, { isBusOut: true });
    await failOneOfEach(console);
    await console.read();
    const { id } = await console.begin();
    const run = await console.until(id);
    assert.deepEqual(
      [run.state, run.failed, run.resolved?.published, run.resolved?.replayed],
      ["done", 1, 0, 1],
    );
    assert.equal(run.failures[0]?.why, "EventBridge did not confirm its outcome (AccessDeniedException)");
    const [first] = (await console.report(id)).judged ?? [];
    assert.deepEqual([first?.intentId, first?.done], ["of-moved", "failed"]);
    assert.deepEqual(await console.inQueue(), ["of-ended", "of-known", "of-moved"]);
    const kept = (await console.readAudit()).filter((line) => line.action === "kept");
    assert.equal(kept.length, 1);
  });

  it("changes nothing if Connect cannot be asked, and says why", async (t) => {
    const console = await start(t, { allow: () => false });
    await console.fail("one");
    console.later();
    await console.read();
    const denied = /You are not allowed to call connect:DescribeContact/;
    assert.match((await console.plan()).unread ?? "", denied);
    const run = await console.until((await console.begin()).id);
    assert.equal(run.state, "failed");
    assert.match(run.message ?? "", /^Connect could not be asked about 1 of 1: You are not allowed/);
    assert.deepEqual(await console.inQueue(), ["of-one"]);
  });

  it("does not ask for ever if Connect throttles every read, and can be cancelled then", async (t) => {
    const throttled = { kind: "error", name: "ThrottlingException", httpStatus: 429 } as const;
    const console = await start(t, { faults: () => throttled });
    await failOneOfEach(console);
    await console.read();
    assert.match((await console.plan()).unread ?? "", /^Connect has answered no read for 30 s\. /);
    const { id } = await console.begin();
    await console.until(id, ["asking"]);
    await console.steer("cancel", id);
    assert.equal((await console.until(id)).state, "cancelled");
    assert.deepEqual([console.published, (await console.inQueue()).length], [[], 4]);
  });

  it("is refused if nothing says where outcomes go, before anything is done", async (t) => {
    const console = await start(t, { hasBus: false });
    await failOneOfEach(console);
    await console.read();
    const problem = "Which bus do outcomes go to? Give --stack NAME instead of the URLs of queues.";
    assert.equal((await console.plan()).problem, problem);
    await assert.rejects(console.begin(), { message: problem });
    assert.deepEqual((await console.handlers["GET /api/runs"]({ params: {}, query: {}, body: {} })).runs, []);
  });

  it("is refused without a selection, or with an unknown kind", async (t) => {
    const { handlers } = await start(t);
    const request = (body: object) => ({ params: {}, query: {}, body });
    for (const body of [
      { kind: "resolve", why: "x" },
      { kind: "resolved", why: "x", request: {} },
    ]) {
      await assert.rejects(async () => handlers["POST /api/runs"](request(body)), { code: "WrongUse" });
    }
    const again = { selection: all, again: "yes" };
    await assert.rejects(async () => handlers["POST /api/plans/resolve"](request(again)), {
      code: "WrongUse",
    });
  });
});
