import assert from "node:assert/strict";
import { it } from "node:test";
import { startLocalStack } from "../stack/local-stack.ts";
import { serve } from "./serve.ts";

function makeDeps(signal: AbortSignal) {
  const lines: string[] = [];
  return {
    lines,
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
    print: (line: string) => lines.push(line),
    progress: () => {},
    paint: (_color: string, text: string) => text,
    signal,
  };
}

it("an interrupt before the stack runs is not its normal end, and prints nothing", async () => {
  const { lines, ...deps } = makeDeps(AbortSignal.abort());
  await assert.rejects(serve(deps), { name: "AbortError" });
  assert.deepEqual(lines, []);
});

it("a file for the variables that cannot be written is wrong use, and says why", async () => {
  const { lines, ...deps } = makeDeps(new AbortController().signal);
  await assert.rejects(serve({ ...deps, envFile: "/no-such-folder/env" }), {
    name: "UsageError",
    message: "Cannot write --save-env /no-such-folder/env: its folder does not exist.",
  });
  assert.deepEqual(lines, []);
});
