import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";
import type { TestEvent } from "../input/test-event.ts";
import type { RuleDelivery } from "../stack/deliver-event.ts";
import { type Outcome, type OutcomeEvent, readOutcome } from "./outcome.ts";
import type { RetryLine } from "./read-retry-line.ts";

/** How a test event ended. `none`: it came to nothing. */
export type Ending = Outcome | { readonly kind: "none"; readonly why: string };

export interface Result {
  readonly testEvent: TestEvent;
  /** Undefined if there was none when the wait was over. */
  readonly ending?: Ending;
  readonly tookMs?: number;
  /** Why the function retried it last, and how often it has. */
  readonly retried?: { readonly reason: string; readonly times: number };
}

/** The ids that sending a test event returned, or why it was rejected. */
export type Receipt =
  | { readonly eventId: string; readonly intentId: string }
  | { readonly messageId: string; readonly intentId?: string }
  | { readonly refusal: string };

interface Tracked extends Result {
  readonly eventId?: string;
  readonly sentAt: number;
  ending?: Ending;
  tookMs?: number;
  retried?: { readonly reason: string; readonly times: number };
}

/** Matches outcomes with the test events that were sent, whichever comes first. */
export class OutcomeTracker {
  readonly #onEnded: (result: Result) => void;
  readonly #tracked: Tracked[] = [];
  readonly #byEventId = new Map<string, Tracked>();
  /** By message id and by intentId: a route can give the intent another one than its event has. */
  readonly #byId = new Map<string, Tracked[]>();
  readonly #deliveries = new Map<string, RuleDelivery>();
  readonly #whyDropped = new Map<string, string>();
  #unmatched: OutcomeEvent[] = [];
  #whenAllEnded = Promise.withResolvers<void>();
  #isComplete = false;
  #endedCount = 0;

  constructor(onEnded: (result: Result) => void) {
    this.#onEnded = onEnded;
  }

  get results(): readonly Result[] {
    return this.#tracked;
  }

  get endedCount(): number {
    return this.#endedCount;
  }

  onEvent(event: EventBridgeEvent): void {
    const outcome = readOutcome(event);
    if (outcome && !this.#match(outcome)) this.#unmatched.push(outcome);
  }

  onDelivery(delivery: RuleDelivery): void {
    this.#deliveries.set(delivery.eventId, delivery);
    const tracked = this.#byEventId.get(delivery.eventId);
    if (tracked) this.#indexDelivery(tracked, delivery);
  }

  onDropped(eventId: string, why: string): void {
    this.#whyDropped.set(eventId, why);
  }

  onRetry({ messageId, intentId, reason }: RetryLine): void {
    for (const tracked of this.#candidates(messageId, intentId)) {
      tracked.retried = { reason, times: (tracked.retried?.times ?? 0) + 1 };
    }
  }

  sent(testEvent: TestEvent, receipt: Receipt, sentAt: number): void {
    const tracked: Tracked = { testEvent, sentAt, ...("eventId" in receipt && { eventId: receipt.eventId }) };
    this.#tracked.push(tracked);
    if ("refusal" in receipt) {
      this.#end(tracked, { kind: "none", why: receipt.refusal });
      return;
    }
    this.#index(receipt.intentId, tracked);
    if ("eventId" in receipt) {
      this.#byEventId.set(receipt.eventId, tracked);
      const delivery = this.#deliveries.get(receipt.eventId);
      if (delivery) this.#indexDelivery(tracked, delivery);
    } else this.#index(receipt.messageId, tracked);
    this.#rematch();
  }

  /** Call it when everything has been sent and the bus is idle: an event that has reached no target now ends as `none`. */
  complete(): void {
    for (const tracked of this.#tracked) {
      if (tracked.eventId === undefined || tracked.ending) continue;
      const delivery = this.#deliveries.get(tracked.eventId);
      const why = this.#whyDropped.get(tracked.eventId);
      if (!delivery)
        this.#end(tracked, { kind: "none", why: `no rule takes it${why === undefined ? "" : `: ${why}`}` });
      if (delivery?.kind === "undeliverable") {
        this.#end(tracked, { kind: "none", why: `the rule could not deliver it: ${delivery.errorMessage}` });
      }
    }
    this.#isComplete = true;
    this.#checkAllEnded();
  }

  /** Resolves when `complete()` has been called and everything has ended. */
  allEnded(): Promise<void> {
    return this.#whenAllEnded.promise;
  }

  #indexDelivery(tracked: Tracked, delivery: RuleDelivery): void {
    if (delivery.kind === "undeliverable") return;
    this.#index(delivery.intentId, tracked);
    if (delivery.kind === "queued") this.#index(delivery.messageId, tracked);
    this.#rematch();
  }

  #index(id: string | undefined, tracked: Tracked): void {
    if (id === undefined) return;
    const others = this.#byId.get(id);
    if (!others) this.#byId.set(id, [tracked]);
    else if (!others.includes(tracked)) others.push(tracked);
  }

  #rematch(): void {
    if (this.#unmatched.length > 0)
      this.#unmatched = this.#unmatched.filter((outcome) => !this.#match(outcome));
  }

  #candidates(...ids: readonly (string | undefined)[]): readonly Tracked[] {
    return ids.flatMap((id) => (id === undefined ? [] : (this.#byId.get(id) ?? [])));
  }

  #match({ outcome, messageId, intentId }: OutcomeEvent): boolean {
    // An event that seemed to come to nothing can still get an outcome; an outcome can arrive twice.
    const isOpen = ({ ending }: Tracked) => ending === undefined || ending.kind === "none";
    const candidates = this.#candidates(messageId, intentId);
    const tracked = candidates.find(isOpen);
    if (tracked) this.#end(tracked, outcome);
    return candidates.length > 0;
  }

  #end(tracked: Tracked, ending: Ending): void {
    if (!tracked.ending) this.#endedCount++;
    tracked.ending = ending;
    tracked.tookMs = performance.now() - tracked.sentAt;
    this.#onEnded(tracked);
    this.#checkAllEnded();
  }

  #checkAllEnded(): void {
    if (this.#isComplete && this.#endedCount === this.#tracked.length) this.#whenAllEnded.resolve();
  }
}
