import { describeLetterReason } from "../../operate/letters/reasons.ts";
import type { Group } from "../protocol/overview.ts";
import type { IndexedLetter } from "./indexed-letter.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const hours = 24;
const days = 14;

/** What is known of failures: those of the outcome log, and those in the queue. Undefined if it has not been read. */
export interface Known {
  readonly log?: readonly IndexedLetter[];
  readonly queue?: readonly IndexedLetter[];
  /** How long the queue keeps a dead letter. */
  readonly retentionMs?: number;
}

/** Groups failures by cause; the most recent failure comes first. */
export function groupLetters(
  { log, queue, retentionMs = 0 }: Known,
  now: number,
): Omit<Group, "listCommand">[] {
  const logged = Map.groupBy(log ?? [], ({ cause }) => cause.id);
  const queued = Map.groupBy(queue ?? [], ({ cause }) => cause.id);
  const groups = [...new Set([...logged.keys(), ...queued.keys()])].flatMap((id) => {
    const [failures = [], inQueue = []] = [logged.get(id), queued.get(id)];
    // What AWS sent to the queue has no outcome.
    const shown = failures.length > 0 ? failures : inQueue;
    const last = shown.at(-1);
    if (!last) return [];
    const sentAt = inQueue.reduce(
      (first, letter) => Math.min(first, letter.sentAt),
      Number.POSITIVE_INFINITY,
    );
    const firstAt = shown.reduce((first, { row }) => Math.min(first, row.failedAt), last.row.failedAt);
    return [
      {
        ...last.cause,
        message: last.row.message,
        inQueue: queue && inQueue.length,
        failures: log && failures.length,
        firstAt,
        lastAt: last.row.failedAt,
        perHour: histogram(shown, now, hourMs, hours),
        perDay: histogram(shown, now, dayMs, days),
        isNew: now - firstAt < dayMs,
        unknown: (queue ? inQueue : failures).filter(({ row }) => row.effect === "unknown").length,
        cameBack: queue ? inQueue.filter(({ row }) => row.replays > 0).length : failedAgain(failures),
        expiresAt: inQueue.length > 0 ? sentAt + retentionMs : undefined,
        ...describeLetterReason(last.cause.reason),
      },
    ];
  });
  return groups.toSorted((a, b) => b.lastAt - a.lastAt);
}

/** How many fell into each of the last periods, which end with the full hour or UTC day under way. */
function histogram(letters: readonly IndexedLetter[], now: number, periodMs: number, periods: number) {
  const counts = Array.from({ length: periods }, () => 0);
  const end = (Math.floor(now / periodMs) + 1) * periodMs;
  for (const { row } of letters) {
    const index = periods - 1 - Math.floor((end - 1 - row.failedAt) / periodMs);
    const count = counts[index];
    if (count !== undefined) counts[index] = count + 1;
  }
  return counts;
}

/** An intent that failed more than once was replayed, or sent twice. */
function failedAgain(failures: readonly IndexedLetter[]): number {
  const tokens = failures.flatMap(({ row }) => row.clientToken ?? []);
  const byToken = Map.groupBy(tokens, (token) => token);
  return [...byToken.values()].filter(({ length }) => length > 1).length;
}
