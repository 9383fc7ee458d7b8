import type { Queue } from "../operate/aws/queue.ts";
import type { Session } from "../operate/session.ts";
import { quietTerminal } from "./quiet-terminal.ts";

/** The messages of the dead-letter queue that the console hides from others. */
export interface LeaseWatch {
  /** Undefined while there are none. */
  readonly leased: { readonly letters: number; readonly since: number } | undefined;
}

/**
 * The session of the console: what the operator's modules would print is in their results, and what they keep in flight is counted.
 * `note` gets what they remark on their work.
 */
export function watchSession(
  session: Session,
  note: (text: string) => void,
): { readonly session: Session; readonly watch: LeaseWatch } {
  const leases = new Leases();
  let operator: ReturnType<Session["operator"]> | undefined;
  const watched: Session = {
    ...session,
    operator() {
      operator ??= session.operator().then((known) => {
        // STS may answer next time.
        if (known.isUnknown) operator = undefined;
        return known;
      });
      return operator;
    },
    terminal: quietTerminal(note),
    deadLetterQueue: () => leases.countedQueue(session.deadLetterQueue(), session.clock.now),
  };
  return { session: watched, watch: leases };
}

class Leases implements LeaseWatch {
  readonly #idOf = new Map<string, string>();
  readonly #ids = new Set<string>();
  #since = 0;

  get leased() {
    return this.#ids.size > 0 ? { letters: this.#ids.size, since: this.#since } : undefined;
  }

  countedQueue(queue: Queue, now: () => number): Queue {
    const end = (receiptHandles: readonly string[]) => {
      for (const handle of receiptHandles) {
        this.#ids.delete(this.#idOf.get(handle) ?? "");
        this.#idOf.delete(handle);
      }
    };
    return {
      ...queue,
      receive: async (...asked) => {
        const messages = await queue.receive(...asked);
        if (this.#ids.size === 0) this.#since = now();
        for (const { MessageId = "", ReceiptHandle = "" } of messages) {
          this.#ids.add(MessageId);
          this.#idOf.set(ReceiptHandle, MessageId);
        }
        return messages;
      },
      delete: async (receiptHandles) => {
        const answers = await queue.delete(receiptHandles);
        end(receiptHandles.filter((_, index) => answers[index]?.isDone));
        return answers;
      },
      changeVisibility: async (receiptHandles, seconds) => {
        try {
          return await queue.changeVisibility(receiptHandles, seconds);
        } finally {
          // What could not be released becomes visible by itself within seconds.
          if (seconds === 0) end(receiptHandles);
        }
      },
    };
  }
}
