import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makeEnvelope, makePorts, makeRecord, makeSettings } from "../../test/makers.ts";
import { answering, connectError, failureOf, makeProcessor } from "../../test/processor.ts";

const hour = 3_600_000;
const throttled = connectError("TooManyRequestsException", 429);

describe("a throttled intent", () => {
  it("waits for a slot in the invocation and is transferred", async () => {
    const { process, record, seen } = makeProcessor({
      transferContact: answering(throttled, throttled, "ok"),
    });
    assert.deepEqual(await process(record()), []);
    assert.equal(seen.transfers.length, 3);
    assert.deepEqual(seen.order, ["transfer", "transfer", "transfer", "outcome"]);
  });

  it("is retried near its slot and never fails, however long that takes", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: answering(throttled) });
    const at = clock.now() - 23 * hour;
    for (const receiveCount of [1, 3, 99, 500]) {
      const delivery = { messageId: "m", receiveCount, sentAt: at, firstReceivedAt: at };
      assert.deepEqual(await process(record({}, delivery)), ["m"]);
    }
    assert.deepEqual(seen.outcomes, []);
    assert.deepEqual(seen.deadLetters, []);
    assert.equal(seen.visibility.length, 4);
    assert.ok(seen.visibility.every(({ seconds }) => seconds >= 1 && seconds <= 25));
    assert.deepEqual(new Set(seen.lines.map(({ reason }) => reason)), new Set(["Throttled"]));
  });

  for (const name of ["ThrottlingException", "TooManyRequestsException"]) {
    it(`survives an hour of throttling and is transferred, with no outcome or dead letter until then: ${name}`, async () => {
      const storm = connectError(name, 429);
      const start = makePorts().clock.now();
      const { process, seen, clock } = makeProcessor({
        async transferContact({ ContactId }) {
          if (clock.now() - start < hour) throw storm;
          return { ContactId: `new-${ContactId}`, $metadata: { httpStatusCode: 200 } };
        },
      });
      let receiveCount = 0;
      do {
        assert.deepEqual(seen.outcomes, []);
        await clock.run(clock.sleep((seen.visibility.at(-1)?.seconds ?? 0) * 1000));
        receiveCount += 1;
        assert.ok(receiveCount < 1000, "SQS would have moved it");
      } while (
        (await process(makeRecord(makeEnvelope(), { messageId: "m", receiveCount, sentAt: start }))).length >
        0
      );
      assert.deepEqual(
        seen.outcomes.map(({ detailType }) => detailType),
        ["Contact Transfer Succeeded"],
      );
      assert.deepEqual(seen.deadLetters, []);
    });
  }

  it("expires only because of its age", async () => {
    const { process, record, seen, clock } = makeProcessor({ transferContact: answering(throttled) });
    const sentAt = clock.now() - 24 * hour + 10_000;
    assert.deepEqual(await process(record({}, { receiveCount: 300, sentAt })), []);
    assert.equal(failureOf(seen).reason, "IntentExpired");
  });

  it("keeps to its pace with a batch of ten", async () => {
    const { process, record, seen, clock } = makeProcessor();
    const start = clock.now();
    const records = Array.from({ length: 10 }, (_, n) => record({ contactId: `c${n}` }));
    assert.deepEqual(await process(...records), []);
    assert.equal(seen.transfers.length, 10);
    assert.equal(clock.now() - start, 9_000);
  });

  it("is retried without a request if its slot comes later than in 20 s", async () => {
    // The fourth slot comes after 24 s, when a request could still start.
    const settings = makeSettings({ requestsPerSecond: 0.125 });
    const { process, record, seen } = makeProcessor({ settings, random: () => 0 });
    const records = Array.from({ length: 5 }, (_, n) =>
      record({ contactId: `c${n}` }, { messageId: `m${n}` }),
    );
    assert.deepEqual((await process(...records)).toSorted(), ["m3", "m4"]);
    assert.equal(seen.transfers.length, 3);
    assert.deepEqual(new Set(seen.visibility.map(({ seconds }) => seconds)), new Set([20]));
  });
});
