import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openStack } from "./open-stack.ts";
import type { StartOptions } from "./run/start-options.ts";

const defaults: StartOptions = { quota: "unlimited", timeScale: 1 };

describe("wrong use of --assembly is refused in one sentence:", () => {
  const cases: [string, Partial<StartOptions>, boolean, string][] = [
    ["--stack without it", { stack: "Support" }, true, "--stack requires --assembly."],
    ["--id without it", { id: "Transfers" }, true, "--id requires --assembly."],
    [
      "neither events nor --serve",
      { assembly: "cdk.out" },
      true,
      "--assembly requires files with events or --serve: the samples are made for the project's own stack.",
    ],
    [
      "settings",
      { assembly: "cdk.out", context: [["paused", "true"]] },
      false,
      "--assembly runs your app as it was synthesized: pass -c to its cdk synth.",
    ],
  ];
  for (const [name, options, isSampleRun, message] of cases) {
    it(name, async () => {
      await assert.rejects(openStack({ ...defaults, ...options }, isSampleRun), {
        name: "UsageError",
        message,
      });
    });
  }
});

it("without --assembly, the world is the example's", async () => {
  const { seed, openWorld, notes } = await openStack(defaults, true);
  assert.ok(Object.values(seed.instances).some(({ contacts }) => "task-1" in contacts));
  assert.deepEqual([openWorld, notes], [false, []]);
});
