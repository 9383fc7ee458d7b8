import type { TransferResult } from "./transfer-at-pace.ts";

/** Results that Connect has given to this function instance, by clientToken. */
export interface ResultCache {
  /** The known result, else the one that a twin is waiting for, else that of asking. */
  share(clientToken: string, ask: () => Promise<TransferResult>): Promise<TransferResult>;
  /** Whether Connect has given a result: what is known needs no request, however old the intent has become. */
  isKnown(clientToken: string): boolean;
  /** The outcome is on the bus: a refusal is forgotten, so that a repaired intent can be replayed. */
  onReported(clientToken: string): void;
}

/**
 * Keeps what Connect has answered until it is told, so that another delivery, or a twin in the same batch, uses it
 * rather than asking again. Successes stay while there is room: asking again could only be answered worse.
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
    isKnown: (clientToken) => known.has(clientToken),
    onReported(clientToken) {
      if (known.get(clientToken)?.kind === "refused") known.delete(clientToken);
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
