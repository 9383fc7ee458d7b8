import { leastOf } from "../../cli/least-of.ts";
import type { Outcome } from "../../events/merge-outcomes.ts";
import type { Clock } from "../../lambda/ports.ts";
import { isThrottled } from "../aws/explain-error.ts";
import type { QueueCounts } from "../aws/queue.ts";
import type { ReplayedResult } from "./follow-queue.ts";

/** What the outcome log says about replayed messages. Nothing is received to find it out. */
export interface FollowedOutcomes {
  readonly by: "outcomes";
  readonly transferred: number;
  /** Those that a deployment in shadow mode would have transferred. */
  readonly shadowed: number;
  readonly failedAgain: readonly FailedAgain[];
  /** Those that have no outcome yet. */
  readonly open: readonly ReplayedResult[];
  /** SQS counts nothing in the intent queue. */
  readonly isDrained: boolean;
}

export interface FailedAgain {
  /** Of the message in the intent queue. */
  readonly newMessageId: string;
  readonly intentId?: string;
  readonly reason: string;
  readonly message: string;
}

export interface FollowOutcomesDeps {
  /** The outcomes since an instant, those of others included. */
  readonly readOutcomes: (since: number) => Promise<readonly Outcome[]>;
  readonly countIntents: () => Promise<QueueCounts>;
  readonly clock: Clock;
  readonly onProgress?: (text: string) => void;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** @default 1 minute: as long as an outcome may take to be in the log */
  readonly lagMs?: number;
  readonly signal: AbortSignal;
}

/** An outcome may be in the log so much later than its instant says, and clocks may differ. */
const overlapMs = 120_000;

/**
 * Waits until the outcome log has an outcome of each replayed message. It ends early if the intent queue is empty and no
 * outcome comes any more.
 */
export async function followOutcomes(
  replayed: readonly ReplayedResult[],
  deps: FollowOutcomesDeps,
): Promise<FollowedOutcomes> {
  const { countIntents, clock, everyMs, timeoutMs, lagMs = 60_000, signal } = deps;
  const ledger = new Ledger(replayed);
  const endsAt = clock.monotonic() + timeoutMs;
  let since = leastOf(replayed.map(({ replayedAt }) => replayedAt)) - overlapMs;
  let emptySince: number | undefined;
  for (;;) {
    const askedAt = clock.now();
    const outcomes = await deps.readOutcomes(since).catch(ifThrottled);
    for (const outcome of outcomes ?? []) ledger.enter(outcome);
    if (outcomes) since = Math.max(since, askedAt - overlapMs);
    deps.onProgress?.(ledger.summary());
    const { visible, inFlight, delayed } = await countIntents();
    const now = clock.monotonic();
    emptySince = visible + inFlight + delayed === 0 ? (emptySince ?? now) : undefined;
    const isQuiet = emptySince !== undefined && now - emptySince >= lagMs;
    if (ledger.isComplete || isQuiet || signal.aborted || now >= endsAt) {
      return { ...ledger.read(), isDrained: emptySince !== undefined };
    }
    await clock.sleep(everyMs, signal).catch(() => {});
  }
}

/** The log is asked again. */
function ifThrottled(error: unknown): undefined {
  if (!isThrottled(error)) throw error;
}

/**
 * A failure names the message that failed: the replayed one, or one that the function has sent in its place, which the client
 * token shows. A success names the token alone, and a later one holds whatever failed before.
 */
class Ledger {
  readonly #open: Map<string, ReplayedResult>;
  readonly #byToken: ReadonlyMap<string, readonly ReplayedResult[]>;
  readonly #failed = new Map<string, FailedAgain>();
  #transferred = 0;
  #shadowed = 0;

  constructor(replayed: readonly ReplayedResult[]) {
    this.#open = new Map(replayed.map((result) => [result.messageId, result]));
    this.#byToken = Map.groupBy(replayed, ({ facts }) => facts.clientToken ?? intentKey(facts.intentId));
  }

  get isComplete(): boolean {
    return this.#open.size === 0;
  }

  enter({ detail, time }: Outcome): void {
    if ("response" in detail) {
      const isShadow = detail.shadow === true;
      for (const { messageId } of this.#ofIntent(detail)) {
        if (!this.#open.delete(messageId) && !this.#failed.delete(messageId)) continue;
        if (isShadow) this.#shadowed++;
        else this.#transferred++;
      }
    } else {
      const { messageId = "", failure } = detail;
      // EventBridge's times are whole seconds: a failure that the replay was made for can have the replay's second.
      const at = Date.parse(String(time));
      const later = this.#ofIntent(detail).filter((one) => at >= one.replayedAt);
      const result = this.#open.get(messageId) ?? later.find((one) => this.#open.has(one.messageId));
      if (!result) return;
      this.#open.delete(result.messageId);
      const { reason, message } = failure;
      const { intentId } = result.facts;
      this.#failed.set(result.messageId, { newMessageId: result.messageId, intentId, reason, message });
    }
  }

  #ofIntent({ clientToken, intentId }: Outcome["detail"]): ReplayedResult[] {
    const keys = [...(clientToken === undefined ? [] : [clientToken]), intentKey(intentId)];
    return keys.flatMap((key) => this.#byToken.get(key) ?? []);
  }

  summary(): string {
    const shadowed = this.#shadowed > 0 ? `${this.#shadowed} would be transferred, ` : "";
    return `${this.#transferred} transferred, ${shadowed}${this.#failed.size} failed again, ${this.#open.size} waiting`;
  }

  read(): Omit<FollowedOutcomes, "isDrained"> {
    return {
      by: "outcomes",
      transferred: this.#transferred,
      shadowed: this.#shadowed,
      failedAgain: [...this.#failed.values()],
      open: [...this.#open.values()],
    };
  }
}

/** For the messages whose token only the function knows. */
function intentKey(intentId: string | undefined): string {
  return `intent ${intentId}`;
}
