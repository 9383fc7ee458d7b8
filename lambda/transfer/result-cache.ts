import type { TransferResult } from "./transfer-at-pace.ts";

/** Connect's answers to this function instance, by clientToken. */
export interface ResultCache {
  /** The known result, otherwise the one that a twin is waiting for, otherwise the result of asking. */
  share(clientToken: string, ask: () => Promise<TransferResult>): Promise<TransferResult>;
  /** Whether the result is known, so that no request is needed. */
  has(clientToken: string): boolean;
  /** Forgets a result, so that the next delivery asks Connect. */
  forget(clientToken: string): void;
}

/**
 * Keeps Connect's answers, so that another delivery, or a twin in the same batch, uses the answer instead of asking
 * again. Successes stay while there is room: another request could only get a worse answer.
 */
export function createResultCache(capacity = 1_000): ResultCache {
  const known = new Map<string, TransferResult>();
  const pending = new Map<string, Promise<TransferResult>>();
  return {
    async share(clientToken, ask) {
      const result = known.get(clientToken) ?? pending.get(clientToken);
      if (result) return result;
      const asked = ask();
      pending.set(clientToken, asked);
      try {
        const answer = await asked;
        if (answer.kind === "transferred" || answer.kind === "refused")
          keep(known, clientToken, answer, capacity);
        return answer;
      } finally {
        pending.delete(clientToken);
      }
    },
    has: (clientToken) => known.has(clientToken),
    forget(clientToken) {
      known.delete(clientToken);
    },
  };
}

function keep(
  known: Map<string, TransferResult>,
  clientToken: string,
  result: TransferResult,
  capacity: number,
) {
  known.set(clientToken, result);
  const oldest = known.keys().next();
  if (known.size > capacity && !oldest.done) known.delete(oldest.value);
}
