// Generated from events/schemas by `npm run generate`: change the schema, not this file.
import type { ValidateFunction } from "ajv";
import type { ContactTransferRequested } from "./contact-transfer-requested.ts";

export const validate: ValidateFunction<ContactTransferRequested>;

/** As much of a JSON Schema as there is in the contract. */
export interface Schema {
  readonly $ref?: string;
  readonly $comment?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** The members of the contract, and in words what is expected of them. */
export const schema: Schema;
