import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  type Bundle,
  batchOf,
  buildBundle,
  startBundledFunction,
} from "../../test/function/bundled-function.ts";
import { localFunctionEnvironment } from "../../test/function/function-environment.ts";
import { startLocalAws } from "../../test/function/local-aws.ts";
import { instanceArn, makeEnvelope } from "../../test/makers.ts";

let bundle: Bundle;
before(async () => {
  bundle = await buildBundle();
});
after(() => bundle[Symbol.asyncDispose]());

const done = { kind: "returned", payload: { batchItemFailures: [] } };

describe("the bundle, with resolveUnknown", () => {
  it("lets a lost answer travel, reads Connect once the reads have settled, and publishes what they show", async () => {
    await using aws = await startLocalAws({
      world: { tokenSemantics: "validate-first" },
      connectFaults: ({ operation }, attempt) =>
        operation === "TransferContact" && attempt === 1 ? { kind: "lost-answer" } : undefined,
    });
    const environment = {
      ...localFunctionEnvironment(aws),
      RESOLVE_UNKNOWN: "true",
      SETTLE_FOR_SECONDS: "1",
    };
    await using instance = await startBundledFunction(bundle, aws, { environment });
    const body = makeEnvelope({ contactId: "task-1", queueId: "queue-seniors" });

    const first = await aws.deliver(body);
    assert.deepEqual(await instance.invoke(batchOf(first)), done);
    await aws.acknowledge(first);
    assert.deepEqual([aws.outcomes.length, await aws.deadLetters()], [0, []]);

    // The message's delay, and then the settling time, of a second each: the bundle has a clock of its own.
    await setTimeout(1_100);
    const second = await aws.receive();
    const history = JSON.parse(second.messageAttributes.History?.stringValue ?? "{}");
    assert.deepEqual([history.effect, history.result.refusal.reason], ["unknown", "InvalidRequest"]);
    await setTimeout(1_100);
    assert.deepEqual(await instance.invoke(batchOf(second)), done);
    const [outcome] = aws.outcomes;
    assert.equal(outcome?.detailType, "Contact Transfer Succeeded");
    const { response, resolution } = outcome.detail as Record<string, Record<string, unknown>>;
    assert.deepEqual(response, {
      contactId: "new-contact-1",
      contactArn: `${instanceArn}/contact/new-contact-1`,
      evidence: "observed",
    });
    assert.deepEqual(
      [resolution?.found, resolution?.by, resolution?.queueId],
      ["moved", "likely-us", "queue-seniors"],
    );
    assert.deepEqual(await aws.deadLetters(), []);
  });
});
