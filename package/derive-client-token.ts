import { deriveClientToken as tokenOf } from "../lambda/intake/client-token.ts";

/** What the client token of a request is made of. Ids, not ARNs. */
export interface TransferIds {
  /** `intentId` of the request, or the event's `id` if it has none. */
  readonly intentId: string;
  readonly instanceId: string;
  readonly contactId: string;
  readonly contactFlowId: string;
  /** Not together with `userId`. @default - the flow decides */
  readonly queueId?: string;
  /** Not together with `queueId`. @default - the flow decides */
  readonly userId?: string;
}

/**
 * The client token of a request: the same for every delivery, retry and replay of an intent, and the key under which its outcomes
 * arrive. The formula is frozen.
 *
 * @throws TypeError for ids of which no request is made, such as ARNs: their token would never be found.
 */
export function deriveClientToken({ queueId, userId, ...ids }: TransferIds): string {
  const { intentId, instanceId, contactId, contactFlowId } = ids;
  requireIds({ intentId, instanceId, contactId, contactFlowId });
  requireIds({ ...(queueId != null && { queueId }), ...(userId != null && { userId }) });
  if (queueId != null && userId != null) throw new TypeError("Give at most one of queueId and userId.");
  if (queueId != null) return tokenOf({ ...ids, destination: { kind: "queue", queueId } });
  if (userId != null) return tokenOf({ ...ids, destination: { kind: "user", userId } });
  return tokenOf({ ...ids, destination: { kind: "flow" } });
}

function requireIds(ids: Readonly<Record<string, unknown>>): void {
  for (const [name, id] of Object.entries(ids)) {
    if (typeof id !== "string" || id === "") throw new TypeError(`${name} must be an id.`);
    if (name !== "intentId" && id.startsWith("arn:"))
      throw new TypeError(`${name} must be an id, not an ARN: ${id}.`);
  }
}
