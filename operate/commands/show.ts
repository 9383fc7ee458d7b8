import { checkContacts, contactKey, contactOf } from "../checks/check-contacts.ts";
import { intentIdOf, matches } from "../letters/filters.ts";
import type { Letter } from "../letters/letter.ts";
import { describeLetter, letterJson } from "../print/describe-letter.ts";
import { oldestFirst, type Selection } from "../receive/select-letters.ts";
import { type Session, withLetters } from "../session.ts";

export interface ShowOptions extends Selection {
  /** Message ids or their beginnings, or intent ids. */
  readonly ids: readonly string[];
  readonly json: boolean;
  readonly check: boolean;
}

/** Shows letters whole. An id that no letter has fails the command. */
export async function runShow(options: ShowOptions, session: Session): Promise<number> {
  const { clock, terminal } = session;
  const isMeant = (letter: Letter) =>
    options.ids.some((id) => letter.messageId.startsWith(id) || intentIdOf(letter) === id) &&
    matches(letter, options.filter, clock.now());
  const received = await withLetters(
    session,
    (letter) => (isMeant(letter) ? letter : undefined),
    async (found) => found,
  );
  const letters = oldestFirst(received.kept, options.limit);
  const checks = options.check
    ? await checkContacts(
        letters.flatMap((letter) => contactOf(letter) ?? []),
        session,
      )
    : undefined;
  const shown = letters.map((letter) => {
    const contact = contactOf(letter);
    const check = contact && checks?.get(contactKey(contact));
    return { letter, check };
  });
  const facts = { now: clock.now(), retentionMs: received.retentionMs, deployment: session.deployment };
  const missing = options.ids.filter(
    (id) => !letters.some((letter) => letter.messageId.startsWith(id) || intentIdOf(letter) === id),
  );
  if (options.json) {
    const document = { letters: shown.map(({ letter, check }) => letterJson(letter, facts, check)), missing };
    terminal.print(JSON.stringify(document, undefined, 2));
  } else {
    for (const { letter, check } of shown)
      terminal.print(
        `${describeLetter(letter, facts, terminal, options.check ? (check ?? "not asked") : undefined)}\n`,
      );
  }
  for (const id of missing) {
    const where = received.mayBeMore === undefined ? "" : ` (${received.mayBeMore})`;
    terminal.note(`No dead letter has the id or intent ${id}${where}. See npm run dlq -- list.`);
  }
  return missing.length > 0 ? 1 : 0;
}
