import { hash } from "node:crypto";
import type { Intent } from "./intent.ts";

/**
 * The token under which Connect is asked: the same for every delivery, put-back and replay of an intent, another one
 * for another request under the same intentId. The formula is frozen by test vectors: changing it in the middle of a
 * backlog would transfer twice.
 */
export function deriveClientToken(intent: Intent): string {
  const { destination } = intent;
  const identity = JSON.stringify([
    "v1",
    intent.intentId,
    intent.instanceId,
    intent.contactId,
    intent.contactFlowId,
    destination.kind === "queue" ? destination.queueId : null,
    destination.kind === "user" ? destination.userId : null,
  ]);
  return `ct1-${hash("sha256", identity, "base64url")}`;
}
