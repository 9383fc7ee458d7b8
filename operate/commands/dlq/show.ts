import type { Command } from "commander";
import { exitCodes } from "../../../cli/errors.ts";
import { printable } from "../../../cli/print/table.ts";
import { printJson } from "../../../cli/print/terminal.ts";
import type { CommandContext } from "../../../cli/run-command.ts";
import { checkContacts, isIncomplete } from "../../checks/check-contacts.ts";
import { contactKey, contactOf } from "../../letters/contact-of.ts";
import { meets } from "../../letters/filters.ts";
import { intentIdOf } from "../../letters/identify-letter.ts";
import type { DeadLetter } from "../../letters/letter.ts";
import { runWithLetters } from "../../open-session.ts";
import { addFilterOptions, addQueueOptions, type LetterFlags } from "../../options.ts";
import { describeLetter, letterJson } from "../../print/describe-letter.ts";
import { oldestFirst, type Selection } from "../../receive/select-letters.ts";
import { type Session, withLetters } from "../../session.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("Shows dead letters in full: intent, failure, history, time left. Changes nothing.")
    .argument("<id...>", "message id or its beginning, or intentId");
  const conditions = addFilterOptions(command);
  command.optionsGroup("Show:").option("--check", "ask Connect whether the contact can still be transferred");
  addQueueOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer dlq show 0f3a1b2c
  npx contact-transfer dlq show order-4711-cancelled --check`,
    )
    .action((ids: string[], options: LetterFlags & { check?: true }) =>
      runWithLetters(options, context, (session) => {
        const { limit, json = false, check = false } = options;
        return runShow({ conditions, limit, json, check, ids }, session);
      }),
    );
}

export interface ShowOptions extends Selection {
  /** Message ids or their beginnings, or intentIds. */
  readonly ids: readonly string[];
  readonly json: boolean;
  readonly check: boolean;
}

/** Shows dead letters in full. An id that none has makes the command fail. */
export async function runShow(options: ShowOptions, session: Session): Promise<number> {
  const { clock, terminal } = session;
  const isMeant = (letter: DeadLetter) =>
    options.ids.some((id) => letter.messageId.startsWith(id) || intentIdOf(letter) === id) &&
    meets(letter, options.conditions, clock.now());
  const received = await withLetters(
    session,
    (letter) => (isMeant(letter) ? letter : undefined),
    async (found) => found,
  );
  const letters = oldestFirst(received.kept, options.limit);
  const contacts = letters.flatMap((letter) => contactOf(letter) ?? []);
  const checks = options.check ? await checkContacts(contacts, session) : undefined;
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
    const { seen, mayBeMore } = received;
    const documents = shown.map(({ letter, check }) => letterJson(letter, facts, check));
    const document = { seen, mayBeMore, missing, letters: documents };
    printJson(terminal, document);
  } else {
    for (const { letter, check } of shown)
      terminal.print(
        `${describeLetter(letter, facts, terminal, options.check ? (check ?? "not asked") : undefined)}\n`,
      );
  }
  for (const id of missing) {
    const why = received.mayBeMore === undefined ? "" : ` (${received.mayBeMore})`;
    terminal.note(`No dead letter has the message id or intentId ${printable(id)}${why}. See dlq list.`);
  }
  const isUnchecked =
    options.check && shown.some(({ letter, check }) => letter.reading.kind === "intent" && !check);
  if (missing.length === 0)
    return isUnchecked || isIncomplete(checks) ? exitCodes.incomplete : exitCodes.done;
  return received.mayBeMore === undefined ? exitCodes.failed : exitCodes.incomplete;
}
