import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseInstant } from "./rfc3339.ts";

const valid: [string, string][] = [
  ["2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000Z"],
  ["2026-11-24t10:00:00z", "2026-11-24T10:00:00.000Z"],
  ["2026-11-24T10:00:00.1Z", "2026-11-24T10:00:00.100Z"],
  ["2026-11-24T10:00:00.123456789Z", "2026-11-24T10:00:00.123Z"],
  ["2026-11-24T10:00:00+05:30", "2026-11-24T04:30:00.000Z"],
  ["2026-11-24T10:00:00-00:00", "2026-11-24T10:00:00.000Z"],
  ["2028-02-29T23:59:59Z", "2028-02-29T23:59:59.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
];

const invalid = [
  "",
  "now",
  "2026-11-24",
  "2026-11-24 10:00:00Z",
  "2026-11-24T10:00:00",
  "2026-11-24T10:00Z",
  "2026-11-24T24:00:00Z",
  "2026-11-24T10:60:00Z",
  "2016-12-31T23:59:60Z",
  "2026-13-01T00:00:00Z",
  "2026-00-01T00:00:00Z",
  "2026-02-29T00:00:00Z",
  "2026-04-31T00:00:00Z",
  "2026-11-24T10:00:00+24:00",
  "2026-11-24T10:00:00+0100",
  "2026-11-24T10:00:00.Z",
  " 2026-11-24T10:00:00Z",
  "2026-11-24T10:00:00Z\n",
  "1790000000",
];

describe("parseInstant", () => {
  for (const [text, iso] of valid) {
    it(`reads ${text}`, () => {
      const instant = parseInstant(text);
      assert.equal(instant === undefined ? undefined : new Date(instant).toISOString(), iso);
    });
  }

  for (const text of invalid) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseInstant(text), undefined);
    });
  }
});
