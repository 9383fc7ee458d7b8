import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { createContract } from "../../events/contract.ts";

const page = await readFile(new URL("../producers.md", import.meta.url), "utf8");

/** The object literal that follows `start` in the page; what Python and TypeScript write alike is read as JSON. */
function literalAfter(start: string): unknown {
  const from = page.indexOf("{", page.indexOf(start));
  let depth = 0;
  for (let at = from; at < page.length; at++) {
    if (page[at] === "{") depth++;
    if (page[at] === "}" && --depth === 0) {
      const text = page.slice(from, at + 1);
      return JSON.parse(
        text
          .replace(/^(\s*)(\w+):/gm, '$1"$2":')
          .replace(/\{ (\w+):/g, '{ "$1":')
          .replace(/,(\s*\})/g, "$1"),
      );
    }
  }
  throw new Error(`There is no literal after ${start}.`);
}

describe("the page for producers", () => {
  for (const [language, start] of [
    ["TypeScript", "requestTransfer(\n"],
    ["Python", "detail = {"],
  ] as const) {
    it(`shows an intent in ${language} that keeps the contract`, () => {
      const contract = createContract({ instanceIdRequired: false });
      const isValid = contract({ id: "event-1", detail: literalAfter(start) });
      assert.deepEqual([isValid, contract.errors], [true, []]);
    });
  }

  it("shows a fold that tells each change once, whatever the order", async () => {
    const { takeOutcome } = await import("../../test/take-outcome.ts");
    const code = await readFile(new URL("../../test/take-outcome.ts", import.meta.url), "utf8");
    const shown = page.slice(
      page.indexOf("/** What your table keeps"),
      page.indexOf("\n```\n\n`mergeOutcomes` is"),
    );
    assert.ok(code.includes(shown), "docs/producers.md and test/take-outcome.ts tell the same code");
    const store = new Map<string, Parameters<typeof takeOutcome>[0]>();
    const fold = (outcome: Parameters<typeof takeOutcome>[0]) =>
      takeOutcome(outcome, {
        get: async (key) => store.get(key),
        async replace(key, expected, incoming) {
          if (store.get(key) !== expected) return false;
          store.set(key, incoming);
          return true;
        },
      });
    const of = (type: string, detail: object) =>
      ({ id: "e", source: "contact-transfer", "detail-type": type, resources: [], detail }) as never;
    const failed = of("Contact Transfer Failed", { clientToken: "t", failure: { effect: "unknown" } });
    const succeeded = of("Contact Transfer Succeeded", { clientToken: "t" });
    assert.equal(await fold(failed), failed);
    assert.equal(await fold(failed), undefined);
    assert.equal(await fold(succeeded), succeeded);
    assert.equal(await fold(failed), undefined);
  });
});
