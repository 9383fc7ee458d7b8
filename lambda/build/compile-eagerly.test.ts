import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { build } from "esbuild";
import { compileEagerly, parenthesizeFunctions } from "./compile-eagerly.ts";

describe("parenthesized are", () => {
  const cases: readonly (readonly [name: string, source: string, expected: string])[] = [
    ["arrow functions", "const f = async (a) => a;", "const f = (async (a) => a);"],
    ["function expressions", "const f = function g() {};", "const f = (function g() {});"],
    ["functions in functions", "f(() => (a) => a, b);", "f((() => ((a) => a)), b);"],
    [
      "functions in objects and classes",
      "({ a: () => 1 }); class A { b = () => 2 }",
      "({ a: (() => 1) }); class A { b = (() => 2) }",
    ],
    ["functions behind characters of two units", 'f("\u{1f600}", () => 1);', 'f("\u{1f600}", (() => 1));'],
  ];
  for (const [name, source, expected] of cases) {
    it(name, () => {
      assert.equal(parenthesizeFunctions(source, "file.ts"), expected);
    });
  }
});

describe("unchanged are", () => {
  for (const source of [
    "function f(): void {}",
    "class A { b() {} get c() { return 1 } static async d() {} constructor() {} }",
    "({ a() {}, get b() { return 1 }, set b(c) {} });",
    "export default function () {}",
  ]) {
    it(source, () => {
      assert.equal(parenthesizeFunctions(source, "file.ts"), source);
    });
  }
});

it("a file that cannot be parsed is named", () => {
  assert.throws(
    () => parenthesizeFunctions("const = 1", "some/file.js"),
    /^Error: some\/file\.js cannot be parsed: /,
  );
});

it("esbuild keeps the parentheses", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eagerly-"));
  try {
    const file = join(folder, "file.ts");
    await writeFile(file, "export const twice = (n: number): number => [n].map((m) => 2 * m)[0] ?? 0;");
    const [output] = (
      await build({
        entryPoints: [file],
        bundle: true,
        write: false,
        minifySyntax: true,
        minifyWhitespace: true,
        format: "esm",
        plugins: [compileEagerly()],
      })
    ).outputFiles;
    assert.equal(output?.text, "var twice=(n=>[n].map((m=>2*m))[0]??0);export{twice};\n");
  } finally {
    await rm(folder, { recursive: true });
  }
});
