import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { makePorts, makeSettings, resolveUnknown } from "../../test/makers.ts";
import type { Ports } from "../ports.ts";
import { createReads } from "./reads-at-pace.ts";

const signal = new AbortController().signal;
const input = { InstanceId: "i-1", ContactId: "c-1" };

/** The reads of an instance that has half of the account's, and when each was made. */
function makeReads(answer: () => Promise<object> = async () => ({})) {
  const madeAt: number[] = [];
  const read = async () => {
    madeAt.push(clock.monotonic());
    return answer();
  };
  const reads: Ports["reads"] = { describeContact: read, listAssociatedContacts: read };
  const { ports, clock } = makePorts({ settings: makeSettings({ resolveUnknown }), reads });
  const atPace = createReads(ports);
  assert.ok(atPace);
  const startedAt = clock.monotonic();
  const until = atPace.until(startedAt + 60_000);
  /** Makes so many reads at once; resolves with when each was made, in milliseconds since the start. */
  const times = async (operation: "describeContact" | "listAssociatedContacts", count: number) => {
    madeAt.length = 0;
    await clock.run(Promise.allSettled(Array.from({ length: count }, () => until[operation](input, signal))));
    return madeAt.map((at) => at - startedAt);
  };
  return { clock, atPace, times };
}

function failing(name: string, httpStatusCode: number) {
  return makeReads(async () => {
    throw Object.assign(new Error("no"), { name, $metadata: { httpStatusCode } });
  });
}

describe("reads at their pace", () => {
  it("are this instance's share of 10 DescribeContact and 2 ListAssociatedContacts per second", async () => {
    assert.deepEqual(await makeReads().times("listAssociatedContacts", 3), [0, 1000, 2000]);
    const described = await makeReads().times("describeContact", 12);
    assert.equal(described.at(-1), 2200);
  });

  it("that would come too late are not made", async () => {
    const { atPace, clock } = makeReads();
    const { listAssociatedContacts } = atPace.until(clock.monotonic() + 500);
    await clock.run(listAssociatedContacts(input, signal));
    await clock.run(
      assert.rejects(listAssociatedContacts(input, signal), {
        name: "WaitsForSlot",
        message: "no slot in time",
      }),
    );
  });

  it("slow down when one is throttled, and recover with the answers", async () => {
    const throttled = failing("ThrottlingException", 400);
    assert.deepEqual(await throttled.times("listAssociatedContacts", 2), [0, 1250]);
    let isThrottled = true;
    const recovering = makeReads(async () => {
      if (isThrottled)
        throw Object.assign(new Error("no"), {
          name: "ThrottlingException",
          $metadata: { httpStatusCode: 429 },
        });
      return {};
    });
    await recovering.times("listAssociatedContacts", 1);
    isThrottled = false;
    await recovering.times("listAssociatedContacts", 10);
    const [first = 0, second = 0] = await recovering.times("listAssociatedContacts", 2);
    assert.ok(second - first < 1150, String(second - first));
  });

  it("do not slow down for any other failure", async () => {
    assert.deepEqual(
      await failing("AccessDeniedException", 403).times("listAssociatedContacts", 2),
      [0, 1000],
    );
  });
});
