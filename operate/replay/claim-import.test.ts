import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { claimImport } from "./claim-import.ts";

const queueUrl = "https://sqs.eu-west-2.amazonaws.com/111122223333/dead";
const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
const { signal } = new AbortController();

function setTemporaryFolder(context: TestContext, folder: string) {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  context.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
}

/** A folder for claims, and the names of those in it. */
async function start(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "claims-"));
  setTemporaryFolder(context, folder);
  context.after(() => rm(folder, { recursive: true }));
  const claims = join(folder, `contact-transfer-${process.getuid?.() ?? "user"}`);
  return { claims, named: () => readdir(claims) };
}

it("a claim that keeps an import from running is named, and is gone with the import", async (context) => {
  const { claims, named } = await start(context);
  {
    using _ = await claimImport(queueUrl, clock, signal);
    const [name = ""] = await named();
    await assert.rejects(claimImport(queueUrl, clock, signal), {
      message: new RegExp(`process ${process.pid} imports into this queue`),
      hint: new RegExp(`is another program, delete ${join(claims, name)} first`),
    });
    using other = await claimImport(`${queueUrl}-2`, clock, signal);
    assert.ok(other);
  }
  assert.deepEqual(await named(), []);
});

it("a claim of a killed process that had the number of this one counts for nothing", async (context) => {
  const { claims, named } = await start(context);
  const claim = await claimImport(queueUrl, clock, signal);
  const [name = ""] = await named();
  claim[Symbol.dispose]();
  await writeFile(join(claims, name), "");
  using again = await claimImport(queueUrl, clock, signal);
  assert.ok(again);
  assert.ok(!(await named()).includes(name));
});

// With some folders of /proc, Node's recursive mkdir never returns.
for (const folder of ["/nonexistent", "/dev/null", "/proc/nonexistent"]) {
  it(`a temporary folder that cannot be used is named: ${folder}`, async (context) => {
    setTemporaryFolder(context, folder);
    await assert.rejects(claimImport(queueUrl, clock, signal), {
      name: "UsageError",
      message: new RegExp(`^Cannot write ${folder}/.*; set TMPDIR to another folder\\.$`),
    });
  });
}
