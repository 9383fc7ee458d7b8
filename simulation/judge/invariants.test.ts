import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";
import type { Entry, HistoryEvent, Outcome, QueuedCopy, TrueIntent } from "../history.ts";
import { invariants, judge } from "./check-history.ts";

const intent: TrueIntent = {
  number: 0,
  kind: "valid",
  intentId: "order-0",
  request: { contactId: "contact-0", contactFlowId: "flow", queueId: "queue-0" },
};
const copy: QueuedCopy = {
  id: "message-0",
  intent,
  isEvent: false,
  sentAt: 0,
  firstSentAt: 0,
  receivesBefore: 0,
  ageStartsAt: 0,
  expiresAt: Number.POSITIVE_INFINITY,
  metadata: "none",
  historySays: "nothing",
};
const token = "ct1-a";
const success: Outcome = {
  isSuccess: true,
  intentId: "order-0",
  clientToken: token,
  request: intent.request,
  newContactId: "new-1",
  isShadow: false,
  metadata: "none",
};
const failed = (
  reason: "InvalidRequest" | "ResourceNotFound" | "ConnectUnavailable" | "IntentExpired",
  effect: "none" | "unknown",
): Outcome => ({
  isSuccess: false,
  intentId: "order-0",
  clientToken: token,
  messageId: "message-0",
  request: intent.request,
  isShadow: false,
  metadata: "none",
  failure: { reason, message: "", effect },
});

/** A history with one second between its entries. */
function historyOf(
  events: readonly HistoryEvent[],
  {
    semantics = "dedupe",
    isShadow = false,
  }: { readonly semantics?: string; readonly isShadow?: boolean } = {},
) {
  const entries = events.map((event, index): Entry => ({ ...event, at: (index + 1) * 1_000 }));
  return {
    entries,
    semantics,
    settings: {
      retryForMs: 3_600_000,
      maxIntentAgeMs: 86_400_000,
      notFoundGraceMs: 10_000,
      requestsPerSecond: 1,
      transfersPerSecond: 2,
      maxConcurrency: 2,
      isShadow,
      resolveUnknown: { settleForMs: 60_000, transferMethods: ["TRANSFER", "API"], shareOfReads: 0.5 },
    },
    readsLagMs: 1_000,
  };
}

const sent = (overrides: Partial<QueuedCopy> = {}): HistoryEvent => ({
  what: "sent",
  copy: { ...copy, ...overrides },
});
const invoked = (invocation = 1, count = 1): HistoryEvent => ({
  what: "invoked",
  invocation,
  instance: 1,
  isFresh: true,
  skewMs: 0,
  deadlineAt: 30_000 + invocation * 1_000,
  misledByMs: 0,
  deliveries: [{ number: invocation, copy: "message-0", count, firstReceivedAt: 0 }],
});
const invokedWithEvent: HistoryEvent = {
  ...invoked(),
  deliveries: [{ number: 1, copy: "message-0" }],
} as HistoryEvent;
const asked = (
  call: number,
  overrides: Partial<Extract<HistoryEvent, { what: "requested" }>> = {},
): HistoryEvent => ({
  what: "requested",
  call,
  invocation: 1,
  instance: 1,
  request: intent.request,
  clientToken: token,
  fault: "none",
  ...overrides,
});
const transferred = (call: number, newContactId = "new-1"): HistoryEvent => ({
  what: "transferred",
  call,
  contactId: "contact-0",
  newContactId,
});
const answered = (call: number, answer: string): HistoryEvent => ({ what: "answered", call, answer });
const published = (outcome: Outcome, call = 90): HistoryEvent[] => [
  { what: "publishing", call, invocation: 1, fault: "none" },
  { what: "outcome stored", call, invocation: 1, outcome },
  { what: "outcome confirmed", call, invocation: 1, outcome },
];
const line = (status: string, reason?: string): HistoryEvent => ({
  what: "logged",
  invocation: 1,
  status,
  reason,
  messageId: "message-0",
});
const finished = (overrides: Partial<Extract<HistoryEvent, { what: "finished" }>> = {}): HistoryEvent => ({
  what: "finished",
  invocation: 1,
  returned: [],
  callsInFlight: 0,
  sleeping: 0,
  ...overrides,
});
const acknowledged: HistoryEvent = {
  what: "acknowledged",
  invocation: 0,
  delivery: 1,
  copy: "message-0",
  isDeleted: true,
};
const good = [
  sent(),
  invoked(),
  asked(5),
  transferred(5),
  answered(5, "ok"),
  ...published(success),
  line("succeeded"),
  finished(),
  acknowledged,
];
const deadLetter = (what: "dead letter stored" | "dead letter confirmed", overrides = {}): HistoryEvent => ({
  what,
  call: 95,
  invocation: 1,
  copy: "message-0",
  reason: "InvalidRequest",
  isBare: false,
  isReduced: false,
  effect: "none",
  firstSentAt: 0,
  ...overrides,
});
const sending: HistoryEvent = {
  what: "sending dead letters",
  call: 95,
  invocation: 1,
  copies: ["message-0"],
  fault: "none",
};

const enqueuing: HistoryEvent = {
  what: "enqueuing",
  call: 97,
  invocation: 1,
  copies: ["message-0"],
  fault: "none",
};
const enqueuedCopy: QueuedCopy = {
  ...copy,
  id: "enqueued-1",
  historySays: "unknown",
  parent: { copy: "message-0", delivery: 1 },
};
const enqueued = (overrides = {}): HistoryEvent => ({
  what: "enqueued",
  call: 97,
  invocation: 1,
  copy: enqueuedCopy,
  claimedAt: 0,
  delaySeconds: 5,
  ...overrides,
});

const waiting = sent({ carries: "refused", waitsSince: 0, historySays: "unknown" });
const read = (overrides: Partial<Extract<HistoryEvent, { what: "read" }>> = {}): HistoryEvent => ({
  what: "read",
  call: 98,
  invocation: 1,
  operation: "DescribeContact",
  contactId: "contact-0",
  fault: "none",
  ...overrides,
});
const movedByAnother = (by: "agent" | "manager", queueId: string): HistoryEvent => ({
  what: "moved by another",
  contactId: "contact-0",
  newContactId: "new-1",
  by,
  queueId,
});
const resolved = (effect: "none" | "unknown", resolution: Partial<Resolution>): Outcome => ({
  ...failed("InvalidRequest", effect),
  resolution: { found: "open", readAt: "2026-11-24T10:00:00Z", ...resolution },
});
const observed: Outcome = { ...success, isObserved: true };
const aMinute = Array.from({ length: 60 }, (): HistoryEvent => ({ what: "world changed", change: "none" }));

/** By invariant: histories that break it, and perhaps others too. */
const bad: Readonly<Record<keyof typeof invariants, readonly HistoryEvent[][]>> = {
  transfersAtMostOnce: [[...good, asked(6), transferred(6, "new-2")]],
  keepsToken: [
    [...good, asked(6, { clientToken: "ct1-b" })],
    [...good, asked(6, { clientToken: undefined })],
    [...good, asked(6, { request: { contactId: "x", contactFlowId: "y" } })],
    [sent(), invoked(), asked(5), ...published({ ...success, clientToken: "ct1-b" })],
  ],
  publishesNoFalseSuccess: [
    [sent(), invoked(), asked(5), answered(5, "ok"), ...published(success)],
    [sent(), invoked(), asked(5), transferred(5, "new-2"), ...published(success)],
    [sent(), invoked(), asked(5), ...published(success), transferred(5)],
  ],
  reportsNoFalseNone: [
    [
      sent(),
      invoked(),
      asked(5),
      transferred(5),
      answered(5, "TimeoutError"),
      ...published(failed("InvalidRequest", "none")),
    ],
    [sent({ historySays: "unknown" }), invoked(), ...published(failed("IntentExpired", "none"))],
    // A twin's request.
    [
      sent(),
      sent({ id: "message-1" }),
      { ...invoked(2), deliveries: [{ number: 2, copy: "message-1", count: 1 }] } as HistoryEvent,
      asked(5, { invocation: 2 }),
      transferred(5),
      invoked(),
      ...published(failed("InvalidRequest", "none")),
    ],
    // A later delivery, after the visibility timeout, which moved the contact first.
    [
      sent(),
      invoked(),
      ...aMinute,
      ...aMinute,
      ...aMinute,
      invoked(2, 2),
      asked(5, { invocation: 2 }),
      transferred(5),
      ...published(failed("IntentExpired", "none")),
    ],
  ],
  movesNothingInShadow: [[...good.slice(0, 6), ...published({ ...success, isShadow: true })]],
  reportsNoneIfCertain: [
    [
      sent(),
      invoked(),
      asked(5),
      answered(5, "ResourceNotFoundException"),
      ...published(failed("ResourceNotFound", "unknown")),
    ],
  ],
  usesKnownResults: [
    [...good, asked(6)],
    [...good, ...published(failed("IntentExpired", "unknown"), 91)],
    [sent(), invoked(), asked(5), asked(6), answered(5, "Error"), answered(6, "Error")],
    [sent(), invoked(), asked(5), answered(5, "InvalidRequestException"), asked(6)],
  ],
  usesCarriedResults: [
    [sent({ carries: "transferred" }), invoked(), asked(5)],
    [sent({ carries: "transferred" }), invoked(), ...published(failed("IntentExpired", "unknown"))],
  ],
  carriesUnpublishedResults: [
    [
      sent(),
      invoked(),
      asked(5),
      transferred(5),
      answered(5, "ok"),
      line("retry", "OutcomeNotPublished"),
      finished({ returned: ["message-0"] }),
    ],
  ],
  losesNothing: [
    [sent(), invoked(), finished()],
    [sent(), { what: "dropped by retention", copy: "message-0" }],
  ],
  acknowledgesOnlySettled: [
    [sent(), invoked(), finished(), acknowledged],
    [sent(), invoked(), ...published(failed("InvalidRequest", "none")), finished(), acknowledged],
  ],
  keepsDeadLettersWhole: [
    [sent(), invoked(), sending, deadLetter("dead letter stored", { isBare: true })],
    [
      sent(),
      invoked(),
      { ...sending, fault: "denied" } as HistoryEvent,
      deadLetter("dead letter stored", { isReduced: true }),
    ],
  ],
  keepsMetadata: [
    [sent(), invoked(), ...published({ ...success, metadata: "left out" })],
    [sent({ metadata: "fine" }), invoked(), ...published(success)],
    [sent({ metadata: "fine" }), invoked(), ...published({ ...success, metadata: "left out" })],
  ],
  enqueuesWhole: [
    [sent({ isEvent: true }), invoked(), enqueued({ claimedAt: 1_000 })],
    [sent({ isEvent: true }), invoked(), enqueued({ claimedAt: undefined })],
    [sent({ isEvent: true }), invoked(), enqueued({ copy: { ...enqueuedCopy, historySays: "none" } })],
    [
      sent(),
      invoked(),
      enqueuing,
      { what: "not enqueued", call: 97, invocation: 1, error: "InvalidParameterValue" },
    ],
  ],
  publishesBeforeDeadLettering: [
    [sent(), invoked(), sending, deadLetter("dead letter stored")],
    [
      sent(),
      invoked(),
      ...published(failed("InvalidRequest", "none")),
      sending,
      deadLetter("dead letter stored", { reason: "NotAllowed" }),
    ],
    [
      sent(),
      invoked(),
      ...published(failed("InvalidRequest", "none")),
      sending,
      deadLetter("dead letter stored", { effect: "unknown" }),
    ],
    [
      sent(),
      invoked(),
      ...published(failed("InvalidRequest", "none")),
      sending,
      deadLetter("dead letter stored", { firstSentAt: 7 }),
    ],
    [
      sent(),
      invoked(),
      ...published(failed("InvalidRequest", "none")),
      sending,
      deadLetter("dead letter stored", { copy: "?" }),
    ],
  ],
  isolatesRecords: [
    [sent(), invoked(), finished({ returned: ["message-0"] })],
    [sent(), invoked(), line("succeeded"), finished({ returned: ["message-0"] })],
    [sent(), invoked(), line("retry", "Throttled"), finished({ returned: ["message-0"] })],
    [sent(), invoked(), line("retry", "OutcomeNotPublished"), finished({ returned: ["message-0"] })],
    [sent(), invoked(), line("succeeded"), finished({ returned: ["message-7"] })],
    [sent(), invoked(), line("succeeded"), finished({ threw: "TypeError" })],
    [sent({ isEvent: true }), invokedWithEvent, line("retry", "NotEnqueued"), finished()],
    [
      sent({ isEvent: true }),
      invokedWithEvent,
      line("retry", "NotEnqueued"),
      finished({ threw: "RetryEventError" }),
    ],
    [sent(), invoked(), { what: "bug", invocation: 1, error: "TypeError" }],
  ],
  requestsOnlyAllowed: [
    [sent({ intent: { ...intent, kind: "notAllowed" } }), invoked(), asked(5)],
    [sent({ expiresAt: 2_000 }), invoked(), asked(5)],
    [sent({ ageStartsAt: -86_400_000 }), invoked(), asked(5)],
  ],
  failsForTrueReason: [
    [sent(), invoked(), ...published(failed("IntentExpired", "none"))],
    [sent(), invoked(), ...published(failed("InvalidRequest", "none"))],
    [
      sent(),
      invoked(),
      asked(5),
      answered(5, "TooManyRequestsException"),
      ...published(failed("ConnectUnavailable", "unknown")),
    ],
    [
      sent(),
      invoked(),
      asked(5),
      answered(5, "TimeoutError"),
      ...published(failed("ConnectUnavailable", "unknown")),
    ],
  ],
  givesGrace: [
    [
      sent(),
      invoked(),
      asked(5),
      answered(5, "ResourceNotFoundException"),
      ...published(failed("ResourceNotFound", "none")),
    ],
    [
      sent({ isLastAsk: true, sentAt: 9_000 }),
      invoked(),
      asked(5),
      answered(5, "ResourceNotFoundException"),
      ...published(failed("ResourceNotFound", "none")),
    ],
    [sent({ isLastAsk: true }), invoked(), line("retry", "ResourceNotFound")],
  ],
  answersInTime: [
    [sent(), invoked(), finished({ callsInFlight: 1 })],
    [sent(), invoked(), finished({ sleeping: 1 })],
    [sent(), invoked(), { what: "timed out", invocation: 1 }],
    [sent(), invoked(-27), asked(5, { invocation: -27 })],
  ],
  keepsPace: [
    [sent(), invoked(), ...Array.from({ length: 3 }, (_, call) => asked(call))],
    [sent(), invoked(), asked(5), answered(5, "ThrottlingException"), asked(6)],
  ],
  keepsTotalPace: [
    [sent(), invoked(), ...Array.from({ length: 3 }, (_, call) => asked(call))],
    [
      sent(),
      invoked(),
      { ...invoked(2), instance: 2 } as HistoryEvent,
      ...Array.from({ length: 5 }, (_, call) => asked(call, { invocation: 1 + (call % 2) })),
    ],
  ],
  hidesWithinBounds: [
    [
      sent(),
      invoked(),
      {
        what: "not hidden",
        invocation: 1,
        copy: "message-0",
        seconds: 43_200,
        error: "InvalidParameterValue",
      },
    ],
    [sent(), invoked(), { what: "hidden", invocation: 1, copy: "message-0", seconds: 9_000 }],
    [sent(), invoked(1, 900), { what: "hidden", invocation: 1, copy: "message-0", seconds: 5 }],
  ],
  leavesNothingToRedrivePolicy: [
    [
      sent(),
      invoked(),
      { what: "hidden", invocation: 1, copy: "message-0", seconds: 5 },
      finished(),
      { what: "dead-lettered by AWS", copy: "message-0", isEvent: false },
    ],
  ],
  readsOnlyUnknowns: [
    [sent(), invoked(), read()],
    [waiting, invoked(), read({ contactId: "contact-1" })],
  ],
  keepsPaceOfReads: [
    [waiting, invoked(), ...[1, 2, 3].map((call) => read({ call, operation: "ListAssociatedContacts" }))],
  ],
  observesTrueSuccess: [
    [waiting, invoked(), ...published(observed)],
    [waiting, invoked(), movedByAnother("agent", "queue-0"), ...published(observed)],
    [waiting, invoked(), movedByAnother("manager", "queue-9"), ...published(observed)],
  ],
  blamesOnlyOthers: [
    [
      waiting,
      invoked(),
      asked(5),
      transferred(5),
      ...published(resolved("none", { found: "moved", by: "other", contactId: "new-1" })),
    ],
  ],
  trustsOnlyReadsThatLag: [
    [waiting, invoked(), asked(5), transferred(5), read(), ...published(resolved("none", {}))],
    [
      waiting,
      invoked(),
      movedByAnother("manager", "queue-0"),
      read(),
      ...published(resolved("none", { found: "ended" })),
    ],
    [waiting, invoked(), movedByAnother("manager", "queue-0"), ...aMinute, enqueuing, enqueued()],
  ],
  resolvesWhatCanBeRead: [
    [sent(), invoked(), ...published(failed("ConnectUnavailable", "unknown"))],
    [waiting, invoked(), ...published(resolved("unknown", { found: "unreadable" }))],
    [waiting, invoked(), ...published(resolved("unknown", { found: "several" }))],
  ],
  drains: [[sent(), { what: "ended", isDrained: false, left: ["message-0"] }]],
};

describe("invariants", () => {
  it("accept a good history", () => {
    assert.deepEqual(judge(historyOf(good)).violations, []);
  });

  it("allow a second transfer while Connect ignores tokens", () => {
    const history = historyOf([...good, asked(6, { instance: 2 }), transferred(6, "new-2")], {
      semantics: "ignored",
    });
    assert.ok(!judge(history).violations.some(({ invariant }) => invariant === "transfersAtMostOnce"));
  });

  it("allow a request after a refusal whose message its instance has not seen for ten minutes", () => {
    const refused = [sent(), invoked(), asked(5), answered(5, "InvalidRequestException"), finished()];
    const { entries, ...history } = historyOf([...refused, invoked(2), asked(6, { invocation: 2 })]);
    const askedAfter = (ms: number) => {
      const later = entries.map((entry, n) => (n < refused.length ? entry : { ...entry, at: entry.at + ms }));
      return judge({ ...history, entries: later }).violations.map(({ invariant }) => invariant);
    };
    assert.ok(askedAfter(590_000).includes("usesKnownResults"));
    assert.ok(!askedAfter(600_000).includes("usesKnownResults"));
  });

  for (const [name, histories] of Object.entries(bad)) {
    it(`${name} rejects each history that breaks it`, () => {
      for (const [index, events] of histories.entries()) {
        // To break the pace, requests are one millisecond apart.
        const history = historyOf(events);
        const entries =
          name.startsWith("keepsPace") || name === "keepsTotalPace"
            ? history.entries.map((entry, at) => ({ ...entry, at }))
            : history.entries;
        const found = judge({ ...history, entries }).violations.map(({ invariant }) => invariant);
        assert.ok(found.includes(name), `history ${index} passed; found: ${found.join(", ") || "none"}`);
      }
    });
  }

  it("are all tried", () => {
    assert.deepEqual(Object.keys(bad).sort(), Object.keys(invariants).sort());
  });
});
