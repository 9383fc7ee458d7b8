import type { ReadCalls } from "../ports.ts";
import type { TransferMethods } from "../settings.ts";
import type { Evidence, FailedRead, PartOfTree, SeenContact, SeenTree } from "./evidence.ts";
import { successorsOf } from "./successors.ts";

/** Connect's reads, each at a pace of its own. */
export interface ContactReads extends ReadCalls {
  /** Milliseconds since 1970. */
  now(): number;
}

/** A contact, and the instance that it belongs to. */
export interface ReadContact {
  readonly instanceId: string;
  readonly contactId: string;
}

/** A tree has at most 12 contacts of a chain; an email thread adds its own. More pages than this are not believed. */
const maxPages = 50;

/**
 * Reads what a verdict about the contact needs: the contact, all pages of its tree, and its successor if there is exactly
 * one. The first two always; a read that fails is evidence of nothing and does not throw.
 */
export async function readEvidence(
  { instanceId, contactId }: ReadContact,
  reads: ContactReads,
  rules: TransferMethods,
  signal: AbortSignal,
): Promise<Evidence> {
  const readAt = reads.now();
  const contact = await seeContact(instanceId, contactId, reads, signal);
  if (contact.kind === "failed") return { contact, tree: notRead, readAt };
  const tree = await seeTree(instanceId, contactId, reads, signal);
  if (tree.kind === "failed") return { contact, tree, readAt };
  const { transferred, unclear } = successorsOf(contact, tree, rules);
  const [only] = transferred;
  if (!only || transferred.length > 1 || unclear.length > 0) return { contact, tree, readAt };
  return { contact, tree, successor: await seeContact(instanceId, only.contactId, reads, signal), readAt };
}

const notRead: PartOfTree = {
  kind: "failed",
  why: "the contacts associated with it were not read",
  entries: [],
};

/** DescribeContact of one contact. */
export async function seeContact(
  instanceId: string,
  contactId: string,
  reads: ContactReads,
  signal: AbortSignal,
): Promise<SeenContact | FailedRead> {
  try {
    const { Contact } = await reads.describeContact({ InstanceId: instanceId, ContactId: contactId }, signal);
    if (Contact?.Id !== contactId || !Contact.Channel)
      return unreadable("DescribeContact", "no such contact in the answer");
    return {
      kind: "seen",
      contactId,
      channel: Contact.Channel,
      initiatedAt: Contact.InitiationTimestamp?.getTime(),
      endedAt: Contact.DisconnectTimestamp?.getTime(),
      disconnectReason: Contact.DisconnectReason,
      queueId: Contact.QueueInfo?.Id,
      agentId: Contact.AgentInfo?.Id,
      quickConnectTo: (Contact.NextContacts ?? []).flatMap(({ NextContactMetadata }) => {
        const id = NextContactMetadata?.QuickConnectContactData?.ContactId;
        return id === undefined ? [] : [id];
      }),
    };
  } catch (error) {
    return unreadable("DescribeContact", nameOf(error));
  }
}

/** ListAssociatedContacts of one contact, all pages. */
export async function seeTree(
  instanceId: string,
  contactId: string,
  reads: ContactReads,
  signal: AbortSignal,
): Promise<SeenTree | PartOfTree> {
  const entries: SeenTree["entries"][number][] = [];
  const failed = (why: string): PartOfTree => ({
    ...unreadable("ListAssociatedContacts", why),
    entries,
  });
  let token: string | undefined;
  try {
    for (let page = 0; page < maxPages; page++) {
      const input = { InstanceId: instanceId, ContactId: contactId, MaxResults: 100, NextToken: token };
      const { ContactSummaryList, NextToken } = await reads.listAssociatedContacts(input, signal);
      if (!ContactSummaryList) return failed("no list in the answer");
      for (const summary of ContactSummaryList) {
        if (summary.ContactId === undefined) return failed("an entry without an id");
        entries.push({
          contactId: summary.ContactId,
          previousContactId: summary.PreviousContactId,
          initiationMethod: summary.InitiationMethod,
          channel: summary.Channel,
          initiatedAt: summary.InitiationTimestamp?.getTime(),
        });
      }
      if (!NextToken) return { kind: "seen", entries };
      token = NextToken;
    }
    return failed(`more than ${maxPages} pages`);
  } catch (error) {
    return failed(nameOf(error));
  }
}

function unreadable(operation: string, why: string): FailedRead {
  return { kind: "failed", why: `${operation} failed: ${why}` };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
