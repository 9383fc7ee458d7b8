import middy from "@middy/core";
import validator from "@middy/validator";
import { transpileSchema } from "@middy/validator/transpile";
import type { SQSEvent } from "aws-lambda";
import schema from "../../events/schemas/contact-transfer-requested.schema.json" with { type: "json" };
import { handler as transfer } from "./bare.ts";

const envelopes = middy<unknown, void>()
  .use(validator({ eventSchema: transpileSchema(schema, { strict: false }) }))
  .handler(async () => {});

/** The bare handler behind middy's validator, which compiles its schema at run time as its documentation shows. */
export const handler = async (event: SQSEvent) => {
  for (const { body } of event.Records) await envelopes(JSON.parse(body), {} as never);
  await transfer(event);
};
