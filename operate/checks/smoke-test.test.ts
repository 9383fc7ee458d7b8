import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ConnectWorld } from "../../local/services/connect/world/connect-world.ts";
import { readConnectSeed } from "../../local/services/connect/world/seed.ts";
import { startLocalStack } from "../../local/stack/local-stack.ts";
import { synthesizeAssembly } from "../../local/template/synthesize-assembly.ts";
import { instanceArn } from "../../test/makers.ts";

const program = fileURLToPath(new URL("../../cli/contact-transfer.mjs", import.meta.url));

/** Runs `smoke` on a stack of its own; resolves with its exit code and output. */
async function smokeOn(settings: Readonly<Record<string, unknown>>, openWorld: boolean) {
  await using synthesized = await synthesizeAssembly({ instanceArns: instanceArn, ...settings });
  await using stack = await startLocalStack({
    assembly: synthesized.assembly,
    quota: "unlimited",
    connectWorld: new ConnectWorld({
      seed: await readConnectSeed(),
      now: Date.now,
      newId: randomUUID,
      openWorld,
    }),
  });
  return await new Promise<{ exitCode: unknown; out: string }>((resolve) => {
    const options = { env: { ...process.env, ...stack.env } };
    execFile(process.execPath, [program, "smoke"], options, (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, out: stdout + stderr }),
    );
  });
}

it("smoke sends nothing to a stack that is paused", { timeout: 60_000 }, async () => {
  const { exitCode, out } = await smokeOn({ paused: true }, false);
  assert.match(out, /^✖ the stack is paused \(paused=true\), so nothing was sent; resume it first$/m);
  assert.equal(exitCode, 1);
});

describe("smoke, if nothing is dead-lettered,", { timeout: 60_000 }, () => {
  for (const [place, settings, openWorld, why] of [
    ["in shadow mode", { shadow: true }, false, "shadow mode does not call Connect"],
    ["where Connect creates what is named", {}, true, "this Connect creates what an intent names"],
  ] as const) {
    it(`${place}, says so at once`, async () => {
      const { exitCode, out } = await smokeOn(settings, openWorld);
      assert.match(out, new RegExp(`^- nothing was dead-lettered, because ${why}`, "m"));
      assert.match(out, /^✔ the outcome was published.*\n- .*\nThe deployment works\.$/m);
      assert.equal(exitCode, 0);
    });
  }
});
