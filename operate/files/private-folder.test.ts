import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { ensurePrivateFolder, privateFile } from "./private-folder.ts";

it("git does not see what is in the private folder, and nobody else may read it", async (context) => {
  const directory = await mkdtemp(join(tmpdir(), "private-"));
  context.after(() => rm(directory, { recursive: true }));
  const file = join(directory, privateFile("dlq-audit.jsonl"));
  ensurePrivateFolder(file);
  ensurePrivateFolder(file);
  await writeFile(file, "a contact");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: directory, encoding: "utf8" });
  git("init", "--quiet");
  assert.equal(git("status", "--porcelain", "--untracked-files=all"), "");
  assert.equal((await stat(join(file, ".."))).mode & 0o777, 0o700);
});
