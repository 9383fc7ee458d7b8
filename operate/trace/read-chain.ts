import type { SeenContact, SeenTree } from "../../lambda/resolve/evidence.ts";
import {
  type ContactReads,
  type ReadContact,
  seeContact,
  seeTree,
} from "../../lambda/resolve/read-evidence.ts";
import { resolutionOf } from "../../lambda/resolve/resolve-effect.ts";
import { successorsOf } from "../../lambda/resolve/successors.ts";
import type { TransferMethods } from "../../lambda/settings.ts";
import type { ContactStep } from "../aws/contact-events.ts";
import { createContactReads } from "../checks/contact-reads.ts";
import { contactOf } from "../letters/contact-of.ts";
import { describeResolution } from "../print/describe-resolution.ts";
import { judgeLetter, sketchUnknown, verdictRulesOf } from "../resolve/judge-letter.ts";
import type { Session } from "../session.ts";
import type { ChainFacts, ChainLink } from "./chain.ts";
import type { Trace } from "./trace.ts";

/** What Connect shows of a chain now. */
export interface ReadChain extends ChainFacts {
  /** Of each dead letter whose effect is unknown. */
  readonly verdicts: readonly string[];
  /** Why some of it could not be read. */
  readonly unread: readonly string[];
  /** The contact, if Connect does not know it: then there is no chain. */
  readonly unknownContact?: string;
}

/** Asks Connect for the chain of the traced contact, and for verdicts on unknown effects. */
export async function readChain(id: string, trace: Trace, session: Session): Promise<ReadChain> {
  const { connect, clock, deployment, signal } = session;
  const reads = createContactReads(connect, clock);
  const verdicts: string[] = [];
  for (const letter of trace.letters) {
    const unknown = sketchUnknown(letter, deployment, clock.now());
    if (!unknown) continue;
    const { judgement, readAt } = await judgeLetter(unknown, reads, verdictRulesOf(deployment), signal);
    const early =
      judgement.isFinal || judgement.found === "unreadable" ? "" : " (not final: the reads may still lag)";
    verdicts.push(`${letter.messageId}: ${describeResolution(resolutionOf(judgement, readAt))}${early}`);
  }
  const start = contactIn(id, trace, session);
  const chain = start
    ? await followTree(start, reads, deployment, signal)
    : {
        links: [],
        steps: [],
        unread: ["Connect could not be asked: the instance is unknown; give --instance-arn."],
      };
  return { ...chain, verdicts };
}

/** What to report of a contact that Connect does not know. */
export function describeUnknown({ unknownContact }: Pick<ReadChain, "unknownContact">): string[] {
  return unknownContact === undefined ? [] : [`Connect does not know the contact ${unknownContact}.`];
}

/** The traced contact, or the one of the traced intent. */
function contactIn(
  id: string,
  { outcomes, letters }: Trace,
  { deployment }: Session,
): ReadContact | undefined {
  const requests = outcomes.flatMap(({ detail }) => detail.request ?? []);
  const contacts = [...requests, ...letters.flatMap((letter) => contactOf(letter) ?? [])];
  const [first] = contacts;
  if (first && contacts.some(({ contactId }) => contactId === id)) return { ...first, contactId: id };
  const isContact = outcomes.some((one) => "response" in one.detail && one.detail.response.contactId === id);
  if (first) return isContact ? { ...first, contactId: id } : first;
  const { defaultInstance } = deployment.instances;
  return defaultInstance && { instanceId: defaultInstance.id, contactId: id };
}

/** From a contact back to the first of its chain, and from there to all that followed. */
async function followTree(
  { instanceId, contactId }: ReadContact,
  reads: ContactReads,
  rules: TransferMethods,
  signal: AbortSignal,
): Promise<Omit<ReadChain, "verdicts">> {
  let isUnknown = false;
  const listAssociatedContacts: ContactReads["listAssociatedContacts"] = async (input, aborted) => {
    try {
      return await reads.listAssociatedContacts(input, aborted);
    } catch (error) {
      isUnknown = error instanceof Error && error.name === "ResourceNotFoundException";
      throw error;
    }
  };
  const tree = await seeTree(instanceId, contactId, { ...reads, listAssociatedContacts }, signal);
  if (isUnknown) return { links: [], steps: [], unread: [], unknownContact: contactId };
  if (tree.kind === "failed") return { links: [], steps: [], unread: [`${tree.why}.`] };
  const links: ChainLink[] = [];
  const steps: ContactStep[] = [];
  const unread: string[] = [];
  const open = [firstOf(contactId, tree, rules)];
  const seen = new Set<string>();
  for (let from = open.shift(); from !== undefined; from = open.shift()) {
    if (seen.has(from)) continue;
    seen.add(from);
    const contact = await seeContact(instanceId, from, reads, signal);
    if (contact.kind === "failed") {
      unread.push(`${contact.why}, for ${from}.`);
      continue;
    }
    steps.push(...stepsOf(contact, reads.now()));
    for (const { contactId: to } of successorsOf(contact, tree, rules).transferred) {
      links.push({ from, to, by: contact.quickConnectTo.includes(to) ? "agent" : "unknown" });
      open.push(to);
    }
  }
  return { links, steps, unread };
}

function firstOf(contactId: string, tree: SeenTree, { transferMethods }: TransferMethods): string {
  const entries = new Map(tree.entries.map((entry) => [entry.contactId, entry]));
  let first = contactId;
  for (let hop = 0; hop < entries.size; hop++) {
    const { previousContactId, initiationMethod = "" } = entries.get(first) ?? {};
    if (previousContactId === undefined || !transferMethods.includes(initiationMethod)) break;
    first = previousContactId;
  }
  return first;
}

/** Where a contact is now, and when it ended. */
function stepsOf({ contactId, queueId, agentId, endedAt }: SeenContact, readAt: number): ContactStep[] {
  const place = { ...(queueId && { queueId }), ...(agentId && { agentId }) };
  return [
    { contactId, type: "SEEN", at: readAt, ...place },
    ...(endedAt === undefined ? [] : [{ contactId, type: "DISCONNECTED", at: endedAt }]),
  ];
}
