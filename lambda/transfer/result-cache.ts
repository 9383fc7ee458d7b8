import type { Clock } from "../ports.ts";
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
  /** Keeps a success that travels in the queue: it stays while there is room. */
  keep(clientToken: string, result: Transferred): void;
  /** The result is published, or travels in the queue: it stays while there is room. */
  release(clientToken: string): void;
  /** Forgets a result, so that the next delivery asks Connect. */
  forget(clientToken: string): void;
  /** So many results are known to this instance alone that no more should be asked for. */
  isFull(): boolean;
}

/** Twice the longest wait of a retry: a message that has not come back by then may have been settled by another instance. */
const soleForMs = 600_000;

/**
 * Keeps Connect's answers, so that another delivery, or a twin in the same batch, uses the answer instead of asking
 * again. What this instance alone knows is never evicted: instead nothing more is asked for. That ends when its message has
 * not come back for ten minutes: another instance may have settled it, and this one would never ask again. Successes that
 * are published, or travel, stay while there is room, the latest longest: another request could only get a worse answer.
 */
export function createResultCache(clock: Pick<Clock, "monotonic">, capacity = 1_000): ResultCache {
  /** The longest unseen first. */
  const sole = new Map<string, { readonly result: TransferResult; readonly seenAt: number }>();
  const shared = new Map<string, TransferResult>();
  const see = (clientToken: string, result: TransferResult) => {
    sole.delete(clientToken);
    sole.set(clientToken, { result, seenAt: clock.monotonic() });
  };
  const keep = (clientToken: string, result: TransferResult) => {
    sole.delete(clientToken);
    shared.delete(clientToken);
    shared.set(clientToken, result);
    const oldest = shared.keys().next();
    if (shared.size > capacity && !oldest.done) shared.delete(oldest.value);
  };
  /** A refusal is forgotten, so that a repaired intent can be replayed. */
  const endOld = () => {
    for (const [clientToken, { result, seenAt }] of sole) {
      if (clock.monotonic() - seenAt < soleForMs) break;
      sole.delete(clientToken);
      if (result.kind === "transferred") keep(clientToken, result);
    }
  };
  const known = (clientToken: string) => {
    endOld();
    return sole.get(clientToken)?.result ?? shared.get(clientToken);
  };
  return {
    async share(clientToken, pending, ask) {
      const result = known(clientToken) ?? pending.get(clientToken);
      const own = sole.get(clientToken)?.result;
      if (own) see(clientToken, own);
      if (result) return result;
      const asked = ask();
      pending.set(clientToken, asked);
      try {
        const answer = await asked;
        if (answer.kind === "transferred" || answer.kind === "refused") see(clientToken, answer);
        return answer;
      } finally {
        pending.delete(clientToken);
      }
    },
    has: (clientToken) => known(clientToken) !== undefined,
    keep,
    release(clientToken) {
      const own = sole.get(clientToken)?.result;
      if (own) keep(clientToken, own);
    },
    forget(clientToken) {
      sole.delete(clientToken);
      shared.delete(clientToken);
    },
    isFull() {
      endOld();
      return sole.size >= capacity;
    },
  };
}
