import middy from "@middy/core";
import validator from "@middy/validator";
import type { Context } from "aws-lambda";
import { createContract } from "../../events/contract.ts";
import type { ContactTransferRequested } from "../../events/generated/contact-transfer-requested.ts";
import { invalidIntent, type Violation } from "../refusal.ts";
import type { Instances } from "../settings.ts";
import { type ReducedIntent, reduceIntent } from "./intent.ts";

/**
 * Validates each envelope on its own by @middy/validator: a validator of the batch would fail the whole batch for one
 * invalid record (https://github.com/middyjs/middy/issues/1095).
 */
export function createIntentValidator(instances: Instances): (envelope: unknown) => Promise<ReducedIntent> {
  const contract = createContract({ instanceIdRequired: instances.defaultInstance === undefined });
  // The types of @middy/validator require an Ajv instance; its code and documentation accept a compiled function.
  const options: object = { eventSchema: contract };
  const validate = middy<ContactTransferRequested, ReducedIntent>()
    .use(validator(options))
    .handler(async (envelope) => reduceIntent(envelope, instances));
  return async (envelope) => {
    try {
      return await validate(envelope as ContactTransferRequested, {} as Context);
    } catch (error) {
      const violations = violationsOf(error);
      if (!violations) throw error;
      return { refusal: invalidIntent(violations), intentId: validIntentId(envelope, violations) };
    }
  };
}

function violationsOf(error: unknown): [Violation, ...Violation[]] | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  const isFromValidator = (cause as { package?: string } | undefined)?.package === "@middy/validator";
  return isFromValidator ? (cause as { data: [Violation, ...Violation[]] }).data : undefined;
}

/** The identity of a refused envelope: `detail.intentId`, otherwise `id`, if it is valid. */
function validIntentId(envelope: unknown, violations: readonly Violation[]): string | undefined {
  const { id, detail } = (envelope ?? {}) as { id?: unknown; detail?: { intentId?: unknown } };
  const given = detail?.intentId;
  const [path, value] = given === undefined ? ["/id", id] : ["/detail/intentId", given];
  const isValid = typeof value === "string" && !violations.some((violation) => violation.path === path);
  return isValid ? value : undefined;
}
