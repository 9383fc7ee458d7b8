import type { Evidence, SeenContact } from "../../lambda/resolve/evidence.ts";
import { successorsOf } from "../../lambda/resolve/successors.ts";
import type { TransferMethods } from "../../lambda/settings.ts";

/** What became of a contact that has ended, as far as Connect's reads show it: a clause that follows its end. */
export function describeEnd({ contact, tree, successor }: Evidence, rules: TransferMethods): string {
  if (contact.kind === "failed") return contact.why;
  if (tree.kind === "failed") return `its successors are not known: ${tree.why}`;
  const { transferred } = successorsOf(contact, tree, rules);
  const [only, ...more] = transferred;
  if (!only) return "nobody transferred it";
  if (more.length > 0) return `it was transferred to ${transferred.length} contacts: ${ids(transferred)}`;
  const by = contact.quickConnectTo.includes(only.contactId)
    ? "an agent transferred it"
    : "it was transferred";
  const where = successor?.kind === "seen" ? `, which ${placeOf(successor)}` : "";
  return `${by} to contact ${only.contactId}${where}`;
}

function placeOf({ endedAt, queueId, agentId }: SeenContact): string {
  if (endedAt !== undefined) return `ended at ${new Date(endedAt).toISOString()}`;
  if (agentId !== undefined) return `is with agent ${agentId}`;
  return queueId === undefined ? "is in no queue yet" : `waits in queue ${queueId}`;
}

function ids(contacts: readonly { readonly contactId: string }[]): string {
  return contacts.map(({ contactId }) => contactId).join(", ");
}
