import type {
  AssociatedContactSummary,
  Contact as ContactDescription,
  ContactInitiationMethod,
} from "@aws-sdk/client-connect";
import { ConnectApiError } from "../connect-api-error.ts";
import type { Contact, Instance } from "./world-state.ts";

/**
 * A contact as DescribeContact shows it at an instant, which may lag behind the world.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_Contact.html
 */
export function describeContact({ arn }: Instance, contact: Contact, at: number): ContactDescription {
  const { agent, quickConnectTo } = contact;
  const startedAt = new Date(contact.startedAt);
  const endedAt = endAt(contact, at);
  const agentSince = agent && agent.connectedAt <= at ? new Date(agent.connectedAt) : undefined;
  return {
    Arn: `${arn}/contact/${contact.id}`,
    Id: contact.id,
    InitialContactId: contact.initialContactId,
    PreviousContactId: contact.previousContactId,
    RelatedContactId: contact.relatedContactId,
    InitiationMethod: contact.initiationMethod,
    Channel: contact.channel,
    QueueInfo: contact.queueId ? { Id: contact.queueId, EnqueueTimestamp: startedAt } : undefined,
    AgentInfo: agent && agentSince ? { Id: agent.userId, ConnectedToAgentTimestamp: agentSince } : undefined,
    InitiationTimestamp: startedAt,
    LastUpdateTimestamp: endedAt ?? agentSince ?? startedAt,
    DisconnectTimestamp: endedAt,
    DisconnectReason: endedAt && contact.disconnectReason,
    NextContacts:
      quickConnectTo && endedAt
        ? [
            {
              Type: "QUICK_CONNECT",
              NextContactMetadata: { QuickConnectContactData: { ContactId: quickConnectTo } },
            },
          ]
        : undefined,
  };
}

/** The instant a contact has ended by `at`. */
function endAt(contact: Contact, at: number): Date | undefined {
  return contact.endsAt <= at ? new Date(contact.endsAt) : undefined;
}

export interface TreePage {
  readonly ContactSummaryList: AssociatedContactSummary[];
  readonly NextToken?: string;
}

const largestPage = 100;

/**
 * The tree that a contact belongs to, oldest first, as ListAssociatedContacts shows it at an instant: its whole chain and the
 * contacts related to any of it, as in an email thread.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListAssociatedContacts.html
 * @throws ConnectApiError InvalidRequestException for a page size or token that the API rejects.
 */
export function listAssociatedContacts(
  instance: Instance,
  contact: Contact,
  at: number,
  { maxResults, nextToken }: { readonly maxResults?: string; readonly nextToken?: string },
): TreePage {
  const size = pageSize(maxResults);
  const from = pageStart(nextToken);
  const root = rootOf(contact);
  const tree = [...instance.contacts.values()]
    .filter((other) => other.startedAt <= at && rootOf(other) === root)
    .toSorted((a, b) => a.startedAt - b.startedAt);
  const next = from + size < tree.length ? tokenOf(from + size) : undefined;
  return {
    ContactSummaryList: tree.slice(from, from + size).map((other) => summarize(instance, other, at)),
    NextToken: next,
  };
}

/** A related contact belongs to the tree of the one that it is related to. */
function rootOf({ id, initialContactId, relatedContactId }: Contact): string {
  return initialContactId ?? relatedContactId ?? id;
}

function summarize({ arn }: Instance, contact: Contact, at: number): AssociatedContactSummary {
  return {
    ContactId: contact.id,
    ContactArn: `${arn}/contact/${contact.id}`,
    InitiationTimestamp: new Date(contact.startedAt),
    DisconnectTimestamp: endAt(contact, at),
    InitialContactId: contact.initialContactId,
    PreviousContactId: contact.previousContactId,
    RelatedContactId: contact.relatedContactId,
    InitiationMethod: contact.initiationMethod satisfies ContactInitiationMethod,
    Channel: contact.channel,
  };
}

function pageSize(maxResults: string | undefined): number {
  if (maxResults === undefined) return largestPage;
  const size = Number(maxResults);
  if (Number.isInteger(size) && size >= 1 && size <= largestPage) return size;
  throw new ConnectApiError("InvalidRequestException", `maxResults must be between 1 and ${largestPage}`);
}

function tokenOf(start: number): string {
  return Buffer.from(`from-${start}`).toString("base64url");
}

function pageStart(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, start] = /^from-(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  if (start !== undefined) return Number(start);
  throw new ConnectApiError("InvalidRequestException", "NextToken is not one of this API's");
}
