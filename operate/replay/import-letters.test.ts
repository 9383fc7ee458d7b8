import assert from "node:assert/strict";
import { it } from "node:test";
import { startTestQueues } from "../../test/operator/dead-letter-queues.ts";
import type { Change } from "./audit-log.ts";
import { importLetters, type NumberedLetter } from "./import-letters.ts";

async function* letters(count: number): AsyncGenerator<NumberedLetter> {
  for (let lineNumber = 1; lineNumber <= count; lineNumber++)
    yield { lineNumber, message: { Body: `letter-${lineNumber}` } };
}

for (const [count, of] of [
  [150, "the first hundred of more"],
  [100, "the last hundred"],
  [50, "the only lines"],
] as const) {
  it(`an import that cannot record ${of} sends none of them, and names the first as not tried`, async (context) => {
    const { session, peek } = await startTestQueues(context);
    const { deployment, clock, signal } = session;
    const write = (_: readonly Change[]) => {
      throw new Error("the disk is full");
    };
    const audit = { write, [Symbol.dispose]() {} };
    const deps = { deadLetterQueue: session.deadLetterQueue(), audit, clock, now: clock.now(), signal };
    const imported = await importLetters(letters(count), { ...deps, instances: deployment.instances });
    assert.deepEqual(imported, { imported: 0, failed: [], nextLine: 1, stopped: "the disk is full" });
    assert.deepEqual(await peek("dead"), []);
  });
}
