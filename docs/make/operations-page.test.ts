import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { reasonsOnSide, type Side } from "../../events/failure-reasons.ts";
import { alarmList, contactEventAlarm, routeAlarm } from "../../infra/monitoring/alarm-list.ts";

const page = await readFile(new URL("../operations.md", import.meta.url), "utf8");

describe("the page on operations", () => {
  it("has a section for each alarm, which the alarm's description links to", () => {
    const anchors = [...page.matchAll(/^### (.+)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(" ", "-"),
    );
    assert.deepEqual(
      anchors.toSorted(),
      [...Object.values(alarmList), contactEventAlarm, routeAlarm].map(({ anchor }) => anchor).toSorted(),
    );
  });

  it("explains what each alarm means, what to do and how to check it", () => {
    for (const section of page.split(/^### /m).slice(1)) {
      for (const part of ["**Means**", "**Command**", "**Check**"])
        assert.ok(section.includes(part), section);
    }
  });

  it("restores nothing by a deployment of the same template, which changes nothing", () => {
    assert.doesNotMatch(page, /deploy again|or deploy\b/i);
    assert.match(page, /^npx cdk deploy --revert-drift/m);
  });

  const sides: [heading: string, Side][] = [
    ["Producer errors", "producer"],
    ["Connect errors", "connect"],
    ["Contact errors", "contact"],
  ];
  for (const [heading, side] of sides) {
    it(`names under ${heading} the reasons that its alarm counts`, () => {
      const [, section = ""] = page.split(`### ${heading}\n`);
      const [firstParagraph = ""] = section.trim().split("\n\n");
      assert.deepEqual(
        Array.from(firstParagraph.matchAll(/`(\w+)`/g), ([, reason]) => reason),
        reasonsOnSide(side),
      );
    });
  }
});
