import type { Message } from "@aws-sdk/client-sqs";
import { UsageError } from "../../cli/errors.ts";
import type { Instances } from "../../lambda/settings.ts";
import { readFileLine } from "../files/letter-file.ts";
import { readLines } from "../files/read-lines.ts";
import { meets } from "../letters/filters.ts";
import { contentHash } from "../letters/hash.ts";
import { readLetter } from "../letters/read-letter.ts";
import type { Selection } from "../receive/select-letters.ts";
import { type NumberedLetter, outgoingOf } from "./import-letters.ts";

/** What of a file is imported. */
export interface LineSelection extends Selection {
  readonly file: string;
  /** Counted from 1. */
  readonly fromLine: number;
  /** Leaves out lines that are not dead letters. */
  readonly skipBroken: boolean;
  readonly instances: Instances;
  readonly now: number;
}

/** What is in the dead-letter queue already. */
export class Present {
  readonly #messageIds = new Set<string>();
  readonly #contents = new Map<string, number>();

  add({ MessageId = "", Body = "", MessageAttributes }: Message): void {
    this.#messageIds.add(MessageId);
    const hash = contentHash(Body, MessageAttributes);
    this.#contents.set(hash, (this.#contents.get(hash) ?? 0) + 1);
  }

  get isEmpty(): boolean {
    return this.#messageIds.size === 0;
  }

  /** A test of one message after the other: each message of the queue counts for one line. */
  matcher(now: number): (message: Message) => boolean {
    const left = new Map(this.#contents);
    return (message) => {
      if (message.MessageId !== undefined && this.#messageIds.has(message.MessageId)) return true;
      if (left.size === 0) return false;
      const { MessageBody = "", MessageAttributes } = outgoingOf(message, now);
      const hash = contentHash(MessageBody, MessageAttributes);
      const count = left.get(hash) ?? 0;
      left.set(hash, count - 1);
      return count > 0;
    };
  }
}

/** What became of the lines that are not imported. */
export interface LineCounts {
  selected: number;
  /** In the dead-letter queue already. */
  present: number;
  /** With the message id of an earlier line. */
  repeated: number;
  broken: number;
}

/**
 * The dead letters of a file that are to be imported, and the counts of the others.
 * @throws UsageError for a line that is not a dead letter, unless such lines are skipped
 */
export async function* selectLines(
  { file, fromLine, skipBroken, conditions, limit, instances, now }: LineSelection,
  present: Present,
  counts: LineCounts,
): AsyncGenerator<NumberedLetter> {
  const isPresent = present.matcher(now);
  const seen = new Set<string>();
  for await (const line of readLines(file)) {
    if (line.lineNumber < fromLine) continue;
    const message = readLine(line, now, skipBroken);
    if (message === undefined) {
      counts.broken++;
      continue;
    }
    // To read a dead letter takes far longer than to read its line.
    if (conditions.length > 0 && !meets(readLetter(message, instances), conditions, now)) continue;
    if (counts.selected === limit) return;
    const { MessageId } = message;
    if (MessageId !== undefined && seen.has(MessageId)) {
      counts.repeated++;
      continue;
    }
    if (MessageId !== undefined) seen.add(MessageId);
    counts.selected++;
    if (isPresent(message)) counts.present++;
    else yield { lineNumber: line.lineNumber, message };
  }
}

function readLine(
  line: Parameters<typeof readFileLine>[0],
  now: number,
  skipBroken: boolean,
): Message | undefined {
  try {
    return readFileLine(line, now);
  } catch (error) {
    if (skipBroken && error instanceof UsageError) return undefined;
    throw error;
  }
}
