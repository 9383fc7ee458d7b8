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
 */
export function deriveClientToken({ queueId, userId, ...ids }: TransferIds): string {
  if (queueId !== undefined) return tokenOf({ ...ids, destination: { kind: "queue", queueId } });
  if (userId !== undefined) return tokenOf({ ...ids, destination: { kind: "user", userId } });
  return tokenOf({ ...ids, destination: { kind: "flow" } });
}
