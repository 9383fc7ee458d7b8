import type { Message } from "@aws-sdk/client-sqs";
import pMap from "p-map";
import { attributeNames } from "../../lambda/intake/history.ts";
import type { Clock } from "../../lambda/ports.ts";
import type { Instances } from "../../lambda/settings.ts";
import { messageGroup } from "../../lambda/settle/dead-letter.ts";
import { withHistory } from "../../lambda/settle/enqueued-message.ts";
import { messageBytes } from "../../lambda/settle/queue-message.ts";
import type { EntryAnswer, Outgoing, Queue } from "../aws/queue.ts";
import { intentIdOf } from "../letters/identify-letter.ts";
import { readLetter, readPast } from "../letters/read-letter.ts";
import { inBatches, maxBatchBytes } from "../receive/batches.ts";
import { createStopper, type Stopper } from "../receive/stopper.ts";
import type { AuditLog } from "./audit-log.ts";
import { sendMessages, whyNotSent } from "./send-messages.ts";

/** A dead letter of a file, with its line. */
export interface NumberedLetter {
  readonly lineNumber: number;
  readonly message: Message;
}

export interface ImportDeps {
  readonly deadLetterQueue: Queue;
  readonly instances: Instances;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** When the import began: what has no instant of its own counts as sent then. */
  readonly now: number;
  readonly onImported?: (count: number) => void;
  readonly signal: AbortSignal;
}

export interface FailedLine {
  readonly lineNumber: number;
  readonly why: string;
  /** The answer is missing: it may be in the queue. */
  readonly maybeSent: boolean;
}

export interface Imported {
  readonly imported: number;
  readonly failed: readonly FailedLine[];
  /** The first line that was not tried. */
  readonly nextLine?: number;
  /** Why the import ended early, if not by its signal. */
  readonly stopped?: string;
}

/** So many are in the audit file before they are sent. */
const maxLetters = 100;
const maxBytes = 8 * 1024 * 1024;
const batchesAtOnce = 8;
/** So many batches in a row of which SQS accepts nothing end the import. */
const maxFruitless = 3;

/** A dead letter, and what is sent of it. */
interface Numbered extends NumberedLetter {
  readonly outgoing: Outgoing;
  readonly bytes: number;
}

/** Sends messages to the dead-letter queue, several batches at a time, and reads the answer for each. */
export async function importLetters(
  letters: AsyncIterable<NumberedLetter>,
  deps: ImportDeps,
): Promise<Imported> {
  const { now, signal } = deps;
  const stopper = createStopper(signal);
  const run = new ImportRun(deps, stopper);
  let these: Numbered[] = [];
  let bytes = 0;
  const flush = async () => {
    await run.send(these).catch((error) => stopper.stop((error as Error).message));
    these = [];
    bytes = 0;
  };
  for await (const letter of letters) {
    const outgoing = outgoingOf(letter.message, now);
    const size = messageBytes(outgoing);
    if (these.length === maxLetters || bytes + size > maxBytes) await flush();
    if (stopper.signal.aborted) return run.end(these[0] ?? letter);
    if (size > maxBatchBytes) {
      run.refuse(letter, "it is larger than 1 MiB, the most that SQS accepts");
      continue;
    }
    these.push({ ...letter, outgoing, bytes: size });
    bytes += size;
  }
  await flush();
  return run.end();
}

class ImportRun {
  readonly #deps: ImportDeps;
  readonly #stopper: Stopper;
  readonly #failed: FailedLine[] = [];
  #imported = 0;
  #fruitless = 0;
  #untried: NumberedLetter | undefined;

  constructor(deps: ImportDeps, stopper: Stopper) {
    this.#deps = deps;
    this.#stopper = stopper;
  }

  /** Records what is about to be sent, sends it, and records what was sent. @throws ToolError if it cannot be recorded */
  async send(letters: readonly Numbered[]): Promise<void> {
    const { audit, instances } = this.#deps;
    const about = letters.map(({ lineNumber, message }) => ({
      lineNumber,
      oldMessageId: message.MessageId,
      intentId: intentIdOf(readLetter(message, instances)),
    }));
    try {
      audit.write(about.map((each) => ({ action: "importing", ...each })));
    } catch (error) {
      this.#untried ??= letters[0];
      throw error;
    }
    const sent = new Map<number, string | undefined>();
    const batches = inBatches(letters, ({ bytes }) => bytes);
    await pMap(batches, (batch) => this.#sendBatch(batch, sent), { concurrency: batchesAtOnce });
    const done = about.filter(({ lineNumber }) => sent.has(lineNumber));
    audit.write(done.map((each) => ({ action: "imported", ...each, messageId: sent.get(each.lineNumber) })));
  }

  refuse({ lineNumber }: NumberedLetter, why: string): void {
    this.#failed.push({ lineNumber, why, maybeSent: false });
  }

  /** `next` is the first one that has not come to its turn. */
  end(next?: NumberedLetter): Imported {
    return {
      imported: this.#imported,
      failed: this.#failed.toSorted((a, b) => a.lineNumber - b.lineNumber),
      nextLine: (this.#untried ?? next)?.lineNumber,
      stopped: this.#stopper.stopped,
    };
  }

  async #sendBatch(batch: readonly Numbered[], sent: Map<number, string | undefined>): Promise<void> {
    const { deadLetterQueue: queue, clock, onImported } = this.#deps;
    const { signal, stop } = this.#stopper;
    // Batches begin in their order: the first that does not begin has the first line.
    this.#untried ??= signal.aborted ? batch[0] : undefined;
    if (signal.aborted) return;
    const messages = batch.map(({ outgoing }) => outgoing);
    const answers = await sendMessages(messages, { queue, clock, onHopeless: stop, signal });
    let count = 0;
    for (const [index, { lineNumber }] of batch.entries()) {
      const answer: EntryAnswer | undefined = answers[index];
      if (answer?.isDone) {
        sent.set(lineNumber, answer.messageId);
        count++;
      } else this.#failed.push({ lineNumber, ...whyNotSent(answer) });
    }
    this.#imported += count;
    onImported?.(this.#imported);
    this.#fruitless = count === 0 && !signal.aborted ? this.#fruitless + 1 : 0;
    if (this.#fruitless === maxFruitless) stop(`SQS accepts nothing (${this.#failed.at(-1)?.why}).`);
  }
}

/**
 * The message as it was. To SQS it is a new one: if nothing inside it would show its age and effect any more, a `History`
 * is added that does. The same line gives the same message each time.
 */
export function outgoingOf(message: Message, now: number): Outgoing {
  const { Body = "", MessageAttributes = {}, Attributes = {} } = message;
  const group = messageGroup(Attributes.MessageGroupId);
  const { history, reason } = readPast(message);
  const after = readPast({ ...message, Attributes: { SentTimestamp: String(now) } }).history;
  const isYounger = (after.firstSentAt ?? now) > (history.firstSentAt ?? now);
  const isMoreCertain = after.effect === "none" && history.effect === "unknown";
  if (!isYounger && !isMoreCertain) return { MessageBody: Body, ...group, MessageAttributes };
  const { [attributeNames.history]: _, ...others } = MessageAttributes;
  const attributes = { ...withHistory(others, history, reason) };
  return { MessageBody: Body, ...group, MessageAttributes: attributes };
}
