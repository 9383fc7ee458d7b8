import assert from "node:assert/strict";
import { writeSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { makeLetter } from "../../test/operator/dead-letter-queues.ts";
import { readLetter } from "../letters/read-letter.ts";
import { fileLine } from "./letter-file.ts";
import type { WriteBytes } from "./write-all.ts";
import { createLetterFile } from "./write-letter-file.ts";

async function newFile(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "letters-"));
  context.after(() => rm(directory, { recursive: true }));
  return join(directory, "letters.jsonl");
}

function letterOf(messageId: string) {
  const { MessageBody: Body } = makeLetter();
  return readLetter({ MessageId: messageId, Body }, { byId: new Map(), defaultInstance: undefined });
}

/** A disk with so much room. The last write that it takes is a short one. */
function diskOf(bytes: number): WriteBytes {
  let left = bytes;
  return (descriptor, buffer, offset) => {
    if (left === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const count = writeSync(descriptor, buffer, offset, Math.min(left, buffer.length - offset));
    left -= count;
    return count;
  };
}

describe("a file of dead letters", () => {
  it("is written whole if each write takes only a part", async (context) => {
    const file = await newFile(context);
    const slow: WriteBytes = (descriptor, buffer, offset) =>
      writeSync(descriptor, buffer, offset, Math.min(7, buffer.length - offset));
    {
      using letters = createLetterFile(file, slow);
      letters.append([letterOf("a"), letterOf("b")]);
      letters.sync();
    }
    const lines = (await readFile(file, "utf8")).split("\n");
    assert.deepEqual([lines.length, JSON.parse(lines[1] ?? "").messageId], [3, "b"]);
  });

  it("is written whole if its text is longer than what is encoded at a time", async (context) => {
    const file = await newFile(context);
    const ids = ["ä", "€", "🙂"].map((character) => character.repeat(100_000));
    {
      using letters = createLetterFile(file);
      letters.append(ids.map(letterOf));
      letters.sync();
    }
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).messageId),
      ids,
    );
  });

  it("on a disk that fills up inside a line ends with the line before, and reports it", async (context) => {
    const file = await newFile(context);
    {
      using letters = createLetterFile(file, diskOf(Math.round(2.5 * fileLine(letterOf("a")).length)));
      letters.append([letterOf("a")]);
      assert.throws(() => letters.append([letterOf("b"), letterOf("c")]), {
        name: "ToolError",
        code: "DiskFull",
        message: /the disk is full \(ENOSPC\)\. It ends after 1 whole dead letters/,
      });
      letters.sync();
      assert.equal(letters.count, 1);
    }
    assert.equal(JSON.parse(await readFile(file, "utf8")).messageId, "a");
  });

  it("is removed if nothing was written, and never replaces another one", async (context) => {
    const file = await newFile(context);
    createLetterFile(file)[Symbol.dispose]();
    const letters = createLetterFile(file);
    assert.throws(() => createLetterFile(file), { name: "UsageError", code: "FileExists" });
    letters[Symbol.dispose]();
    await assert.rejects(readFile(file), { code: "ENOENT" });
  });
});
