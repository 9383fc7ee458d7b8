import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const validators = new Map<string, ValidateFunction>();

/** Parses what a command has printed with `--json`, and holds it to the schema that is published for it. */
export function readDocument(name: string, printed: string | undefined) {
  const document = JSON.parse(printed ?? "");
  const validate = validators.get(name) ?? compile(name);
  const isValid: boolean = validate(document);
  assert.ok(isValid, JSON.stringify(validate.errors, undefined, 2));
  return document;
}

function compile(name: string): ValidateFunction {
  const url = new URL(`../../events/schemas/cli/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(url, "utf8")));
  validators.set(name, validate);
  return validate;
}
