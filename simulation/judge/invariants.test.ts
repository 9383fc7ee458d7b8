import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Copy, Entry, Happening, Subject, ToldOutcome } from "../history.ts";
import { invariants, judge } from "./check-history.ts";

const subject: Subject = {
  number: 0,
  kind: "valid",
  intentId: "order-0",
  request: { contactId: "contact-0", contactFlowId: "flow", queueId: "queue-0" },
};
const copy: Copy = {
  id: "message-0",
  subject,
  isEvent: false,
  sentAt: 0,
  firstSentAt: 0,
  receivesBefore: 0,
  bornAt: 0,
  expiresAt: Number.POSITIVE_INFINITY,
  historySays: "nothing",
};
const token = "ct1-a";
const success: ToldOutcome = {
  isSuccess: true,
  intentId: "order-0",
  clientToken: token,
  request: subject.request,
  newContactId: "new-1",
};
const failed = (
  reason: "InvalidRequest" | "ConnectUnavailable" | "IntentExpired",
  effect: "none" | "unknown",
): ToldOutcome => ({
  isSuccess: false,
  intentId: "order-0",
  clientToken: token,
  messageId: "message-0",
  request: subject.request,
  failure: { reason, message: "", effect },
});

/** A history by hand: a second passes between its entries. */
function historyOf(happenings: readonly Happening[], semantics = "dedupe") {
  const entries = happenings.map((happening, index): Entry => ({ ...happening, at: (index + 1) * 1_000 }));
  return {
    entries,
    semantics,
    settings: { retryForMs: 3_600_000, maxIntentAgeMs: 86_400_000, requestsPerSecond: 1 },
  };
}

const sent = (overrides: Partial<Copy> = {}): Happening => ({
  what: "sent",
  copy: { ...copy, ...overrides },
});
const invoked = (invocation = 1, count = 1): Happening => ({
  what: "invoked",
  invocation,
  instance: 1,
  isFresh: true,
  skewMs: 0,
  deadlineAt: 30_000 + invocation * 1_000,
  deliveries: [{ number: invocation, copy: "message-0", count, firstReceivedAt: 0 }],
});
const asked = (call: number, overrides: Partial<Extract<Happening, { what: "asked" }>> = {}): Happening => ({
  what: "asked",
  call,
  invocation: 1,
  instance: 1,
  request: subject.request,
  clientToken: token,
  fate: "ok",
  ...overrides,
});
const moved = (call: number, newContactId = "new-1"): Happening => ({
  what: "moved",
  call,
  contactId: "contact-0",
  newContactId,
});
const answered = (call: number, answer: string): Happening => ({ what: "answered", call, answer });
const told = (outcome: ToldOutcome, call = 90): Happening[] => [
  { what: "putting", call, invocation: 1, fate: "ok" },
  { what: "outcome stored", call, invocation: 1, outcome },
  { what: "outcome confirmed", call, invocation: 1, outcome },
];
const line = (status: string, reason?: string): Happening => ({
  what: "line",
  invocation: 1,
  status,
  reason,
  messageId: "message-0",
});
const finished = (overrides: Partial<Extract<Happening, { what: "finished" }>> = {}): Happening => ({
  what: "finished",
  invocation: 1,
  returned: [],
  callsInFlight: 0,
  sleeping: 0,
  ...overrides,
});
const acknowledged: Happening = {
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
  moved(5),
  answered(5, "ok"),
  ...told(success),
  line("succeeded"),
  finished(),
  acknowledged,
];
const letter = (what: "letter stored" | "letter confirmed", overrides = {}): Happening => ({
  what,
  call: 95,
  invocation: 1,
  copy: "message-0",
  reason: "InvalidRequest",
  isBare: false,
  effect: "none",
  firstSentAt: 0,
  ...overrides,
});
const sending: Happening = {
  what: "sending letters",
  call: 95,
  invocation: 1,
  copies: ["message-0"],
  fate: "ok",
};

/** By invariant: histories that break it, and perhaps others. */
const bad: Readonly<Record<keyof typeof invariants, readonly Happening[][]>> = {
  movesAtMostOnce: [[...good, asked(6), moved(6, "new-2")]],
  keepsItsToken: [
    [...good, asked(6, { clientToken: "ct1-b" })],
    [...good, asked(6, { clientToken: undefined })],
    [...good, asked(6, { request: { contactId: "x", contactFlowId: "y" } })],
    [sent(), invoked(), asked(5), ...told({ ...success, clientToken: "ct1-b" })],
  ],
  tellsNoFalseSuccess: [
    [sent(), invoked(), asked(5), answered(5, "ok"), ...told(success)],
    [sent(), invoked(), asked(5), moved(5, "new-2"), ...told(success)],
    [sent(), invoked(), asked(5), ...told(success), moved(5)],
  ],
  tellsNoneOnlyWhereNone: [
    [
      sent(),
      invoked(),
      asked(5),
      moved(5),
      answered(5, "TimeoutError"),
      ...told(failed("InvalidRequest", "none")),
    ],
    [sent({ historySays: "unknown" }), invoked(), ...told(failed("IntentExpired", "none"))],
  ],
  tellsNoneWhereCertain: [
    [
      sent(),
      invoked(),
      asked(5),
      answered(5, "InvalidRequestException"),
      ...told(failed("InvalidRequest", "unknown")),
    ],
  ],
  usesWhatItKnows: [
    [...good, asked(6)],
    [...good, ...told(failed("IntentExpired", "unknown"), 91)],
    [sent(), invoked(), asked(5), asked(6), answered(5, "Error"), answered(6, "Error")],
    [sent(), invoked(), asked(5), answered(5, "InvalidRequestException"), asked(6)],
  ],
  losesNothing: [
    [sent(), invoked(), finished()],
    [sent(), { what: "dropped by retention", copy: "message-0" }],
  ],
  acknowledgesWhatIsTold: [
    [sent(), invoked(), finished(), acknowledged],
    [sent(), invoked(), ...told(failed("InvalidRequest", "none")), finished(), acknowledged],
  ],
  tellsBeforeItBuries: [
    [sent(), invoked(), sending, letter("letter stored")],
    [
      sent(),
      invoked(),
      ...told(failed("InvalidRequest", "none")),
      sending,
      letter("letter stored", { reason: "NotAllowed" }),
    ],
    [
      sent(),
      invoked(),
      ...told(failed("InvalidRequest", "none")),
      sending,
      letter("letter stored", { effect: "unknown" }),
    ],
    [
      sent(),
      invoked(),
      ...told(failed("InvalidRequest", "none")),
      sending,
      letter("letter stored", { firstSentAt: 7 }),
    ],
    [
      sent(),
      invoked(),
      ...told(failed("InvalidRequest", "none")),
      sending,
      letter("letter stored", { copy: "?" }),
    ],
  ],
  keepsRecordsApart: [
    [sent(), invoked(), finished({ returned: ["message-0"] })],
    [sent(), invoked(), line("succeeded"), finished({ returned: ["message-0"] })],
    [sent(), invoked(), line("retry", "Throttled"), finished({ returned: ["message-0"] })],
    [sent(), invoked(), line("retry", "OutcomeNotPublished"), finished({ returned: ["message-0"] })],
    [sent(), invoked(), line("succeeded"), finished({ returned: ["message-7"] })],
    [sent(), invoked(), line("succeeded"), finished({ threw: "TypeError" })],
    [sent(), invoked(), { what: "bug", invocation: 1, error: "TypeError" }],
  ],
  asksOnlyForWhatMayBe: [
    [sent({ subject: { ...subject, kind: "notAllowed" } }), invoked(), asked(5)],
    [sent({ expiresAt: 2_000 }), invoked(), asked(5)],
    [sent({ bornAt: -86_400_000 }), invoked(), asked(5)],
  ],
  failsForGoodReason: [
    [sent(), invoked(), ...told(failed("IntentExpired", "none"))],
    [sent(), invoked(), ...told(failed("InvalidRequest", "none"))],
    [
      sent(),
      invoked(),
      asked(5),
      answered(5, "TooManyRequestsException"),
      ...told(failed("ConnectUnavailable", "unknown")),
    ],
    [
      sent(),
      invoked(),
      asked(5),
      answered(5, "TimeoutError"),
      ...told(failed("ConnectUnavailable", "unknown")),
    ],
  ],
  endsInTime: [
    [sent(), invoked(), finished({ callsInFlight: 1 })],
    [sent(), invoked(), finished({ sleeping: 1 })],
    [sent(), invoked(), { what: "timed out", invocation: 1 }],
    [sent(), invoked(-27), asked(5, { invocation: -27 })],
  ],
  keepsItsPace: [
    [sent(), invoked(), ...Array.from({ length: 3 }, (_, call) => asked(call))],
    [sent(), invoked(), asked(5), answered(5, "ThrottlingException"), asked(6)],
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
  leavesNothingToSqs: [
    [
      sent(),
      invoked(),
      { what: "hidden", invocation: 1, copy: "message-0", seconds: 5 },
      finished(),
      { what: "moved by SQS", copy: "message-0", isEvent: false },
    ],
  ],
  drains: [[sent(), { what: "ended", isDrained: false, left: ["message-0"] }]],
};

describe("invariants", () => {
  it("find nothing wrong with a good history", () => {
    assert.deepEqual(judge(historyOf(good)).violations, []);
  });

  it("allow what tokens that are ignored lead to", () => {
    const history = historyOf([...good, asked(6, { instance: 2 }), moved(6, "new-2")], "ignored");
    assert.ok(!judge(history).violations.some(({ invariant }) => invariant === "movesAtMostOnce"));
  });

  for (const [name, histories] of Object.entries(bad)) {
    it(`${name} finds each history that breaks it`, () => {
      for (const [index, happenings] of histories.entries()) {
        // Requests a thousandth of a second apart where the pace is what is broken.
        const history = historyOf(happenings);
        const entries =
          name === "keepsItsPace" ? history.entries.map((entry, at) => ({ ...entry, at })) : history.entries;
        const found = judge({ ...history, entries }).violations.map(({ invariant }) => invariant);
        assert.ok(
          found.includes(name),
          `history ${index} is taken as good; found were ${found.join(", ") || "none"}`,
        );
      }
    });
  }

  it("are all tried", () => {
    assert.deepEqual(Object.keys(bad).sort(), Object.keys(invariants).sort());
  });
});
