import assert from "node:assert/strict";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { openAudit } from "../../operate/session.ts";
import { sendLetters, startTestQueues } from "../../test/operator/dead-letter-queues.ts";
import type { KnownFate } from "./fates.ts";
import { RunRecord } from "./run-record.ts";
import { runReplay } from "./run-replay.ts";

/** A canary of two letters. `look` is called at each look at the fate of what was sent, and says what it is. */
async function runCanary(t: TestContext, look: (record: RunRecord, number: number) => KnownFate) {
  const queues = await startTestQueues(t);
  await sendLetters(queues, 2);
  await using folder = await mkdtempDisposable(join(tmpdir(), "run-"));
  const session = { ...queues.session, followEveryMs: 1 };
  let fate: KnownFate = { fate: "waiting" };
  let looks = 0;
  let now = 0;
  const about = { id: "run", startedAt: 0, operator: "tester", kind: "replay", state: "selecting" } as const;
  const record = new RunRecord(
    { ...about, why: "try", commandLine: "" },
    // Each look counts as one after the interval.
    () => (now += 10_000),
    {
      async refresh() {
        fate = look(record, ++looks);
      },
      fateOf: () => fate,
    },
  );
  using audit = await openAudit(session, join(folder.path, "audit.jsonl"), "replay", {});
  const request = { selection: { kind: "filter", filter: {} }, perSecond: 1000 } as const;
  await runReplay(request, true, { session, record, audit, onGone() {} });
  return record;
}

it("a pause that ends during a look at the canary does not skip the canary", async (t) => {
  const states: string[] = [];
  await runCanary(t, (record, number) => {
    states.push(record.run.state);
    if (number === 1) {
      record.control.pause();
      record.control.resume();
    }
    return { fate: number < 3 ? "waiting" : "transferred" };
  });
  assert.deepEqual(states.slice(0, 3), ["watching", "watching", "watching"]);
});

it("an operator who does not wait for the canary sends the rest", async (t) => {
  const record = await runCanary(t, ({ control }, number) => {
    if (number === 2) control.resume();
    return { fate: "waiting" };
  });
  assert.equal(record.sent.length, 2);
});

it("a run that is cancelled while its canary comes back ends", async (t) => {
  const record = await runCanary(t, ({ control }) => {
    control.cancel();
    return { fate: "failed again" };
  });
  assert.equal(record.sent.length, 1);
});
