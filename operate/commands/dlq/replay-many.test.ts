import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sendLetters } from "../../../test/operator/dead-letter-queues.ts";
import { startReplays } from "../../../test/operator/start-replays.ts";
import { runList } from "./list.ts";

const letters = 10_000;

async function replayAfterListing() {
  await using cleanUp = new AsyncDisposableStack();
  const { queues, replay } = await startReplays({ after: (end) => cleanUp.defer(end) });
  await sendLetters(queues, letters);
  await runList({ conditions: [], json: true, check: false }, queues.session);
  const listed = JSON.parse(queues.output.printed.pop() ?? "");
  const counts = await queues.session.deadLetterQueue().counts();
  const { code } = await replay();
  const intents = (await queues.peek("intents")).map(({ body }) => body);
  return { listed, counts, code, intents, dead: await queues.peek("dead") };
}

// Replayed before the first suite exists: from then on, node:test follows every promise, and that costs more than they do.
const { listed, counts, code, intents, dead } = await replayAfterListing();

describe("many dead letters", () => {
  it("are all visible after they are listed", () => {
    assert.equal(listed.seen, letters);
    assert.deepEqual([counts.visible, counts.inFlight], [letters, 0]);
  });

  it("are replayed once each", () => {
    assert.equal(code, 0);
    assert.equal(intents.length, letters);
    assert.equal(new Set(intents).size, letters);
    assert.equal(dead.length, 0);
  });
});
