import type { Copy, Delivery, Entry, History, Subject, ToldOutcome } from "../history.ts";

/** A request to Connect and what became of it. */
export interface Ask {
  readonly at: number;
  readonly invocation: Invocation;
  readonly subject?: Subject;
  readonly clientToken?: string;
  readonly fate: string;
  answer?: string;
  answeredAt?: number;
  moved?: { readonly at: number; readonly newContactId: string };
}

/** An outcome that was put: when, and whether it is stored and confirmed. */
export interface Told {
  readonly invocation: number;
  readonly instance: number;
  readonly startedAt: number;
  readonly at: number;
  readonly outcome: ToldOutcome;
  readonly subject?: Subject;
}

export interface Invocation {
  readonly number: number;
  readonly instance: number;
  readonly isFresh: boolean;
  readonly skewMs: number;
  readonly startedAt: number;
  readonly deadlineAt: number;
  readonly deliveries: readonly Delivery[];
  readonly asks: Ask[];
  readonly stored: Told[];
  readonly confirmed: Told[];
  readonly lettersStored: Extract<Entry, { what: "letter stored" | "letter confirmed" }>[];
  readonly lettersConfirmed: Extract<Entry, { what: "letter stored" | "letter confirmed" }>[];
  readonly calls: Extract<Entry, { what: "putting" | "sending letters" }>[];
  readonly hidings: Extract<Entry, { what: "hidden" | "not hidden" }>[];
  readonly lines: Extract<Entry, { what: "line" }>[];
  readonly bugs: Extract<Entry, { what: "bug" }>[];
  end?: Extract<Entry, { what: "finished" | "crashed" | "timed out" }>;
}

/** A history, looked up by what invariants ask for. */
export interface Facts {
  readonly history: History;
  readonly copies: ReadonlyMap<string, Copy>;
  readonly invocations: ReadonlyMap<number, Invocation>;
  /** By delivery number. */
  readonly invocationOf: ReadonlyMap<number, Invocation>;
  readonly deliveries: ReadonlyMap<number, Delivery>;
  readonly asks: readonly Ask[];
  readonly subjects: readonly Subject[];
  /** Everything that was told, in the order of invocations. */
  readonly told: readonly Told[];
  asksOf(subject: Subject): readonly Ask[];
  subjectOf(delivery: Delivery): Subject | undefined;
}

/** Reads a history once, from its first entry to its last. */
export function readFacts(history: History): Facts {
  const copies = new Map<string, Copy>();
  const subjects = new Map<string, Subject>();
  const invocations = new Map<number, Invocation>();
  const invocationOf = new Map<number, Invocation>();
  const deliveries = new Map<number, Delivery>();
  const asks = new Map<number, Ask>();
  const startOf = new Map<number, number>();
  const in_ = (number: number) => invocations.get(number);
  const told = (entry: Extract<Entry, { what: "outcome stored" | "outcome confirmed" }>): Told => {
    const { messageId, request } = entry.outcome;
    const copy = messageId === undefined ? undefined : copies.get(messageId);
    const subject = copy?.subject ?? (request && subjects.get(keyOf(request)));
    const { invocation, outcome, at } = entry;
    const instance = in_(invocation)?.instance ?? 0;
    return { invocation, instance, startedAt: startOf.get(entry.call) ?? at, at, outcome, subject };
  };
  for (const entry of history.entries) {
    switch (entry.what) {
      case "sent":
        copies.set(entry.copy.id, entry.copy);
        subjects.set(keyOf(entry.copy.subject.request), entry.copy.subject);
        break;
      case "invoked": {
        const { at: startedAt, invocation: number, ...rest } = entry;
        const invocation = {
          ...rest,
          number,
          startedAt,
          asks: [],
          stored: [],
          confirmed: [],
          lettersStored: [],
          lettersConfirmed: [],
          calls: [],
          hidings: [],
          lines: [],
          bugs: [],
        };
        invocations.set(number, invocation);
        for (const delivery of entry.deliveries) {
          invocationOf.set(delivery.number, invocation);
          deliveries.set(delivery.number, delivery);
        }
        break;
      }
      case "asked": {
        const invocation = in_(entry.invocation);
        if (!invocation) break;
        const { at, clientToken, fate } = entry;
        const ask = { at, invocation, subject: subjects.get(keyOf(entry.request)), clientToken, fate };
        asks.set(entry.call, ask);
        invocation.asks.push(ask);
        break;
      }
      case "moved": {
        const ask = asks.get(entry.call);
        if (ask) ask.moved = { at: entry.at, newContactId: entry.newContactId };
        break;
      }
      case "answered": {
        const ask = asks.get(entry.call);
        if (ask) Object.assign(ask, { answer: entry.answer, answeredAt: entry.at });
        break;
      }
      case "putting":
      case "sending letters":
        startOf.set(entry.call, entry.at);
        in_(entry.invocation)?.calls.push(entry);
        break;
      case "outcome stored":
        in_(entry.invocation)?.stored.push(told(entry));
        break;
      case "outcome confirmed":
        in_(entry.invocation)?.confirmed.push(told(entry));
        break;
      case "letter stored":
        in_(entry.invocation)?.lettersStored.push(entry);
        break;
      case "letter confirmed":
        in_(entry.invocation)?.lettersConfirmed.push(entry);
        break;
      case "hidden":
      case "not hidden":
        in_(entry.invocation)?.hidings.push(entry);
        break;
      case "line":
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
  const allAsks = [...asks.values()];
  const bySubject = Map.groupBy(allAsks, ({ subject }) => subject);
  return {
    history,
    copies,
    invocations,
    invocationOf,
    deliveries,
    asks: allAsks,
    subjects: [...subjects.values()],
    told: [...invocations.values()].flatMap(({ stored }) => stored),
    asksOf: (subject) => bySubject.get(subject) ?? [],
    subjectOf: (delivery) => copies.get(delivery.copy)?.subject,
  };
}

/** Requests are the same where these are: no two subjects share one. */
export function keyOf({ contactId, contactFlowId, queueId, userId }: Subject["request"]): string {
  return `${contactId} ${contactFlowId} ${queueId ?? ""} ${userId ?? ""}`;
}

/** Whether Connect, or the way to it, throttled. */
export function isThrottle(answer: string | undefined): boolean {
  return answer === "TooManyRequestsException" || answer === "ThrottlingException";
}

/** Whether Connect refused for good. */
export function isRefusal(answer: string | undefined): boolean {
  return answer === "InvalidRequestException" || answer === "ResourceNotFoundException";
}
