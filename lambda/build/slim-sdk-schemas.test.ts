import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { slimSchemas, slimSdkSchemas } from "./slim-sdk-schemas.ts";

const require = createRequire(import.meta.url);

describe("the schemas of a client have the same values with literal keys:", () => {
  for (const client of ["connect", "eventbridge", "sqs"]) {
    it(client, async () => {
      const plain = await importSchemas(client, []);
      const literal = await importSchemas(client, [slimSdkSchemas()]);
      assert.ok(Object.keys(plain).length > 50);
      assert.equal(describeValue(literal), describeValue(plain));
    });
  }
});

describe("the build fails if the SDK's source has", () => {
  const cases = [
    {
      name: "a key that is not a constant of the file",
      source: 'const _a = "b";\nexport var X$ = [3, { [_c]: 1 }];',
      message: /_c is not a string constant \(some\/schemas_0\.js\)/,
    },
    { name: "no computed keys", source: "export var X$ = [3, { error: 1 }];", message: /no computed keys/ },
  ];
  for (const { name, source, message } of cases) {
    it(name, () => {
      assert.throws(() => slimSchemas(source, "some/schemas_0.js"), message);
    });
  }
});

async function importSchemas(client: string, plugins: Plugin[]): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), "schemas-"));
  try {
    const outfile = join(folder, "schemas.mjs");
    const main = require.resolve(`@aws-sdk/client-${client}`);
    const schemas = main.replace(/dist-cjs.*/, "dist-es/schemas/schemas_0.js");
    await build({ entryPoints: [schemas], outfile, bundle: true, format: "esm", platform: "node", plugins });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A whole value as text. Schemas refer to each other by functions, which are replaced by the name of what they return. */
function describeValue(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "function" ? `→ ${nameOf(member)}` : member,
  );
}

function nameOf(reference: unknown): string {
  const target: unknown = (reference as () => unknown)();
  return Array.isArray(target) ? `${target[1]}#${target[2]}` : String(target);
}
