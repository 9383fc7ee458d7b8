import type { ChainContact, ChainLink } from "./chain.ts";
import { instant } from "./instant.ts";

/** A line for each contact of a chain, with who transferred it and what happened to it there. */
export function describeChain(chain: readonly ChainContact[]): string {
  return ["The chain of contacts:", ...chain.map((contact) => `  ${describeContact(contact)}`)].join("\n");
}

/** The chain as `--json` prints it. */
export function chainJson(chain: readonly ChainContact[]) {
  return chain.map(({ queuedAt, connectedToAgentAt, endedAt, ...contact }) => ({
    ...contact,
    ...(queuedAt !== undefined && { queuedAt: iso(queuedAt) }),
    ...(connectedToAgentAt !== undefined && { connectedToAgentAt: iso(connectedToAgentAt) }),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
  }));
}

function describeContact({ contactId, from, ...life }: ChainContact): string {
  const { queueId, queuedAt, agentId, connectedToAgentAt, endedAt } = life;
  const parts = [
    from && describeLink(from),
    queuedAt !== undefined && `queued at ${instant(queuedAt)}${queueId ? ` in ${queueId}` : ""}`,
    queuedAt === undefined && queueId && `in queue ${queueId}`,
    connectedToAgentAt !== undefined &&
      `connected to the agent ${agentId ?? "(unknown)"} at ${instant(connectedToAgentAt)}`,
    connectedToAgentAt === undefined && agentId && `with the agent ${agentId}`,
    endedAt !== undefined && `ended at ${instant(endedAt)}`,
  ].filter((part) => part);
  const arrow = from ? "→ " : "";
  return parts.length > 0 ? `${arrow}${contactId}: ${parts.join(", ")}` : `${arrow}${contactId}`;
}

/** Who transferred a contact, in words. */
export function describeLink({ by, intentId }: ChainLink): string {
  const intent = intentId === undefined ? "an intent" : `the intent ${intentId}`;
  switch (by) {
    case "intent":
      return `transferred by ${intent}`;
    case "likely-intent":
      return `most likely transferred by ${intent}`;
    case "agent":
      return "transferred by an agent";
    case "other":
      return "transferred by somebody else";
    case "unknown":
      return "transferred, by whom is not known";
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
