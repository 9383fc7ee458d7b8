import assert from "node:assert/strict";
import { constants } from "node:buffer";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { readLines } from "./read-lines.ts";

it("a file that is longer than any string is read line by line", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "lines-"));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "letters.jsonl");
  await writeFile(file, "first\nsecond\n");
  // The rest is a hole, which takes no room on the disk.
  await truncate(file, constants.MAX_STRING_LENGTH + 1024);
  const lines = readLines(file);
  assert.deepEqual((await lines.next()).value, { lineNumber: 1, text: "first" });
  assert.deepEqual((await lines.next()).value, { lineNumber: 2, text: "second" });
  await assert.rejects(lines.next(), {
    name: "UsageError",
    message: `Line 3 of ${file} is longer than any dead letter.`,
  });
});
