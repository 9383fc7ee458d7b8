import { formatDuration } from "../../cli/duration.ts";
import { isReportable } from "../../cli/errors.ts";
import { type ContactReads, readEvidence } from "../../lambda/resolve/read-evidence.ts";
import { readsPerSecond } from "../../lambda/resolve/reads-at-pace.ts";
import type { TransferMethods } from "../../lambda/settings.ts";
import { explainError } from "../aws/explain-error.ts";
import { type ContactOf, contactKey } from "../letters/contact-of.ts";
import type { Session } from "../session.ts";
import { createContactReads, type OperatorReads } from "./contact-reads.ts";
import { describeEnd } from "./describe-evidence.ts";
import { whyNotTransferable } from "./transferable-channels.ts";

const perSecond = readsPerSecond.describeContact;

/** Whether a contact can be transferred, according to Connect. */
export interface ContactCheck {
  /** Undefined if Connect could not be asked. */
  readonly canBeTransferred?: boolean;
  readonly why: string;
}

/** A check of each contact, by instance and contact. */
export type ContactChecks = ReadonlyMap<string, ContactCheck>;

/**
 * Asks Connect about each contact once, within the API's quota. A contact that Connect could not be asked about has a check
 * that says why: what else a command shows does not depend on it.
 */
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
    const check = whyNot(reads, signal) ?? (await checkContact(contact, reads, deployment, signal));
    checks.set(key, typeof check === "string" ? { why: `not checked: ${check}` } : check);
    terminal.progress(`Asking Connect: ${checks.size} of ${byKey.size} contacts`);
  }
  terminal.progress(undefined);
  return checks;
}

/** Why Connect is not asked about any more contacts. */
function whyNot({ blocked }: OperatorReads, { aborted }: AbortSignal): string | undefined {
  return aborted ? "the run was interrupted" : blocked;
}

/** Whether Connect could not be asked about one of them. */
export function isIncomplete(checks: ContactChecks | undefined): boolean {
  return Array.from(checks?.values() ?? []).some(({ canBeTransferred }) => canBeTransferred === undefined);
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
export const notAsked = "not checked: the instance is unknown; give --stack or --instance-arn";

/** What Connect says, or why it could not be asked. */
async function checkContact(
  contact: ContactOf,
  reads: OperatorReads,
  rules: TransferMethods,
  signal: AbortSignal,
): Promise<ContactCheck | string> {
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
    const why = whyNotTransferable(Contact.Channel);
    if (why !== undefined) return cannot(why);
    return { canBeTransferred: true, why: `open, ${Contact.Channel}` };
  } catch (error) {
    const why = whyNot(reads, signal);
    if (why !== undefined) return why;
    const { name } = error as Error;
    if (name === "ResourceNotFoundException")
      return cannot("Connect does not know the contact, or no longer");
    if (name === "InvalidRequestException") return cannot("Connect rejects the contact id");
    const of = `the instance ${instanceId}`;
    const explained = explainError(error, { action: "connect:DescribeContact", of });
    if (isReportable(explained)) return explained.message;
    throw error;
  }
}

function cannot(why: string): ContactCheck {
  return { canBeTransferred: false, why };
}
