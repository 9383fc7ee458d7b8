// Generated from events/schemas by `npm run generate`: change the schema, not this file.
import type { ValidateFunction } from "ajv";
import type { ContactTransferRequested } from "./contact-transfer-requested.ts";

export const validate: ValidateFunction<ContactTransferRequested>;
