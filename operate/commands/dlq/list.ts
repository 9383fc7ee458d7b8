import type { Command } from "commander";
import { formatDuration } from "../../../cli/duration.ts";
import { exitCodes } from "../../../cli/errors.ts";
import { formatDetailedTable, printable, wrapText } from "../../../cli/print/table.ts";
import { printJson } from "../../../cli/print/terminal.ts";
import type { CommandContext } from "../../../cli/run-command.ts";
import { type ContactChecks, checkContacts, isIncomplete, notAsked } from "../../checks/check-contacts.ts";
import { contactKey } from "../../letters/contact-of.ts";
import { describeLetterReason } from "../../letters/reasons.ts";
import { runWithLetters } from "../../open-session.ts";
import { addFilterOptions, addQueueOptions, type LetterFlags } from "../../options.ts";
import { type LetterSummary, requestText, summarizeLetter } from "../../print/summarize-letter.ts";
import type { Received } from "../../receive/receive-letters.ts";
import {
  countReasons,
  countText,
  letterCount,
  noneSelected,
  oldestFirst,
  type Selection,
  seenCode,
  selector,
} from "../../receive/select-letters.ts";
import { type Session, withLetters } from "../../session.ts";

export function define(command: Command, context: CommandContext): void {
  command.description(
    "Shows what is in the dead-letter queue and why: counts by reason with the usual next step, then each dead letter. Changes nothing.",
  );
  const conditions = addFilterOptions(command);
  command
    .optionsGroup("List:")
    .option("--check", "ask Connect whether each contact can still be transferred");
  addQueueOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer dlq list
  npx contact-transfer dlq list --reason InvalidIntent,NotAllowed --newer-than 6h
  npx contact-transfer dlq list --where detail.metadata.region=eu --check`,
    )
    .action((options: LetterFlags & { check?: true }) =>
      runWithLetters(options, context, (session) => {
        const { limit, json = false, check = false } = options;
        return runList({ conditions, limit, json, check }, session);
      }),
    );
}

export interface ListOptions extends Selection {
  readonly json: boolean;
  /** Asks Connect about each contact. */
  readonly check: boolean;
}

/** The rows that a terminal gets without `--limit`. */
const defaultRows = 50;

/** Counts by reason, then the dead letters. Everything is visible again before anything is printed. */
export async function runList(options: ListOptions, session: Session): Promise<number> {
  const { clock, terminal } = session;
  const { keep, reasons } = selector(options, clock, summarizeLetter);
  const received = await withLetters(session, keep, async (found) => found);
  const selected = oldestFirst(received.kept);
  const shown = selected.slice(
    0,
    options.limit ?? (options.json || !terminal.width ? undefined : defaultRows),
  );
  const contacts = shown.flatMap(({ contact }) => contact ?? []);
  const checks = options.check ? await checkContacts(contacts, session) : undefined;
  const isUnchecked = checks !== undefined && shown.some(({ isIntent, contact }) => isIntent && !contact);
  const code = isUnchecked || isIncomplete(checks) ? exitCodes.incomplete : seenCode(received);
  if (options.json) {
    printJson(terminal, listJson(received, selected, shown, checks, clock.now()));
    return code;
  }
  terminal.print(`${countText(received)} in ${session.deadLetterQueue().url}`);
  if (selected.length === 0) {
    if (received.seen > 0) terminal.print(noneSelected(received, reasons));
    return code;
  }
  if (selected.length < received.seen) terminal.print(`${selected.length} match`);
  terminal.print(`\n${reasonsText(selected, session)}`);
  terminal.print("");
  for (const text of letterTexts(shown, checks, session)) terminal.print(text);
  if (shown.length < selected.length) {
    terminal.print(`… and ${selected.length - shown.length} more: --limit N shows more, filters show others`);
  }
  for (const text of uncheckedTexts(checks)) terminal.print(`\n${wrapText(text, "", terminal.width)}`);
  const unknown = selected.filter(({ isIntent, effect }) => isIntent && effect === "unknown").length;
  if (unknown > 0) {
    const text = `${letterCount(unknown)} may have transferred the contact (effect unknown): dlq resolve finds out.`;
    terminal.print(`\n${wrapText(text, "", terminal.width)}`);
  }
  terminal.print("\nShow one in full: dlq show ID. Preview a replay: dlq replay (same filters).");
  return code;
}

function reasonsText(letters: readonly LetterSummary[], { terminal }: Session): string {
  return countReasons(letters)
    .map(([reason, count]) => {
      const { meaning, nextStep } = describeLetterReason(reason);
      const head = `${String(count).padStart(6)}  ${terminal.paint("bold", printable(reason))}`;
      return [
        head,
        wrapText(`${meaning}.`, indent, terminal.width),
        wrapText(`Next: ${nextStep}.`, indent, terminal.width),
      ].join("\n");
    })
    .join("\n");
}

const indent = " ".repeat(8);

/**
 * A row for each dead letter, then why it failed, where it was to go, and what Connect says, each on lines of its own: at
 * 80 columns nothing of that is cut.
 */
function letterTexts(
  letters: readonly LetterSummary[],
  checks: ContactChecks | undefined,
  { clock, terminal }: Session,
): string[] {
  const now = clock.now();
  const { width, paint } = terminal;
  const rows = letters.map((letter) => ({
    cells: [
      letter.messageId.slice(0, 8),
      formatDuration(now - letter.failedAt),
      letter.reason,
      letter.intentId ?? "-",
    ],
    details: [letter.message, requestText(letter), ...(checks ? [checkText(letter, checks)] : [])],
  }));
  const [head = "", ...texts] = formatDetailedTable(["ID", "AGE", "REASON", "INTENT"], rows, width, 3);
  return [paint("bold", head), ...texts];
}

function checkText({ contact, isIntent }: LetterSummary, checks: ContactChecks): string {
  if (!isIntent) return "not checked: it is not an intent";
  if (!contact) return notAsked;
  const { canBeTransferred, why = notAsked } = checks.get(contactKey(contact)) ?? {};
  return canBeTransferred === undefined ? "not checked: see below" : `check: ${why}`;
}

/** What prevented the checks that could not be made, each once. */
function uncheckedTexts(checks: ContactChecks | undefined): string[] {
  const unchecked = Array.from(checks?.values() ?? []).filter(
    ({ canBeTransferred }) => canBeTransferred === undefined,
  );
  return Array.from(
    Map.groupBy(unchecked, ({ why }) => why),
    ([why, { length }]) => `${length === 1 ? "1 contact was" : `${length} contacts were`} ${why}`,
  );
}

function listJson(
  received: Received<unknown>,
  selected: readonly LetterSummary[],
  shown: readonly LetterSummary[],
  checks: ContactChecks | undefined,
  now: number,
) {
  return {
    seen: received.seen,
    isComplete: received.mayBeMore === undefined,
    mayBeMore: received.mayBeMore,
    selected: selected.length,
    reasons: countReasons(selected).map(([reason, count]) => ({
      reason,
      count,
      ...describeLetterReason(reason),
    })),
    letters: shown.map(({ contact, isIntent: _, effect: __, failedAt, sentAt, ...letter }) => ({
      ...letter,
      instanceId: contact?.instanceId,
      failedAt: new Date(failedAt).toISOString(),
      ageSeconds: Math.round((now - failedAt) / 1000),
      expiresFromQueueAt: new Date(sentAt + received.retentionMs).toISOString(),
      check: contact && checks?.get(contactKey(contact)),
    })),
  };
}
