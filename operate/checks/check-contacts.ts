import { formatDuration } from "../../cli/duration.ts";
import { isReportable } from "../../cli/errors.ts";
import { type ContactReads, readEvidence } from "../../lambda/resolve/read-evidence.ts";
import { readsPerSecond } from "../../lambda/resolve/reads-at-pace.ts";
import type { TransferMethods } from "../../lambda/resolve/successors.ts";
import { answerOf, explainError, isHopeless } from "../aws/explain-error.ts";
import { type ContactOf, contactKey } from "../letters/contact-of.ts";
import type { Session } from "../session.ts";
import { createContactReads } from "./contact-reads.ts";
import { describeEnd } from "./describe-evidence.ts";

const perSecond = readsPerSecond.describeContact;

/** Whether a contact can be transferred, according to Connect. */
export interface ContactCheck {
  /** Undefined if Connect could not be asked. */
  readonly canBeTransferred?: boolean;
  readonly why: string;
}

/** A check of each contact, by instance and contact. */
export type ContactChecks = ReadonlyMap<string, ContactCheck>;

/** So many failed calls in a row end the checks: the next ones would fail too, each after its retries. */
const maxFruitless = 3;

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
  let fruitless = 0;
  let stopped: string | undefined;
  for (const [key, contact] of byKey) {
    if (signal.aborted) stopped ??= interrupted;
    if (stopped !== undefined) {
      checks.set(key, unchecked(stopped));
      continue;
    }
    try {
      checks.set(key, (await checkContact(contact, reads, deployment, signal)) ?? unchecked(interrupted));
      fruitless = 0;
    } catch (error) {
      if (!isReportable(error)) throw error;
      checks.set(key, unchecked(error.message));
      const isAnswered = answerOf(error).$metadata?.httpStatusCode !== undefined;
      if (isHopeless(error) || !isAnswered || ++fruitless === maxFruitless) stopped = error.message;
    }
    terminal.progress(`Asking Connect: ${checks.size} of ${byKey.size} contacts`);
  }
  terminal.progress(undefined);
  return checks;
}

const interrupted = "the run was interrupted";

function unchecked(why: string): ContactCheck {
  return { why: `not checked: ${why}` };
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
    throw explainError(error, { action: "connect:DescribeContact", of: `the instance ${instanceId}` });
  }
}

function cannot(why: string): ContactCheck {
  return { canBeTransferred: false, why };
}
