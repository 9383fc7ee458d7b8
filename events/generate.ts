/**
 * Generates from the schemas the TypeScript types, and the validator of an intent as plain JavaScript, so that the
 * function's bundle has no schema compiler (it would add 62 ms to each start). `npm run generate` writes both; a test
 * keeps them up to date.
 */
import { writeFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { compile } from "json-schema-to-typescript";
import { contracts, readSchema } from "./read-schema.ts";

export const generatedUrl = new URL("./generated/", import.meta.url);

/** The generated files by name; the same schemas and tool versions give the same text. */
export async function generate(): Promise<Record<string, string>> {
  const banner =
    "// Generated from events/schemas by `npm run generate`: change the schema, not this file.\n";
  const files: Record<string, string> = {};
  for (const contract of contracts) {
    const types = await compile(await readSchema(contract), contract, {
      bannerComment: "",
      ignoreMinAndMaxItems: true,
      style: { printWidth: 110 },
    });
    files[`${contract}.ts`] = banner + types;
  }
  files["validate-requested.js"] = banner + (await compileValidator());
  files["validate-requested.d.ts"] =
    banner +
    'import type { ValidateFunction } from "ajv";\n' +
    'import type { ContactTransferRequested } from "./contact-transfer-requested.ts";\n\n' +
    "export const validate: ValidateFunction<ContactTransferRequested>;\n\n" +
    "/** As much of a JSON Schema as there is in the contract. */\n" +
    "export interface Schema {\n" +
    "  readonly $ref?: string;\n" +
    "  readonly $comment?: string;\n" +
    "  readonly required?: readonly string[];\n" +
    "  readonly properties?: Readonly<Record<string, Schema>>;\n" +
    "  readonly $defs?: Readonly<Record<string, Schema>>;\n" +
    "}\n\n" +
    "/** The members of the contract, and in words what is expected of them. */\n" +
    "export const schema: Schema;\n";
  return files;
}

/**
 * The intent's validator: strict, no coercion, no defaults, all errors; and the schema itself, whose `$comment`s describe
 * what is expected. Code checks the instants: `format` is a note to other readers of the schema.
 */
async function compileValidator(): Promise<string> {
  const ajv = new Ajv2020({
    allErrors: true,
    messages: false,
    strict: true,
    strictRequired: false,
    validateFormats: false,
    code: { source: true, esm: true, lines: true },
  });
  const withoutDocs: unknown = JSON.parse(
    JSON.stringify(await readSchema("contact-transfer-requested"), (key, value) =>
      ["title", "description"].includes(key) && typeof value === "string" ? undefined : value,
    ),
  );
  const code = standaloneCode.default(ajv, ajv.compile(withoutDocs as object));
  return `${code}\nexport const schema = ${JSON.stringify(withoutDocs)};\n`;
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await generate()))
    await writeFile(new URL(name, generatedUrl), text);
}
