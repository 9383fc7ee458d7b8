import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { failedDetailType, succeededDetailType } from "../events/detail-types.ts";
import { readSchema } from "../events/read-schema.ts";

const ajv = new Ajv2020({ allErrors: true });
const validators = new Map([
  [succeededDetailType, ajv.compile(await readSchema("contact-transfer-succeeded"))],
  [failedDetailType, ajv.compile(await readSchema("contact-transfer-failed"))],
]);

/** Asserts that an outcome event conforms to its published schema. */
export function assertOutcome(outcome: {
  detailType: string;
  source: string;
  resources: string[];
  detail: unknown;
}) {
  const { detailType, ...event } = outcome;
  const validate = validators.get(detailType);
  assert.ok(validate, `no schema of ${detailType}`);
  validate({ ...event, "detail-type": detailType });
  assert.deepEqual(validate.errors ?? [], []);
}
