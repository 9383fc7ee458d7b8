import type { TransferMethods } from "../settings.ts";
import type { Evidence, SeenContact, TreeEntry } from "./evidence.ts";

/**
 * Initiation methods that count as a transfer unless the deployment names others. Which one TransferContact's new contact has,
 * nothing public says.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_Contact.html
 */
export const defaultTransferMethods: readonly string[] = ["TRANSFER", "API"];

/** Methods of contacts that follow another one without having been transferred from it. */
const otherMethods: readonly string[] = [
  "AGENT_REPLY",
  "CALLBACK",
  "DISCONNECT",
  "EXTERNAL_OUTBOUND",
  "FLOW",
  "INBOUND",
  "MONITOR",
  "OUTBOUND",
  "WEBRTC_API",
];

export interface Successors {
  readonly transferred: readonly TreeEntry[];
  /** Follow the contact in a way that nothing public explains: neither a transfer nor certainly none. */
  readonly unclear: readonly TreeEntry[];
}

/**
 * The contacts that took the place of `contact`. The tree also holds whole email threads and related contacts: a successor
 * names the contact as its previous one, on the same channel.
 */
export function successorsOf(
  contact: Pick<SeenContact, "contactId" | "channel">,
  tree: Evidence["tree"],
  { transferMethods }: TransferMethods,
): Successors {
  const followers = tree.entries.filter(
    ({ contactId, previousContactId, channel }) =>
      contactId !== contact.contactId &&
      previousContactId === contact.contactId &&
      (channel === undefined || channel === contact.channel),
  );
  const once = [...new Map(followers.map((entry) => [entry.contactId, entry])).values()];
  const isOneOf = (listed: readonly string[]) => (entry: TreeEntry) =>
    listed.some((method) => method === entry.initiationMethod);
  const isTransfer = isOneOf(transferMethods);
  // A deployment that does not list API knows that its transfers do not bear it: such a contact is linked, as a task can be.
  const isOther = isOneOf([...otherMethods, "API"]);
  return {
    transferred: once.filter(isTransfer),
    unclear: once.filter((entry) => !isTransfer(entry) && !isOther(entry)),
  };
}
