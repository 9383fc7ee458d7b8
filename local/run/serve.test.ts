import assert from "node:assert/strict";
import { it } from "node:test";
import { startLocalStack } from "../stack/local-stack.ts";
import { serve } from "./serve.ts";

it("an interrupt before the stack runs is not its normal end, and prints nothing", async () => {
  const lines: string[] = [];
  const serving = serve({
    seed: { instances: {} },
    startStack: () =>
      startLocalStack({
        assembly: {
          stackName: "Empty",
          region: "us-east-1",
          accountId: "000000000000",
          template: { Resources: {} },
          codeDirectories: {},
        },
      }),
    print: (line) => lines.push(line),
    progress: () => {},
    paint: (_color, text) => text,
    signal: AbortSignal.abort(),
  });
  await assert.rejects(serving, { name: "AbortError" });
  assert.deepEqual(lines, []);
});
