import assert from "node:assert/strict";
import { it } from "node:test";
import { startUnknownEffects, type UnknownEffects } from "../../test/operator/unknown-effects.ts";
import { createContactReads } from "../checks/contact-reads.ts";
import type { Selected } from "../receive/work.ts";
import { openAudit } from "../session.ts";
import { withSelected } from "../with-selected.ts";
import { carryOut, publishSettings } from "./carry-out.ts";
import { judgeAll, type SeenLetter, selectUnknown } from "./judge-all.ts";
import { type JudgedLetter, verdictRulesOf } from "./judge-letter.ts";

const selection = { conditions: [] };
const lost = "another consumer received it meanwhile, or still has it";

/** Judges one letter of a contact that was moved. */
async function judgeMoved(
  { session }: UnknownEffects,
  { sketches }: Selected<SeenLetter>,
): Promise<readonly JudgedLetter[]> {
  const { clock, connect, deployment, signal } = session;
  const unknown = sketches.flatMap((seen) => seen.unknown ?? []);
  const reads = createContactReads(connect, clock);
  const rules = verdictRulesOf(deployment);
  const { letters } = await judgeAll(unknown, { reads, rules, options: deployment, signal });
  assert.deepEqual(
    letters.map(({ action }) => action),
    ["publish Succeeded"],
  );
  return letters;
}

it("a proven success is not published by who cannot receive its dead letter, and is reported as still there", async (t) => {
  const effects = await startUnknownEffects(t);
  const { session, queues, published, audit: file, move, fail, later } = effects;
  const messageId = await fail("moved");
  move("moved");
  later();
  const letters = await withSelected(session, selection, selectUnknown(session), (found) =>
    judgeMoved(effects, found),
  );
  using audit = await openAudit(session, file, "resolve", {});
  // Another operator has received it.
  const nothing = async ({ messageIds }: { messageIds: Iterable<string> }) => new Set(messageIds);
  const { signal } = session;
  const settings = publishSettings(session);
  const done = await carryOut(letters, nothing, { session, settings, audit, signal });
  assert.deepEqual([...done.published.failed], [[messageId, lost]]);
  assert.deepEqual([published, (await queues.peek("dead")).length], [[], 1]);
});

it("a proven success is not published once the lease of its dead letter was lost to another operator", async (t) => {
  const effects = await startUnknownEffects(t);
  const { queues, published, audit: file, move, fail, later } = effects;
  let sleptMs = 0;
  const clock = { ...effects.session.clock, now: () => Date.now() + sleptMs };
  const session = { ...effects.session, clock };
  const messageId = await fail("moved");
  move("moved");
  later();
  using audit = await openAudit(session, file, "resolve", {});
  const done = await withSelected(session, selection, selectUnknown(session), async (found, workThrough) => {
    const letters = await judgeMoved(effects, found);
    // This machine sleeps for an hour, and another operator receives what is visible again.
    sleptMs = 3_600_000;
    await queues.unhide();
    assert.equal((await queues.receiveAll("dead")).length, 1);
    const { signal } = session;
    return carryOut(letters, workThrough, { session, settings: publishSettings(session), audit, signal });
  });
  assert.deepEqual([...done.published.failed], [[messageId, lost]]);
  assert.deepEqual([published, (await queues.peek("dead")).length], [[], 1]);
});
