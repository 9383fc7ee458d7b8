import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { readAssembly } from "./read-assembly.ts";

const stack = {
  type: "aws:cloudformation:stack",
  environment: "aws://111122223333/eu-central-1",
  properties: { templateFile: "T.template.json", stackName: "Transfers" },
};

async function writeAssembly(context: TestContext, artifacts: object): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "assembly-"));
  context.after(() => rm(directory, { recursive: true }));
  const files = {
    "manifest.json": { artifacts },
    "T.template.json": { Resources: {} },
    "T.assets.json": { files: { abc: { source: { path: "asset.abc", packaging: "zip" } } } },
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), JSON.stringify(content));
  }
  return directory;
}

const assets = { type: "cdk:asset-manifest", properties: { file: "T.assets.json" } };

it("an assembly gives its stack's name, Region, template, and the code by its S3 key", async (context) => {
  const directory = await writeAssembly(context, { T: stack, "T.assets": assets });
  const assembly = await readAssembly(directory);
  assert.equal(assembly.stackName, "Transfers");
  assert.equal(assembly.region, "eu-central-1");
  assert.deepEqual(assembly.template, { Resources: {} });
  assert.equal(assembly.findCode("abc.zip"), join(directory, "asset.abc"));
  assert.throws(() => assembly.findCode("other.zip"), /no folder for the code other\.zip/);
});

it("a stack of any environment gets a Region", async (context) => {
  const anywhere = { ...stack, environment: "aws://unknown-account/unknown-region" };
  const assembly = await readAssembly(await writeAssembly(context, { T: anywhere, "T.assets": assets }));
  assert.equal(assembly.region, "us-east-1");
});

it("an assembly of several stacks is refused", async (context) => {
  const directory = await writeAssembly(context, { T: stack, U: stack, "T.assets": assets });
  await assert.rejects(readAssembly(directory), /holds several stacks/);
});
