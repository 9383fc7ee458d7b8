import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { withConfigFile } from "./read-config-file.ts";

const folder = await mkdtemp(join(tmpdir(), "contact-transfer-config-"));
after(() => rm(folder, { recursive: true }));

async function write(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

it("without a config file, the context stays as it is", async () => {
  assert.deepEqual(await withConfigFile({ batchSize: "5" }), { batchSize: "5" });
});

it("the file's settings apply unless the context overrides them", async () => {
  const config = await write("prod.json", '{ "batchSize": 5, "instanceArns": ["a", "b"] }');
  assert.deepEqual(await withConfigFile({ config, batchSize: "2" }), {
    batchSize: "2",
    instanceArns: ["a", "b"],
  });
});

for (const [name, content, why] of [
  ["broken.json", "{", "cannot be read: it is not JSON."],
  ["list.json", "[]", "is not an object of settings."],
  ["nested.json", '{ "config": "prod.json" }', "names another config file: give one file."],
] as const) {
  it(`${name} is refused in one sentence`, async () => {
    const config = await write(name, content);
    await assert.rejects(withConfigFile({ config }), {
      name: "SettingError",
      message: `config: "${config}" ${why}`,
    });
  });
}

it("a missing file is named in the error", async () => {
  await assert.rejects(withConfigFile({ config: "no-such.json" }), {
    message: 'config: "no-such.json" cannot be read: there is no such file.',
  });
});
