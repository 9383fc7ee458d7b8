import assert from "node:assert/strict";
import { it } from "node:test";
import { readLetter } from "../letters/read-letter.ts";
import { fileLine, readFileLine } from "./letter-file.ts";

it("a line keeps the group of a fair queue", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  const letterOf = (MessageGroupId?: string) =>
    readLetter(
      { MessageId: "m", Body: "{}", Attributes: { SentTimestamp: String(now), MessageGroupId } },
      { byId: new Map() },
    );
  const group = (id?: string) =>
    readFileLine({ text: fileLine(letterOf(id)), lineNumber: 1 }, now).Attributes?.MessageGroupId;
  assert.equal(group("tenant-7"), "tenant-7");
  assert.equal(group(), undefined);
});
