import assert from "node:assert/strict";
import { it } from "node:test";
import { faultsHelp, parseFaults } from "./faults.ts";

const request = { operation: "TransferContact", input: {} } as const;
const read = { operation: "ListAssociatedContacts", input: {} } as const;

/** A plan whose clock and random numbers the test controls. */
function plan(text: string) {
  const given = { now: 1000, random: 0 };
  const { faults, otherMoves, ...durations } = parseFaults(text, {
    now: () => given.now,
    random: () => given.random,
  });
  return {
    given,
    ...durations,
    next: () => faults(request, 1)?.kind,
    nextRead: () => faults(read, 1)?.kind,
    moves: () => [otherMoves?.(read), otherMoves?.(request)],
  };
}

it("a probability is drawn for each request", () => {
  const { given, next } = plan("reset=0.2");
  given.random = 0.19;
  assert.equal(next(), "reset");
  given.random = 0.2;
  assert.equal(next(), undefined);
});

it("probability 1 is every request and 0 none", () => {
  const all = plan("reset=1");
  all.given.random = 0.999999;
  assert.equal(all.next(), "reset");
  assert.equal(plan("reset=0").next(), undefined);
});

it("3x is the first three requests", () => {
  const { next } = plan("hang=3x");
  assert.deepEqual([next(), next(), next(), next(), next()], ["hang", "hang", "hang", undefined, undefined]);
});

it("10s starts at the first request, whenever it arrives", () => {
  const { given, next } = plan("reset=10s");
  given.now = 500_000;
  assert.equal(next(), "reset");
  given.now = 509_999;
  assert.equal(next(), "reset");
  given.now = 510_000;
  assert.equal(next(), undefined);
});

it("minutes and milliseconds are accepted too", () => {
  const { given, next } = plan("reset=20ms, hang=2m");
  assert.equal(next(), "reset");
  given.now += 20;
  assert.equal(next(), "hang");
  given.now += 120_000 - 20;
  assert.equal(next(), undefined);
});

it("the first rule that applies wins, and the counts of the others continue", () => {
  const { next } = plan("hang=1x,reset=2x");
  assert.deepEqual([next(), next(), next()], ["hang", "reset", undefined]);
});

it("latency applies to every request, in addition to the rules", () => {
  assert.equal(plan("latency=100ms").latencyMs, 100);
  assert.equal(plan("reset=1,latency=2s").latencyMs, 2000);
  assert.equal(plan("reset=1").latencyMs, 0);
});

it("read- and a word is a fault of reads, which other words leave alone", () => {
  const { next, nextRead } = plan("hang=1x,read-reset=1x");
  assert.deepEqual([nextRead(), nextRead(), next(), next()], ["reset", undefined, "hang", undefined]);
});

it("each of the two reads lags by its own duration", () => {
  assert.deepEqual(plan("describe-lag=2s,list-lag=1m").readsLagMs, { describe: 2_000, list: 60_000 });
  assert.deepEqual(plan("reset=1").readsLagMs, { describe: 0, list: 0 });
});

for (const by of ["agent", "manager", "flow"]) {
  it(`moved-by-${by} moves a contact when a request to transfer it arrives`, () => {
    const { moves, next } = plan(`moved-by-${by}=1x`);
    assert.deepEqual([moves(), moves(), next()], [[undefined, by], [undefined, undefined], undefined]);
  });
}

const words: Record<string, object> = {
  throttle: { kind: "error", name: "ThrottlingException", httpStatus: 429 },
  "too-many-requests": { kind: "error", name: "TooManyRequestsException", httpStatus: 429 },
  quota: { kind: "error", name: "ServiceQuotaExceededException", httpStatus: 402 },
  deny: { kind: "error", name: "AccessDeniedException", httpStatus: 403 },
  "not-found": { kind: "error", name: "ResourceNotFoundException", httpStatus: 404 },
  conflict: { kind: "error", name: "IdempotencyException", httpStatus: 409 },
  internal: { kind: "error", name: "InternalServiceException", httpStatus: 500 },
  unavailable: { kind: "error", name: "ServiceUnavailableException", httpStatus: 503 },
  foreign: { kind: "error", name: "SomethingNewException", httpStatus: 400 },
  html503: { kind: "html", httpStatus: 503 },
  reset: { kind: "reset" },
  "lost-answer": { kind: "lost-answer" },
  hang: { kind: "hang" },
  "hang-after": { kind: "hang-after" },
  truncate: { kind: "truncate" },
  late: { kind: "late", lateByMs: 10_000 },
};
for (const [word, fault] of Object.entries(words)) {
  it(`${word} is a word of the grammar`, () => {
    const { faults } = parseFaults(`${word}=1x`, { now: () => 0, random: () => 0 });
    assert.deepEqual(faults(request, 1), fault);
  });
}

it("an unknown word is an error that lists all words", () => {
  assert.throws(() => plan("trottle=0.2"), {
    message: `"trottle" is not a fault. Use one of ${Object.keys(words).join(", ")}, moved-by-agent, moved-by-manager, moved-by-flow, latency, describe-lag, list-lag, or read- and a fault.`,
  });
});

for (const rule of [
  "throttle",
  "throttle=",
  "throttle=often",
  "throttle=1.5",
  "throttle=-1",
  "throttle=3",
  "throttle=10w",
]) {
  it(`"${rule}" has no valid condition`, () => {
    assert.throws(() => plan(`hang=1x, ${rule}`), {
      message: new RegExp(`^Fault rule "${rule}" does not say when. Give a probability`),
    });
  });
}

for (const rule of ["latency", "latency=0.2", "latency=100", "list-lag=1x"]) {
  it(`"${rule}" needs a duration`, () => {
    assert.throws(() => plan(rule), {
      message: `Fault rule "${rule}" needs a duration, for example latency=100ms.`,
    });
  });
}

it("an empty plan and a double equals sign are errors", () => {
  assert.throws(() => plan(""), /^Error: "" is not a fault/);
  assert.throws(() => plan("hang=1x=2"), {
    message: 'Fault rule "hang=1x=2" has more than one "=". Write WORD=WHEN.',
  });
});

it("the help names every word, and none that is refused", () => {
  const deps = { random: () => 0, now: () => 0 };
  const refusal = (() => {
    try {
      parseFaults("nonsense=1x", deps);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  })();
  const [, list = ""] = /Use one of ([^.]+), or read-/.exec(refusal) ?? [];
  const words = list.split(", ");
  assert.ok(words.length > 15);
  const named = new Set(faultsHelp.match(/[a-z0-9]+(?:-[a-z0-9]+)*/g));
  assert.deepEqual(
    words.filter((word) => !named.has(word)),
    [],
  );
});
