import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseSync } from "oxc-parser";
import { mutantsOf, sample } from "./mutants-of.ts";

/** A line of code and every line that a small mistake makes of it. */
const mistakes: Readonly<Record<string, readonly string[]>> = {
  "if (a < 10) b();": [
    "if (true) b();",
    "if (false) b();",
    "if (a <= 10) b();",
    "if (a < 11) b();",
    "if (a < 10) ;",
  ],
  "x = a && !b;": [";", "x = a;", "x = !b;", "x = a && b;"],
  "x = a ?? b;": [";", "x = a;", "x = b;"],
  "x ??= 200;": [";", "x = 200;", "x ??= 400;", "x ??= 100;"],
  "x += a - 1;": [";", "x -= a - 1;", "x += a + 1;", "x += a - 2;"],
  "x === y ? true : -z;": [
    ";",
    "true ? true : -z;",
    "false ? true : -z;",
    "x !== y ? true : -z;",
    "x === y ? false : -z;",
    "x === y ? true : z;",
  ],
  "await f(a, b);": [";", "f(a, b);", "await f(b, a);", "await f(a);"],
  "f({ a, ...b });": [";", "f({  ...b });", "f({ a,  });"],
  "f([a, b]);": [";", "f([ b]);", "f([a, ]);"],
  "while (a) break;": ["while (false) break;", "while (a) ;"],
  "throw a;": [";"],
  "const f = () => a;": ["const f = () => undefined;"],
  "const f = function () { return a; };": ["const f = function () { return; };"],
  "const t = `a${b}`;": ['const t = "";'],
  'const t = "a";': ['const t = "";'],
  'const t = "";': ['const t = "?";'],
  "const r = /^a$/g;": ["const r = /a$/g;", "const r = /^a/g;", "const r = /^a$/;"],
  "const n = a?.b ?? a?.[b];": [
    "const n = a?.b;",
    "const n = a?.[b];",
    "const n = a.b ?? a?.[b];",
    "const n = a?.b ?? a[b];",
  ],
  "const f = function () { return undefined; };": [],
  "Math.min(a, b);": [";", "Math.max(a, b);", "Math.min(a);"],
  "const n = Math.min(...a.filter(b));": ["const n = Math.max(...a.filter(b));", "const n = Math.min(...a);"],
};

describe("mutants", () => {
  for (const [line, expected] of Object.entries(mistakes)) {
    it(`of ${line}`, () => {
      const made = mutantsOf("a.ts", line).map(({ source }) => source);
      assert.deepEqual(made.toSorted(), expected.toSorted());
    });
  }

  it("leave types, imports and the names of members alone", () => {
    const source =
      'import { a } from "./a.ts";\nexport interface B { readonly c: "d" }\nconst e = { "f": g } as const satisfies { f: "h" };';
    assert.deepEqual(
      mutantsOf("a.ts", source).map(({ id }) => id),
      ["a.ts:3:13 left out"],
    );
  });

  it("have ids that say file, line, column and operator, and differ", () => {
    const ids = mutantsOf("a.ts", "\n  x = a && b && c;").map(({ id }) => id);
    assert.deepEqual(ids, [
      "a.ts:2:3 removed",
      "a.ts:2:7 left",
      "a.ts:2:7 right",
      "a.ts:2:7 left 2",
      "a.ts:2:7 right 2",
    ]);
  });

  it("of files can all be parsed", () => {
    for (const file of globSync("lambda/start-up/*.ts")) {
      for (const { id, source } of mutantsOf(file, readFileSync(file, "utf8")))
        assert.deepEqual(parseSync(file, source).errors, [], id);
    }
  });

  it("are sampled evenly, and others with another seed", () => {
    const all = Array.from({ length: 100 }, (_, index) => index);
    assert.deepEqual(sample(all, 4, 0), [0, 25, 50, 75]);
    assert.deepEqual(sample(all, 4, 7), [7, 32, 57, 82]);
    assert.deepEqual(sample(all, 200, 7), all);
  });
});
