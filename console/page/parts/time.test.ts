import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatDuration as formatForTerminal } from "../../../cli/duration.ts";
import { formatCount, formatDuration, formatInstant, plural, shortAge } from "./time.ts";

describe("times and counts", () => {
  it("are those of the command line", () => {
    for (const ms of [
      0, 999, 5000, 65_000, 720_000, 3_600_000, 3_661_000, 86_400_000, 277_200_000, 1_209_599_000,
    ])
      assert.equal(formatDuration(ms), formatForTerminal(ms));
    assert.equal(formatInstant(Date.parse("2026-11-24T10:00:00.250Z")), "2026-11-24T10:00:00Z");
  });

  it("are short in a column", () => {
    const ages = [0, 45_000, 59_999, 60_000, 3_599_999, 3_600_000, 172_799_999, 172_800_000].map(shortAge);
    assert.deepEqual(ages, ["now", "45s", "59s", "1m", "59m", "1h", "47h", "2d"]);
  });

  it("have separators of thousands, and the right number", () => {
    assert.deepEqual([0, 999, 1000, 1234567].map(formatCount), ["0", "999", "1,000", "1,234,567"]);
    assert.deepEqual(
      [plural(1, "dead letter"), plural(2300, "dead letter")],
      ["1 dead letter", "2,300 dead letters"],
    );
  });
});
