import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { SQSClient } from "@aws-sdk/client-sqs";
import { openQueue, type QueueOptions } from "./queue.ts";

type Sleep = NonNullable<QueueOptions["sleep"]>;

/** A queue of which SQS throttles every call; the first wait is interrupted. */
function start() {
  const ending = new AbortController();
  const sqs = new SQSClient({ region: "us-east-1" });
  sqs.middlewareStack.add(
    () => async () => {
      throw Object.assign(new Error("slow down"), { name: "ThrottlingException", $metadata: {} });
    },
    { step: "initialize" },
  );
  const waited: (number | undefined)[] = [];
  const sleep: Sleep = (ms, value, options) => {
    waited.push(ms);
    ending.abort();
    return wait(0, value, options);
  };
  return { queue: openQueue(sqs, "https://sqs/1/dead", { sleep, signal: ending.signal }), waited };
}

describe("while SQS throttles,", () => {
  it("an interruption ends the wait of a call that reads", async () => {
    for (const read of ["receive", "counts"] as const) {
      const { queue, waited } = start();
      const reading = read === "counts" ? queue.counts() : queue.receive(10, 1, 30);
      await assert.rejects(reading, { name: "AbortError" });
      assert.deepEqual(waited, [1_000]);
    }
  });

  it("deletes and releases are repeated for a minute, interrupted or not", async () => {
    for (const change of ["delete", "changeVisibility"] as const) {
      const { queue, waited } = start();
      const changing = change === "delete" ? queue.delete(["r"]) : queue.changeVisibility(["r"], 0);
      await assert.rejects(changing, { name: "ToolError" });
      assert.deepEqual(waited, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
    }
  });
});
