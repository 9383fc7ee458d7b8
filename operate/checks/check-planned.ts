import { contactKey } from "../letters/contact-of.ts";
import { type Decision, type Planned, skip } from "../replay/plan-replay.ts";
import type { Prepared } from "../replay/sketch-letter.ts";
import type { Session } from "../session.ts";
import { type ContactChecks, checkContacts, notAsked } from "./check-contacts.ts";

/** Skips what Connect says cannot succeed, or what it could not be asked about. */
export async function checkPlanned(
  planned: readonly Planned[],
  session: Session,
): Promise<readonly Planned[]> {
  const contactIn = ({ group, decision }: Planned) => {
    const { prepared } = group.letters[0];
    return decision.kind === "replay" && prepared.kind === "ready" ? prepared : undefined;
  };
  const contacts = planned.flatMap((each) => contactIn(each)?.contact ?? []);
  const checks = await checkContacts(contacts, session);
  return planned.map((each) => {
    const ready = contactIn(each);
    return ready ? { group: each.group, decision: judge(each.decision, ready, checks) } : each;
  });
}

function judge(
  decision: Decision,
  { intent, contact }: Prepared & { kind: "ready" },
  checks: ContactChecks,
): Decision {
  if (!intent) return skip("NotChecked", "it is not an intent, so it names no contact to ask about");
  if (!contact) return skip("NotChecked", notAsked);
  const check = checks.get(contactKey(contact));
  if (check?.canBeTransferred) return decision;
  const why = check?.why ?? notAsked;
  return skip(check?.canBeTransferred === false ? "CannotSucceed" : "NotChecked", why);
}
