import { hash } from "node:crypto";
import type { Intent } from "./intent.ts";

/**
 * The token of a request to Connect: the same for every delivery, retry and replay of an intent, but another one for a
 * different request under the same intentId. Test vectors freeze the formula: changing it in the middle of a backlog
 * would transfer contacts twice.
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
