import type { Slot } from "../../operate/files/letter-spool.ts";
import { type Cause, causeOf } from "../../operate/letters/cause.ts";
import { type Findable, findableOf } from "../../operate/letters/filters.ts";
import { clientTokenOf } from "../../operate/letters/identify-letter.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { summarizeLetter } from "../../operate/print/summarize-letter.ts";
import type { LetterRow } from "../protocol/letters.ts";

/** What is kept of a dead letter in memory: enough to filter, group and list it, and no body. */
export interface IndexedLetter {
  readonly findable: Findable;
  readonly row: LetterRow;
  readonly cause: Cause;
  readonly sentAt: number;
  /** Where all of it is. */
  readonly slot: Slot;
}

export function indexLetter(letter: DeadLetter, slot: Slot): IndexedLetter {
  const cause = causeOf(letter);
  const { messages, envelope: _, ...findable } = findableOf(letter);
  const { contact: __, sentAt, messageId, ...summary } = summarizeLetter(letter);
  return {
    findable: { ...findable, causeId: cause.id, messages: messages.map((message) => message.slice(0, 1000)) },
    row: {
      id: messageId,
      causeId: cause.id,
      ...summary,
      clientToken: clientTokenOf(letter),
      effect: letter.history.effect,
      replays: letter.history.replays,
    },
    cause,
    sentAt,
    slot,
  };
}
