import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { sourceMappedStack } from "./source-mapped-stack.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "stack-"));
});
after(() => rm(folder, { recursive: true }));

async function throwingBundle(
  name: string,
  sourcemap: boolean,
  thrower: "fail" | "outer" = "fail",
): Promise<Error> {
  const source = join(folder, "source.ts");
  await writeFile(
    source,
    "\n\nexport function fail(): never {\n  throw new Error('a body:\\n    at home');\n}\n" +
      "\nexport function outer(): never {\n  fail();\n}\n",
  );
  const outfile = join(folder, name);
  await build({ entryPoints: [source], outfile, minify: true, format: "esm", sourcemap });
  const { [thrower]: run } = await import(pathToFileURL(outfile).href);
  try {
    return run();
  } catch (error) {
    return error as Error;
  }
}

it("a stack names the source's file and line", async () => {
  const stack = sourceMappedStack(await throwingBundle("with-map.mjs", true));
  assert.match(stack.split("\n")[0] ?? "", /source\.ts:4:\d+\)?$/);
});

it("without a map, the stack keeps the bundle's position", async () => {
  const stack = sourceMappedStack(await throwingBundle("without-map.mjs", false));
  assert.match(stack.split("\n")[0] ?? "", /without-map\.mjs:\d+:\d+\)?$/);
});

it("of a stack only the frames are shown: no message, wherever it says something like one", () => {
  const error = new Error("a body:\n    at home");
  const frames = "    at one (file:///no/bundle.mjs:1:2)\n    at two (node:internal:3:4)";
  error.stack = `ErrorWithALongName: a body:\n    at home\nwritten at night\n${frames}`;
  assert.equal(sourceMappedStack(error), frames);
  error.message = "changed";
  assert.ok(sourceMappedStack(error).endsWith(frames));
});

it("every frame is mapped", async () => {
  const stack = sourceMappedStack(await throwingBundle("two-frames.mjs", true, "outer"));
  assert.deepEqual(
    stack
      .split("\n")
      .slice(0, 2)
      .map((line) => /source\.ts:(\d+):/.exec(line)?.[1]),
    ["4", "8"],
  );
});
