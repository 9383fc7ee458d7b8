import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { readImports } from "./covering-tests.ts";
import { judgeFile } from "./judge-file.ts";
import { openSandbox } from "./sandbox.ts";

const file = "lambda/runtime/lazy.ts";
const sandbox = openSandbox();
after(() => sandbox[Symbol.dispose]());

async function judge(...edits: (readonly [find: string, replace: string])[]) {
  const original = sandbox.read(file);
  const mutants = edits.map(([find, replace], line) => ({
    id: "",
    file,
    line,
    source: original.replace(find, replace),
  }));
  const bench = { sandbox, imports: readImports("."), isThorough: false };
  const fates = [];
  for await (const { fate } of judgeFile(file, mutants, bench)) fates.push(fate);
  assert.equal(sandbox.read(file), original);
  return fates;
}

describe("a mutant", () => {
  it("is killed by the test that fails, or does not end; one that changes nothing survives", async () => {
    const [first, second, third] = await judge(
      ["loaded = undefined;", ""],
      ["let loaded", "while (true); let loaded"],
      ["return loaded;", "return (loaded);"],
    );
    assert.ok(first?.status === "killed");
    assert.match(first.by, /^a load that fails/);
    assert.deepEqual(second, { status: "killed", by: "a test that does not end" });
    assert.deepEqual(third, { status: "survived" });
  });

  it("is invalid if the compiler refuses what the tests let pass", async () => {
    assert.deepEqual(await judge(["Promise<T> | undefined;", "Promise<T>;"]), [{ status: "invalid" }]);
  });
});
