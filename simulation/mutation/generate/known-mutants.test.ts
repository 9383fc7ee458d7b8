import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { equivalentMutants } from "./equivalent-mutants.ts";
import { readKnown } from "./known-mutants.ts";
import { mutantsOf } from "./mutants-of.ts";

const source = "if (a < b) c();\nif (d) c();";
const read = () => source;
const named = (find: string, replace: string) => ({ file: "a.ts", find, replace, reason: "none" });

describe("mutants that are named as equivalent", () => {
  it("are known by what they make of the file, whatever its layout", () => {
    const { known, stale } = readKnown([named("a < b", "a<=b")], read);
    assert.deepEqual(stale, []);
    assert.deepEqual(
      mutantsOf("a.ts", source)
        .filter((mutant) => known.has(mutant))
        .map(({ id }) => id),
      ["a.ts:1:5 <="],
    );
  });

  it("are stale if their text is not in the file once, or if no mutant does what they say", () => {
    const all = [named("gone", "x"), named("c()", "d()"), named("a < b", "a > b")];
    assert.deepEqual(readKnown(all, read).stale, all);
  });

  it("all exist, once each", () => {
    assert.deepEqual(readKnown(equivalentMutants).stale, []);
    const texts = equivalentMutants.map(({ file, find, replace }) =>
      readFileSync(file, "utf8").replace(find, () => replace),
    );
    assert.equal(new Set(texts).size, texts.length);
  });
});
