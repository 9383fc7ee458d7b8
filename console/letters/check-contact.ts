import { type ContactChecks, checkContacts, notAsked } from "../../operate/checks/check-contacts.ts";
import { createContactReads } from "../../operate/checks/contact-reads.ts";
import { contactKey, contactOf } from "../../operate/letters/contact-of.ts";
import { intentIdOf } from "../../operate/letters/identify-letter.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { isOutcomeId } from "../../operate/letters/letter-of-outcome.ts";
import { judgeLetter, sketchUnknown, verdictRulesOf } from "../../operate/resolve/judge-letter.ts";
import type { Session } from "../../operate/session.ts";
import type { WriteCommand } from "../command-line.ts";
import type { ContactNow } from "../protocol/letters.ts";
import { verdictOf } from "./verdict-of.ts";

/** Asks Connect about the contact of a dead letter: its state, and for an unknown effect what became of it. */
export async function checkContact(
  letter: DeadLetter,
  session: Session,
  write: WriteCommand,
): Promise<ContactNow> {
  const { clock, deployment, connect, signal } = session;
  const contact = contactOf(letter);
  const checks: ContactChecks = contact ? await checkContacts([contact], session) : new Map();
  const check = contact && checks.get(contactKey(contact));
  const unknown = sketchUnknown(letter, deployment, clock.now());
  const judged =
    unknown && contact
      ? await judgeLetter(unknown, createContactReads(connect, clock), verdictRulesOf(deployment), signal)
      : undefined;
  // What is known from the log has another id in the queue.
  const isLogged = isOutcomeId(letter.messageId);
  const which = isLogged ? { intent: intentIdOf(letter) } : { "message-id": letter.messageId };
  return {
    readAt: clock.now(),
    canBeTransferred: check?.canBeTransferred,
    why: check?.why ?? (letter.reading.kind === "intent" ? notAsked : "not checked: it is not an intent"),
    resolution: judged && verdictOf(judged),
    commandLine: judged
      ? write(["dlq", "resolve"], which)
      : write(["dlq", "list"], { ...which, check: true }),
  };
}
