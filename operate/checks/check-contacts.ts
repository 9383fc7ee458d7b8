import { formatDuration } from "../../cli/duration.ts";
import { type ContactReads, readEvidence } from "../../lambda/resolve/read-evidence.ts";
import { readsPerSecond } from "../../lambda/resolve/reads-at-pace.ts";
import type { TransferMethods } from "../../lambda/resolve/successors.ts";
import { explainError } from "../aws/explain-error.ts";
import { type ContactOf, contactKey } from "../letters/contact-of.ts";
import type { Session } from "../session.ts";
import { createContactReads } from "./contact-reads.ts";
import { describeEnd } from "./describe-evidence.ts";

const perSecond = readsPerSecond.describeContact;

/** Whether a contact can be transferred, according to Connect. */
export interface ContactCheck {
  readonly canBeTransferred: boolean;
  readonly why: string;
}

/** Checks by instance and contact. */
export type ContactChecks = ReadonlyMap<string, ContactCheck>;

/** Asks Connect about each contact once, within the API's quota. After an abort, the rest is missing from the result. */
export async function checkContacts(
  contacts: Iterable<ContactOf>,
  {
    connect,
    clock,
    terminal,
    deployment,
    signal,
  }: Pick<Session, "connect" | "clock" | "terminal" | "deployment" | "signal">,
): Promise<ContactChecks> {
  const reads = createContactReads(connect, clock);
  const checks = new Map<string, ContactCheck>();
  const byKey = new Map(Array.from(contacts, (contact) => [contactKey(contact), contact]));
  noteLongCheck(byKey.size, terminal);
  for (const [key, contact] of byKey) {
    if (signal.aborted) break;
    const check = await checkContact(contact, reads, deployment, signal);
    if (check) checks.set(key, check);
    terminal.progress(`Asking Connect: ${checks.size} of ${byKey.size} contacts`);
  }
  terminal.progress(undefined);
  return checks;
}

/** Says how long it takes to ask Connect about many contacts. */
function noteLongCheck(contacts: number, { note }: Session["terminal"]): void {
  const ms = (contacts / perSecond) * 1000;
  if (ms < 60_000) return;
  note(
    `Asking Connect about ${contacts} contacts takes at least ${formatDuration(ms)}, at ${perSecond} per second; --limit and filters make it fewer.`,
  );
}

/** Why Connect was not asked about a contact. */
export const notAsked = "not checked: the instance is unknown (give --stack or --instance-arn)";

/** Undefined if the run is ended meanwhile. */
async function checkContact(
  contact: ContactOf,
  reads: ContactReads,
  rules: TransferMethods,
  signal: AbortSignal,
): Promise<ContactCheck | undefined> {
  const { instanceId, contactId } = contact;
  try {
    const input = { InstanceId: instanceId, ContactId: contactId };
    const answer = await reads.describeContact(input, signal);
    const { Contact = {} } = answer;
    if (Contact.DisconnectTimestamp) {
      // The contact itself has just been read.
      const describeContact: ContactReads["describeContact"] = async (asked, aborted) =>
        asked.ContactId === contactId ? answer : reads.describeContact(asked, aborted);
      const end = describeEnd(
        await readEvidence(contact, { ...reads, describeContact }, rules, signal),
        rules,
      );
      signal.throwIfAborted();
      return cannot(`the contact ended at ${Contact.DisconnectTimestamp.toISOString()}; ${end}`);
    }
    if (Contact.Channel !== "TASK" && Contact.Channel !== "EMAIL") {
      return cannot(`it is a ${Contact.Channel} contact; only TASK and EMAIL can be transferred`);
    }
    return { canBeTransferred: true, why: `open, ${Contact.Channel}` };
  } catch (error) {
    if (signal.aborted) return undefined;
    const { name } = error as Error;
    if (name === "ResourceNotFoundException")
      return cannot("Connect does not know the contact, or no longer");
    if (name === "InvalidRequestException") return cannot("Connect rejects the contact id");
    throw explainError(error, { action: "connect:DescribeContact", of: `contact ${contactKey(contact)}` });
  }
}

function cannot(why: string): ContactCheck {
  return { canBeTransferred: false, why };
}
