import type { Clock } from "../../lambda/ports.ts";
import { isHopeless, isThrottled } from "../aws/explain-error.ts";
import type { EntryAnswer, Outgoing, Queue } from "../aws/queue.ts";
import { retryMs } from "../receive/batches.ts";

export interface SendDeps {
  readonly queue: Queue;
  readonly clock: Clock;
  /** Called with an error that every other call would meet too. */
  readonly onHopeless: (why: string) => void;
  /** Ends the attempts. */
  readonly signal: AbortSignal;
}

const maxAttempts = 3;
/** What is throttled is sent again for more than a minute. */
const maxThrottledAttempts = 10;

/** The code of entries of a call that was not answered: SQS may have accepted them. */
const unanswered = "Unanswered";

/** Sends a batch and returns the answer for each. Entries that failed through no fault of their own are sent again. */
export async function sendMessages(
  messages: readonly Outgoing[],
  { queue, clock, onHopeless, signal }: SendDeps,
): Promise<readonly EntryAnswer[]> {
  const answers: EntryAnswer[] = [];
  let left = messages.map((message, index) => ({ message, index }));
  for (let attempt = 1; left.length > 0; attempt++) {
    const these = left;
    const given = await queue
      .send(these.map(({ message }) => message))
      .catch((error): readonly EntryAnswer[] => {
        const { message } = error as Error;
        if (isHopeless(error)) onHopeless(message);
        const code = isHopeless(error) ? "Refused" : unanswered;
        return these.map(() => ({ isDone: false, code, message, isPermanent: true }));
      });
    for (const [place, { index }] of these.entries()) answers[index] = given[place] ?? unconfirmed;
    left = these.filter(({ index }) => {
      const answer = answers[index];
      if (!answer || answer.isDone || answer.isPermanent) return false;
      return attempt < attemptsFor(answer.code);
    });
    if (left.length > 0) await clock.sleep(retryMs(attempt + 1), signal).catch(() => {});
    if (signal.aborted) break;
  }
  return answers;
}

function attemptsFor(code: string): number {
  // It may have been sent.
  if (code === unconfirmed.code) return 1;
  return isThrottled({ name: code }) ? maxThrottledAttempts : maxAttempts;
}

const unconfirmed = {
  isDone: false,
  code: "Unconfirmed",
  message: "the answer does not mention it",
  isPermanent: false,
} as const;

/** Why a message counts as not sent, and whether SQS may have accepted it all the same. */
export function whyNotSent(answer: EntryAnswer = unconfirmed): { why: string; maybeSent: boolean } {
  if (answer.isDone) return { why: "", maybeSent: true };
  const { code, message } = answer;
  if (code === "Refused") return { why: message, maybeSent: false };
  if (code === unanswered) return { why: message, maybeSent: true };
  return { why: `${code}: ${message}`, maybeSent: code === unconfirmed.code };
}
