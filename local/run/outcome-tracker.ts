import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";
import type { Delivery } from "../stack/deliver-event.ts";
import { type Outcome, type OutcomeEvent, readOutcome } from "./outcome.ts";
import type { Submission } from "./submission.ts";

/** What became of a submission. */
export type End = Outcome | { readonly kind: "none"; readonly why: string };

export interface Result {
  readonly submission: Submission;
  /** Undefined where nothing is known when the wait is over. */
  readonly end?: End;
  readonly tookMs?: number;
}

/** What a submission is known by once it has been sent, or why it was not taken. */
export type SentAs =
  | { readonly eventId: string; readonly intentId: string }
  | { readonly messageId: string; readonly intentId?: string }
  | { readonly refusal: string };

interface Tracked extends Result {
  readonly eventId?: string;
  readonly messageId?: string;
  readonly intentId?: string;
  readonly sentAt: number;
  end?: End;
  tookMs?: number;
}

/** Brings together what was sent and what the bus tells of it, in whichever order they come. */
export class OutcomeTracker {
  readonly #onEnd: (result: Result) => void;
  readonly #tracked: Tracked[] = [];
  readonly #deliveries = new Map<string, Delivery>();
  #unmatched: OutcomeEvent[] = [];
  #whenAllEnded = Promise.withResolvers<void>();
  #isComplete = false;

  /** `onEnd` is told of each end as it comes. */
  constructor(onEnd: (result: Result) => void) {
    this.#onEnd = onEnd;
  }

  get results(): readonly Result[] {
    return this.#tracked;
  }

  onEvent(event: EventBridgeEvent): void {
    const outcome = readOutcome(event);
    if (outcome && !this.#match(outcome)) this.#unmatched.push(outcome);
  }

  onDelivery(delivery: Delivery): void {
    this.#deliveries.set(delivery.eventId, delivery);
  }

  sent(submission: Submission, as: SentAs, sentAt: number): void {
    const tracked: Tracked = { submission, sentAt, ...as };
    this.#tracked.push(tracked);
    if ("refusal" in as) this.#end(tracked, { kind: "none", why: as.refusal });
    this.#unmatched = this.#unmatched.filter((outcome) => !this.#match(outcome));
  }

  /** Everything has been sent, and the bus has delivered what it will: an event that nobody got has come to its end. */
  complete(): void {
    for (const tracked of this.#tracked) {
      if (tracked.eventId === undefined) continue;
      const delivery = this.#deliveries.get(tracked.eventId);
      if (!delivery) this.#end(tracked, { kind: "none", why: "no rule takes it" });
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
    // One that seemed to come to nothing may yet prove otherwise; one that has its outcome may get a second copy.
    const isOpen = ({ end }: Tracked) => end === undefined || end.kind === "none";
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

  /** A route gives the intent that it makes of an event an id of its own. */
  #intentIdOf({ intentId, eventId = "" }: Tracked): string | undefined {
    const delivery = this.#deliveries.get(eventId);
    return (delivery?.kind === "undeliverable" ? undefined : delivery?.intentId) ?? intentId;
  }

  #end(tracked: Tracked, end: End): void {
    tracked.end = end;
    tracked.tookMs = performance.now() - tracked.sentAt;
    this.#onEnd(tracked);
    this.#checkAllEnded();
  }

  #checkAllEnded(): void {
    if (this.#isComplete && this.#tracked.every(({ end }) => end)) this.#whenAllEnded.resolve();
  }
}
