import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { cannotWrite, createFile } from "./new-file.ts";

it("a file that cannot be created is a sentence with the reason", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "new-file-"));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "there");
  await writeFile(file, "");
  const refused = (path: string, message: RegExp) =>
    assert.throws(() => createFile(path), { name: "UsageError", exitCode: 2, message });
  refused(join(folder, "none", "x"), /^Cannot write \S+x: its folder does not exist\.$/);
  refused(join(file, "x"), /^Cannot write \S+x: a part of its path is not a folder\.$/);
  refused(file, /there exists already, and nothing is overwritten/);
});

it("a full or read-only disk is not wrong use", () => {
  const thrown = (code: string) => cannotWrite("f", Object.assign(new Error("no"), { code }));
  assert.deepEqual(
    ["ENOSPC", "EROFS", "EIO"].map(thrown).map(({ exitCode, message }) => [exitCode, message]),
    [
      [1, "Cannot write f: the disk is full (ENOSPC)."],
      [1, "Cannot write f: the disk is read-only (EROFS)."],
      [1, "Cannot write f: the disk reports (EIO)."],
    ],
  );
});
