import type { Message } from "@aws-sdk/client-sqs";
import type { DeadLetter } from "./letters/letter.ts";
import { readLetter } from "./letters/read-letter.ts";
import type { MessageLease } from "./receive/lease.ts";
import { receiveLetters } from "./receive/receive-letters.ts";
import { oldestFirst, refuseAmbiguousIds, type Selection, selector } from "./receive/select-letters.ts";
import { Window } from "./receive/window.ts";
import type { Selected, Sketch, Work, WorkThrough } from "./receive/work.ts";
import { type Session, showReleased, withLetters } from "./session.ts";

/** So many of a window are parsed at a time. */
const lettersAtOnce = 500;
/** In this many passes in a row that find none of what is left, somebody else has it. */
const maxIdlePasses = 2;

/**
 * Looks at the whole queue and makes a sketch of each selected dead letter, then lets `work` handle them. Bodies are in
 * memory, and messages are hidden from others, only a window at a time: what does not fit is released and received again
 * later. So is what another consumer got hold of meanwhile, or what a sleep of this machine let go.
 */
export async function withSelected<T extends Sketch, R>(
  session: Session,
  selection: Selection,
  { sketch, windowLetters }: { sketch: (letter: DeadLetter) => T; windowLetters: number },
  work: (selected: Selected<T>, workThrough: WorkThrough) => Promise<R>,
): Promise<R> {
  const { clock, signal } = session;
  const { conditions, limit } = selection;
  const first = new Window(Math.min(limit ?? windowLetters, windowLetters));
  const { keep, reasons } = selector(selection, clock, sketch);
  const keepWindow = (letter: DeadLetter, message: Message) => {
    const kept = keep(letter);
    if (kept) first.offer(message);
    return kept;
  };
  return withLetters(session, keepWindow, async (found, lease) => {
    refuseAmbiguousIds(conditions, found.kept);
    const sketches = oldestFirst(found.kept, limit);
    const selected = { sketches, received: found, reasons };
    const ids = new Set(sketches.map(({ messageId }) => messageId));
    const messages = first.take().filter(({ MessageId = "" }) => ids.has(MessageId));
    const inWindow = new Set(messages.map(({ MessageId = "" }) => MessageId));
    await lease.releaseExcept(inWindow, showReleased(session.terminal));
    session.terminal.progress(undefined);
    // A queue that could not be read to its end is not the queue that the operator means.
    if (signal.aborted) return work(selected, async ({ messageIds }) => new Set(messageIds));
    // Those that are left of the first work were released at its end: the next one receives them again.
    return work(selected, (todo) => workThrough(todo, messages.splice(0), windowLetters, session, lease));
  });
}

async function workThrough(
  { messageIds, onLetters, signal }: Work,
  first: readonly Message[],
  windowLetters: number,
  session: Session,
  lease: MessageLease,
): Promise<ReadonlySet<string>> {
  const left = new Set(messageIds);
  let messages = first;
  for (let idlePasses = 0; ; ) {
    const these = messages.filter(({ MessageId = "" }) => left.has(MessageId));
    await lease.releaseExcept(new Set(these.map(({ MessageId = "" }) => MessageId)));
    const leftBefore = left.size;
    while (these.length > 0 && !signal.aborted) {
      const letters = these
        .splice(0, lettersAtOnce)
        .map((message) => readLetter(message, session.deployment.instances));
      for (const messageId of await onLetters(letters, lease)) left.delete(messageId);
    }
    idlePasses = left.size < leftBefore ? 0 : idlePasses + 1;
    await lease.releaseExcept(new Set());
    if (left.size === 0 || signal.aborted || idlePasses > maxIdlePasses) return left;
    messages = await receiveWindow(left, windowLetters, session, lease);
  }
}

async function receiveWindow(
  wanted: ReadonlySet<string>,
  windowLetters: number,
  { clock, deployment, signal, waitSeconds, deadLetterQueue }: Session,
  lease: MessageLease,
): Promise<Message[]> {
  const window = new Window(windowLetters);
  const found = new Set<string>();
  await receiveLetters({
    queue: deadLetterQueue(),
    lease,
    clock,
    instances: deployment.instances,
    keep({ messageId }, message) {
      if (wanted.has(messageId)) {
        found.add(messageId);
        window.offer(message);
      }
      return undefined;
    },
    isEnough: () => window.isFull || found.size === wanted.size,
    waitSeconds,
    signal,
  });
  return window.take();
}
