import type { OtherMover } from "../../local/services/connect/world/connect-world.ts";
import type { Delivery, EntryOf, History, Outcome, QueuedCopy, TrueIntent } from "../history.ts";

/** A request to Connect and its result. */
export interface ConnectRequest {
  readonly at: number;
  readonly invocation: Invocation;
  readonly intent?: TrueIntent;
  readonly clientToken?: string;
  readonly fault: string;
  answer?: string;
  answeredAt?: number;
  transferred?: { readonly at: number; readonly newContactId: string };
}

/** An outcome on its way to the bus. `startedAt`: of the call; `at`: when it was stored or confirmed. */
export interface PublishedOutcome {
  readonly invocation: number;
  readonly instance: number;
  readonly startedAt: number;
  readonly at: number;
  readonly outcome: Outcome;
  readonly intent?: TrueIntent;
}

/** A read of Connect and its result. */
export type Read = EntryOf<"read"> & { answer?: string; answeredAt?: number };

/** A contact that a request, an agent or a manager has moved. */
export interface Move {
  readonly at: number;
  readonly contactId: string;
  readonly newContactId: string;
  readonly queueId?: string;
  readonly by: "request" | OtherMover;
}

export interface Invocation {
  readonly number: number;
  readonly instance: number;
  readonly isFresh: boolean;
  /** How far the clock of its instance was off, at its start and after each step of it. */
  readonly skews: number[];
  readonly startedAt: number;
  readonly deadlineAt: number;
  readonly misledByMs: number;
  readonly deliveries: readonly Delivery[];
  readonly requests: ConnectRequest[];
  readonly stored: PublishedOutcome[];
  readonly confirmed: PublishedOutcome[];
  readonly deadLettersStored: EntryOf<"dead letter stored" | "dead letter confirmed">[];
  readonly deadLettersConfirmed: EntryOf<"dead letter stored" | "dead letter confirmed">[];
  readonly enqueued: EntryOf<"enqueued">[];
  readonly notEnqueued: EntryOf<"not enqueued">[];
  readonly enqueuesConfirmed: EntryOf<"enqueue confirmed">[];
  readonly calls: EntryOf<"publishing" | "sending dead letters" | "enqueuing">[];
  readonly hidings: EntryOf<"hidden" | "not hidden">[];
  readonly lines: EntryOf<"logged">[];
  readonly bugs: EntryOf<"bug">[];
  readonly reads: Read[];
  end?: EntryOf<"finished" | "crashed" | "timed out">;
}

/** A history, indexed by what invariants look up. */
export interface Facts {
  readonly history: History;
  readonly copies: ReadonlyMap<string, QueuedCopy>;
  readonly invocations: ReadonlyMap<number, Invocation>;
  /** By delivery number. */
  readonly invocationOf: ReadonlyMap<number, Invocation>;
  readonly deliveries: ReadonlyMap<number, Delivery>;
  readonly requests: readonly ConnectRequest[];
  readonly intents: readonly TrueIntent[];
  readonly moves: readonly Move[];
  /** Tasks that were linked to a contact, by API. */
  readonly linked: readonly EntryOf<"kin added">[];
  /** All outcomes that the bus stored, in the order of invocations. */
  readonly published: readonly PublishedOutcome[];
  requestsOf(intent: TrueIntent): readonly ConnectRequest[];
  intentOf(delivery: Delivery): TrueIntent | undefined;
}

/** Reads a history once, from its first entry to its last. */
export function readFacts(history: History): Facts {
  const copies = new Map<string, QueuedCopy>();
  const intents = new Map<string, TrueIntent>();
  const invocations = new Map<number, Invocation>();
  const invocationOf = new Map<number, Invocation>();
  const deliveries = new Map<number, Delivery>();
  const requests = new Map<number, ConnectRequest>();
  const reads = new Map<number, Read>();
  const moves: Move[] = [];
  const linked: EntryOf<"kin added">[] = [];
  const startOf = new Map<number, number>();
  const in_ = (number: number) => invocations.get(number);
  const published = (entry: EntryOf<"outcome stored" | "outcome confirmed">): PublishedOutcome => {
    const { messageId, request } = entry.outcome;
    const copy = messageId === undefined ? undefined : copies.get(messageId);
    const intent = copy?.intent ?? (request && intents.get(keyOf(request)));
    const { invocation, outcome, at } = entry;
    const instance = in_(invocation)?.instance ?? 0;
    return { invocation, instance, startedAt: startOf.get(entry.call) ?? at, at, outcome, intent };
  };
  for (const entry of history.entries) {
    switch (entry.what) {
      case "sent":
        copies.set(entry.copy.id, entry.copy);
        intents.set(keyOf(entry.copy.intent.request), entry.copy.intent);
        break;
      case "invoked": {
        const { at: startedAt, invocation: number, skewMs, ...rest } = entry;
        const invocation: Invocation = {
          ...rest,
          skews: [skewMs],
          number,
          startedAt,
          requests: [],
          stored: [],
          confirmed: [],
          deadLettersStored: [],
          deadLettersConfirmed: [],
          enqueued: [],
          notEnqueued: [],
          enqueuesConfirmed: [],
          calls: [],
          hidings: [],
          lines: [],
          bugs: [],
          reads: [],
        };
        invocations.set(number, invocation);
        for (const delivery of entry.deliveries) {
          invocationOf.set(delivery.number, invocation);
          deliveries.set(delivery.number, delivery);
        }
        break;
      }
      case "clock stepped":
        for (const { instance, end, skews } of invocations.values())
          if (instance === entry.instance && !end) skews.push(entry.skewMs);
        break;
      case "requested": {
        const invocation = in_(entry.invocation);
        if (!invocation) break;
        const { at, clientToken, fault } = entry;
        const request = { at, invocation, intent: intents.get(keyOf(entry.request)), clientToken, fault };
        requests.set(entry.call, request);
        invocation.requests.push(request);
        break;
      }
      case "transferred": {
        const request = requests.get(entry.call);
        const { at, contactId, newContactId } = entry;
        const { queueId, userId } = request?.intent?.request ?? {};
        if (request) request.transferred = { at, newContactId };
        moves.push({ at, contactId, newContactId, queueId: queueId ?? userId, by: "request" });
        break;
      }
      case "kin added":
        if (entry.kin === "linked task") linked.push(entry);
        break;
      case "moved by another":
        moves.push(entry);
        break;
      case "read": {
        const read: Read = { ...entry };
        reads.set(entry.call, read);
        in_(entry.invocation)?.reads.push(read);
        break;
      }
      case "read answered": {
        const read = reads.get(entry.call);
        if (read) Object.assign(read, { answer: entry.answer, answeredAt: entry.at });
        break;
      }
      case "answered": {
        const request = requests.get(entry.call);
        if (request) Object.assign(request, { answer: entry.answer, answeredAt: entry.at });
        break;
      }
      case "publishing":
      case "sending dead letters":
      case "enqueuing":
        startOf.set(entry.call, entry.at);
        in_(entry.invocation)?.calls.push(entry);
        break;
      case "outcome stored":
        in_(entry.invocation)?.stored.push(published(entry));
        break;
      case "outcome confirmed":
        in_(entry.invocation)?.confirmed.push(published(entry));
        break;
      case "dead letter stored":
        in_(entry.invocation)?.deadLettersStored.push(entry);
        break;
      case "dead letter confirmed":
        in_(entry.invocation)?.deadLettersConfirmed.push(entry);
        break;
      case "enqueued":
        copies.set(entry.copy.id, entry.copy);
        in_(entry.invocation)?.enqueued.push(entry);
        break;
      case "not enqueued":
        in_(entry.invocation)?.notEnqueued.push(entry);
        break;
      case "enqueue confirmed":
        in_(entry.invocation)?.enqueuesConfirmed.push(entry);
        break;
      case "hidden":
      case "not hidden":
        in_(entry.invocation)?.hidings.push(entry);
        break;
      case "logged":
        in_(entry.invocation)?.lines.push(entry);
        break;
      case "bug":
        in_(entry.invocation)?.bugs.push(entry);
        break;
      case "finished":
      case "crashed":
      case "timed out": {
        const invocation = in_(entry.invocation);
        if (invocation) invocation.end = entry;
        break;
      }
    }
  }
  const allRequests = [...requests.values()];
  const byIntent = Map.groupBy(allRequests, ({ intent }) => intent);
  return {
    history,
    copies,
    invocations,
    invocationOf,
    deliveries,
    requests: allRequests,
    intents: [...intents.values()],
    moves,
    linked,
    published: [...invocations.values()].flatMap(({ stored }) => stored),
    requestsOf: (intent) => byIntent.get(intent) ?? [],
    intentOf: (delivery) => copies.get(delivery.copy)?.intent,
  };
}

/** Identifies a request: no two intents share one. */
function keyOf({ contactId, contactFlowId, queueId, userId }: TrueIntent["request"]): string {
  return `${contactId} ${contactFlowId} ${queueId ?? ""} ${userId ?? ""}`;
}

/** Whether Connect, or the way to it, throttled. */
export function isThrottle(answer: string | undefined): boolean {
  return answer === "TooManyRequestsException" || answer === "ThrottlingException";
}

/** Whether Connect refused permanently. */
export function isRefusal(answer: string | undefined): boolean {
  return answer === "InvalidRequestException" || answer === "ResourceNotFoundException";
}

/** The delivery that an outcome is about: a message's by its id, otherwise the event of its invocation. */
export function deliveryOf(
  facts: Facts,
  invocation: Invocation,
  { outcome, intent }: PublishedOutcome,
): Delivery | undefined {
  const { messageId } = outcome;
  if (messageId !== undefined) return invocation.deliveries.find(({ copy }) => copy === messageId);
  return invocation.deliveries.find(
    (delivery) => facts.copies.get(delivery.copy)?.isEvent && facts.intentOf(delivery) === intent,
  );
}
