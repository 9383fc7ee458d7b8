import type { TransferResult, Transferred } from "./transfer-at-pace.ts";

/** Results that twins of one invocation wait for, by clientToken. It ends with its invocation. */
export type PendingResults = Map<string, Promise<TransferResult>>;

/** Connect's answers to this function instance, by clientToken. */
export interface ResultCache {
  /** The known result, otherwise the one that a twin is waiting for, otherwise the result of asking. */
  share(
    clientToken: string,
    pending: PendingResults,
    ask: () => Promise<TransferResult>,
  ): Promise<TransferResult>;
  /** Whether the result is known, so that no request is needed. */
  has(clientToken: string): boolean;
  /** Keeps a success that another instance has learned; it is not published yet. */
  keep(clientToken: string, result: Transferred): void;
  /** The result is published, or travels in the queue: it stays while there is room. */
  release(clientToken: string): void;
  /** Forgets a result, so that the next delivery asks Connect. */
  forget(clientToken: string): void;
  /** So many results are not published that no more should be asked for. */
  isFull(): boolean;
}

/**
 * Keeps Connect's answers, so that another delivery, or a twin in the same batch, uses the answer instead of asking
 * again. What is not published yet is never evicted: instead nothing more is asked for. Published successes stay while there
 * is room, the latest longest: another request could only get a worse answer.
 */
export function createResultCache(capacity = 1_000): ResultCache {
  const unpublished = new Map<string, TransferResult>();
  const published = new Map<string, TransferResult>();
  const known = (clientToken: string) => unpublished.get(clientToken) ?? published.get(clientToken);
  return {
    async share(clientToken, pending, ask) {
      const result = known(clientToken) ?? pending.get(clientToken);
      if (result) return result;
      const asked = ask();
      pending.set(clientToken, asked);
      try {
        const answer = await asked;
        if (answer.kind === "transferred" || answer.kind === "refused") unpublished.set(clientToken, answer);
        return answer;
      } finally {
        pending.delete(clientToken);
      }
    },
    has: (clientToken) => known(clientToken) !== undefined,
    keep(clientToken, result) {
      unpublished.set(clientToken, result);
    },
    release(clientToken) {
      const result = unpublished.get(clientToken);
      if (!result) return;
      unpublished.delete(clientToken);
      published.set(clientToken, result);
      const oldest = published.keys().next();
      if (published.size > capacity && !oldest.done) published.delete(oldest.value);
    },
    forget(clientToken) {
      unpublished.delete(clientToken);
      published.delete(clientToken);
    },
    isFull: () => unpublished.size >= capacity,
  };
}
