import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { createContract } from "../../events/contract.ts";
import { outcomeDetailTypes, requestDetailType } from "../../events/detail-types.ts";
import { putEventsConditions } from "../../infra/resources/put-events-conditions.ts";
import { assertOutcome } from "../../test/assert-outcome.ts";

const page = await readFile(new URL("../producers.md", import.meta.url), "utf8");

/** The object literal that follows `start` in the page; Python's and TypeScript's common syntax is read as JSON. */
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

/** The JSON blocks of a page. */
function readJsonBlocks(page: string) {
  return [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) => JSON.parse(text));
}

it("the policies in the pages limit events:PutEvents as the construct does", async () => {
  const replay = await readFile(new URL("../replay.md", import.meta.url), "utf8");
  const conditions = [page, replay].map((text) =>
    readJsonBlocks(text)
      .flatMap(({ Statement = [] }) => Statement)
      .filter(({ Action }) => Action === "events:PutEvents")
      .map(({ Condition }) => Condition),
  );
  assert.deepEqual(conditions, [
    [putEventsConditions([requestDetailType], ["com.example.orders"])],
    [putEventsConditions(outcomeDetailTypes, ["contact-transfer"])],
  ]);
});

describe("the page for producers", () => {
  for (const [language, start] of [
    ["TypeScript", "requestTransfer(\n"],
    ["Python", "detail = {"],
  ] as const) {
    it(`shows an intent in ${language} that matches the contract`, () => {
      const contract = createContract({ instanceIdRequired: false });
      const isValid = contract({ id: "event-1", detail: literalAfter(start) });
      assert.deepEqual([isValid, contract.errors], [true, []]);
    });
  }

  it("shows a Succeeded that matches its schema", () => {
    const { source, resources, detail, ...event } = readJsonBlocks(page).find(({ detail }) => detail);
    assertOutcome({ source, detailType: event["detail-type"], resources, detail });
  });

  it("shows the test of examples/producer", async () => {
    const file = new URL("../../examples/producer/request-transfer.test.ts", import.meta.url);
    const [, shown = "no test in the page"] = /(it\("[\s\S]*?)```/.exec(page) ?? [];
    assert.ok((await readFile(file, "utf8")).includes(shown), "docs/producers.md and the test differ");
  });

  it("shows the fold of examples/consumer", async () => {
    const code = await readFile(new URL("../../examples/consumer/fold-outcomes.ts", import.meta.url), "utf8");
    const [, shown = "no fold in the page"] = /(\/\*\* What your table keeps[\s\S]*?)\n```/.exec(page) ?? [];
    assert.ok(code.includes(shown), "docs/producers.md and examples/consumer/fold-outcomes.ts differ");
  });
});
