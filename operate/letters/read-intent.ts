import { parseJson } from "../../cli/json.ts";
import { createContract } from "../../events/contract.ts";
import type { ContactTransferRequested } from "../../events/generated/contact-transfer-requested.ts";
import { deriveClientToken } from "../../lambda/intake/client-token.ts";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import { type Intent, reduceIntent } from "../../lambda/intake/intent.ts";
import { parseEnvelope } from "../../lambda/intake/parse-envelope.ts";
import { invalidIntent, type Violation } from "../../lambda/refusal.ts";
import type { ConnectInstance, Instances } from "../../lambda/settings.ts";

/** A body, parsed. */
export type IntentReading =
  | {
      readonly kind: "intent";
      readonly envelope: unknown;
      readonly intent: Intent;
      readonly clientToken: string;
    }
  | {
      /** Not an intent. `envelope` exists if the body is JSON. */
      readonly kind: "other";
      readonly envelope?: unknown;
      readonly message: string;
      readonly violations: readonly Violation[];
    };

const contract = createContract({ instanceIdRequired: false });

/**
 * Reads a body as the function does: contract, intentId, client token. Instances that the tool does not know are taken
 * from the ARNs in the intent.
 */
export function readIntent(body: string, known: Instances): IntentReading {
  const parsed = parseEnvelope(body);
  if ("refusal" in parsed) {
    const { message, violations = [] } = parsed.refusal;
    // A body that is too long can still be JSON, in which an operator recognizes the intent.
    return { kind: "other", envelope: parseJson(body), message, violations };
  }
  const envelope = parsed.value;
  if (!contract(envelope)) {
    const [first, ...others] = contract.errors;
    const { message } = invalidIntent([first ?? { path: "", message: "it breaks the contract" }, ...others]);
    return { kind: "other", envelope, message, violations: contract.errors };
  }
  const reduced = reduceIntent(envelope, instancesOf(envelope, known));
  if (!reduced.intent) return { kind: "other", envelope, message: reduced.refusal.message, violations: [] };
  return {
    kind: "intent",
    envelope,
    intent: reduced.intent,
    clientToken: deriveClientToken(reduced.intent),
  };
}

/** The known instances and those that the envelope names by ARN. */
function instancesOf({ detail }: ContactTransferRequested, known: Instances): Instances {
  const named = [detail.instanceId, detail.contactId, detail.contactFlowId, detail.queueId, detail.userId]
    .map((text) => parseConnectArn(text ?? ""))
    .filter((arn) => arn !== undefined)
    .map(({ instanceId, instanceArn }): ConnectInstance => ({ id: instanceId, arn: instanceArn }));
  const unknown = named.filter(({ id }) => !known.byId.has(id));
  if (unknown.length === 0) return known;
  return {
    byId: new Map([...known.byId, ...unknown.map((instance) => [instance.id, instance] as const)]),
    defaultInstance: known.defaultInstance ?? named[0],
  };
}
