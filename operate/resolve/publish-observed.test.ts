import assert from "node:assert/strict";
import { it } from "node:test";
import { startUnknownEffects } from "../../test/operator/unknown-effects.ts";
import { createContactReads } from "../checks/contact-reads.ts";
import { openAudit } from "../session.ts";
import { withSelected } from "../with-selected.ts";
import { carryOut, publishSettings } from "./carry-out.ts";
import { judgeAll, selectUnknown } from "./judge-all.ts";
import { verdictRulesOf } from "./judge-letter.ts";

it("a proven success is not published by who cannot receive its dead letter, and is reported as still there", async (t) => {
  const { session, queues, published, audit: file, move, fail, later } = await startUnknownEffects(t);
  const messageId = await fail("moved");
  move("moved");
  later();
  const { clock, connect, deployment, signal } = session;
  const reads = createContactReads(connect, clock);
  const rules = verdictRulesOf(deployment);
  const found = await withSelected(session, { conditions: [] }, selectUnknown(session), async (all) => all);
  const unknown = found.sketches.flatMap((seen) => seen.unknown ?? []);
  const { letters } = await judgeAll(unknown, { reads, rules, options: deployment, signal });
  assert.equal(letters[0]?.action, "publish Succeeded");
  using audit = await openAudit(session, file, "resolve", {});
  // Another operator has received it.
  const nothing = async ({ messageIds }: { messageIds: Iterable<string> }) => new Set(messageIds);
  const settings = publishSettings(session);
  const done = await carryOut(letters, nothing, { session, settings, audit, signal });
  const why = "another consumer received it meanwhile, or still has it";
  assert.deepEqual([...done.published.failed], [[messageId, why]]);
  assert.deepEqual([published, (await queues.peek("dead")).length], [[], 1]);
});
