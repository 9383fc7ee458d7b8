import { type ContactChecks, checkContacts, notAsked } from "../../operate/checks/check-contacts.ts";
import { createContactReads } from "../../operate/checks/contact-reads.ts";
import { contactKey, contactOf } from "../../operate/letters/contact-of.ts";
import { intentIdOf } from "../../operate/letters/identify-letter.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { isOutcomeId } from "../../operate/letters/letter-of-outcome.ts";
import {
  type JudgedLetter,
  judgeLetter,
  sketchUnknown,
  verdictRulesOf,
} from "../../operate/resolve/judge-letter.ts";
import type { Session } from "../../operate/session.ts";
import type { WriteCommand } from "../command-line.ts";
import type { ContactNow } from "../protocol/letters.ts";

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
    resolution: judged && resolutionOf(judged),
    commandLine: judged
      ? write(["dlq", "resolve"], which)
      : write(["dlq", "list"], { ...which, check: true }),
  };
}

function resolutionOf(judged: JudgedLetter): ContactNow["resolution"] {
  const { judgement, readAt } = judged;
  const successor = "successor" in judgement ? judgement.successor : {};
  return {
    found: judgement.found,
    by: "by" in judgement ? judgement.by : undefined,
    ...successor,
    contactIds: "successorIds" in judgement ? judgement.successorIds : undefined,
    why: "why" in judgement ? judgement.why : undefined,
    readAt,
    isFinal: judgement.isFinal,
    text: meaningOf(judged),
  };
}

function meaningOf({ as, action, judgement }: JudgedLetter): string {
  if (!judgement.isFinal && judgement.found !== "unreadable") {
    return "Connect's reads may still lag behind the last request: ask again later.";
  }
  if (as === "Succeeded")
    return "The transfer was made. dlq resolve --yes publishes that and deletes the dead letter.";
  if (action === "replay") return "No request was carried out and the contact is open: a replay is safe.";
  return as === "none"
    ? "No request of this intent has transferred the contact."
    : "Whether a request has transferred the contact cannot be proven.";
}
