import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";
import type { RuleDelivery } from "../stack/deliver-event.ts";
import { type Outcome, type OutcomeEvent, readOutcome } from "./outcome.ts";
import type { TestEvent } from "./test-event.ts";

/** How a test event ended. `none`: it came to nothing. */
export type Ending = Outcome | { readonly kind: "none"; readonly why: string };

export interface Result {
  readonly testEvent: TestEvent;
  /** Undefined if there was none when the wait was over. */
  readonly ending?: Ending;
  readonly tookMs?: number;
}

/** The ids that sending a test event returned, or why it was rejected. */
export type Receipt =
  | { readonly eventId: string; readonly intentId: string }
  | { readonly messageId: string; readonly intentId?: string }
  | { readonly refusal: string };

interface Tracked extends Result {
  readonly eventId?: string;
  readonly messageId?: string;
  readonly intentId?: string;
  readonly sentAt: number;
  ending?: Ending;
  tookMs?: number;
}

/** Matches outcomes with the test events that were sent, whichever comes first. */
export class OutcomeTracker {
  readonly #onEnded: (result: Result) => void;
  readonly #tracked: Tracked[] = [];
  readonly #deliveries = new Map<string, RuleDelivery>();
  #unmatched: OutcomeEvent[] = [];
  #whenAllEnded = Promise.withResolvers<void>();
  #isComplete = false;

  constructor(onEnded: (result: Result) => void) {
    this.#onEnded = onEnded;
  }

  get results(): readonly Result[] {
    return this.#tracked;
  }

  onEvent(event: EventBridgeEvent): void {
    const outcome = readOutcome(event);
    if (outcome && !this.#match(outcome)) this.#unmatched.push(outcome);
  }

  onDelivery(delivery: RuleDelivery): void {
    this.#deliveries.set(delivery.eventId, delivery);
  }

  sent(testEvent: TestEvent, receipt: Receipt, sentAt: number): void {
    const tracked: Tracked = { testEvent, sentAt, ...receipt };
    this.#tracked.push(tracked);
    if ("refusal" in receipt) this.#end(tracked, { kind: "none", why: receipt.refusal });
    this.#unmatched = this.#unmatched.filter((outcome) => !this.#match(outcome));
  }

  /** Call it when everything has been sent and the bus is idle: an event that has reached no target now ends as `none`. */
  complete(): void {
    for (const tracked of this.#tracked) {
      if (tracked.eventId === undefined) continue;
      const delivery = this.#deliveries.get(tracked.eventId);
      if (!delivery) this.#end(tracked, { kind: "none", why: "no rule matches it" });
      if (delivery?.kind === "undeliverable") {
        this.#end(tracked, { kind: "none", why: `the rule could not deliver it: ${delivery.errorCode}` });
      }
    }
    this.#isComplete = true;
    this.#checkAllEnded();
  }

  /** Resolves when `complete()` has been called and everything has ended. */
  allEnded(): Promise<void> {
    return this.#whenAllEnded.promise;
  }

  #match({ outcome, messageId, intentId }: OutcomeEvent): boolean {
    // An event that seemed to come to nothing can still get an outcome; an outcome can arrive twice.
    const isOpen = ({ ending }: Tracked) => ending === undefined || ending.kind === "none";
    const candidates = this.#tracked.filter(
      (tracked) =>
        (messageId !== undefined && this.#messageIdOf(tracked) === messageId) ||
        (intentId !== undefined && this.#intentIdOf(tracked) === intentId),
    );
    const tracked = candidates.find(isOpen);
    if (tracked) this.#end(tracked, outcome);
    return candidates.length > 0;
  }

  #messageIdOf({ messageId, eventId = "" }: Tracked): string | undefined {
    const delivery = this.#deliveries.get(eventId);
    return delivery?.kind === "queued" ? delivery.messageId : messageId;
  }

  /** A route can give the intent another id than its event has. */
  #intentIdOf({ intentId, eventId = "" }: Tracked): string | undefined {
    const delivery = this.#deliveries.get(eventId);
    return (delivery?.kind === "undeliverable" ? undefined : delivery?.intentId) ?? intentId;
  }

  #end(tracked: Tracked, ending: Ending): void {
    tracked.ending = ending;
    tracked.tookMs = performance.now() - tracked.sentAt;
    this.#onEnded(tracked);
    this.#checkAllEnded();
  }

  #checkAllEnded(): void {
    if (this.#isComplete && this.#tracked.every(({ ending }) => ending)) this.#whenAllEnded.resolve();
  }
}
