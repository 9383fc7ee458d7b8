import assert from "node:assert/strict";
import { writeSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type AuditedRun, openAuditLog } from "./audit-log.ts";

const run: AuditedRun = {
  run: "run-1",
  command: "replay",
  operator: { aws: "arn", local: "me@here" },
  options: {},
};
const now = () => Date.parse("2026-11-24T12:00:00Z");

async function newFile(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "audit-"));
  context.after(() => rm(directory, { recursive: true }));
  return join(directory, "audit.jsonl");
}

async function actions(file: string): Promise<unknown[]> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  return lines.map((line) => {
    try {
      return JSON.parse(line).action;
    } catch {
      return line;
    }
  });
}

describe("the audit file", () => {
  it("has a line for the run, for each change, and for its end", async (context) => {
    const file = await newFile(context);
    {
      using audit = openAuditLog(file, run, now);
      audit.write([{ action: "replaying", messageIds: ["a"] }]);
    }
    assert.deepEqual(await actions(file), ["begin", "replaying", "end"]);
  });

  it("after a line that was cut off begins a new one", async (context) => {
    const file = await newFile(context);
    await writeFile(file, '{"action":"beg');
    openAuditLog(file, run, now)[Symbol.dispose]();
    assert.deepEqual(await actions(file), ['{"action":"beg', "begin", "end"]);
  });

  it("that the disk does not take is an error before the next step, and ends in whole lines later", async (context) => {
    const file = await newFile(context);
    let isFull = false;
    const write = (descriptor: number, buffer: Uint8Array, offset: number) => {
      if (!isFull) return writeSync(descriptor, buffer, offset);
      if (offset > 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      return writeSync(descriptor, buffer, offset, 5);
    };
    const audit = openAuditLog(file, run, now, write);
    isFull = true;
    assert.throws(() => audit.write([{ action: "replaying" }]), {
      name: "ToolError",
      message: /^The audit file .* cannot be written: the disk is full/,
    });
    isFull = false;
    audit[Symbol.dispose]();
    assert.deepEqual(await actions(file), ["begin", '{"at"', "end"]);
  });
});
