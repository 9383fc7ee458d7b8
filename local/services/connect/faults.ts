import type { ConnectRequest } from "./read-request.ts";

/** One way in which the endpoint misbehaves. */
export type Fault = FaultWithoutEffect | FaultAfterEffect;

/** The contact stays where it is. */
export type FaultWithoutEffect =
  /** An error of any name and status, known to the SDK or not. */
  | { readonly kind: "error"; readonly name: string; readonly httpStatus: number }
  /** A page as a load balancer sends it, instead of JSON. */
  | { readonly kind: "html"; readonly httpStatus: number }
  /** The connection is reset. */
  | { readonly kind: "reset" }
  /** The request is accepted and never answered. */
  | { readonly kind: "hang" };

/** The world has done what was asked, or refused it, before anything goes wrong. */
export type FaultAfterEffect =
  /** The connection is reset. */
  | { readonly kind: "lost-answer" }
  /** The request is never answered. */
  | { readonly kind: "hang-after" }
  /** The JSON of the answer breaks off in its middle. */
  | { readonly kind: "truncate" }
  /** The answer comes so much later. */
  | { readonly kind: "late"; readonly lateByMs: number };

/**
 * Says what happens to a request; undefined leaves it alone. `attemptNumber` counts, from 1, the requests with this
 * operation and client token (without a token: of this contact), whoever repeats them: the SDK or a later delivery.
 */
export type Faults = (request: ConnectRequest, attemptNumber: number) => Fault | undefined;

export interface FaultPlan {
  readonly faults: Faults;
  /** How long every request takes before it has its effect. */
  readonly latencyMs: number;
}

/** The words of the grammar. */
const faultByWord = {
  throttle: { kind: "error", name: "ThrottlingException", httpStatus: 429 },
  "too-many-requests": { kind: "error", name: "TooManyRequestsException", httpStatus: 429 },
  quota: { kind: "error", name: "ServiceQuotaExceededException", httpStatus: 402 },
  deny: { kind: "error", name: "AccessDeniedException", httpStatus: 403 },
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
} as const satisfies Record<string, Fault>;

export interface FaultDeps {
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** Milliseconds since any fixed instant. */
  readonly now: () => number;
}

/**
 * Reads a plan of faults: `throttle=0.2,deny=10s,lost-answer=1x,latency=100ms`.
 *
 * Rules are separated by commas, each `WORD=WHEN`, and of those that apply to a request the first one written wins.
 * WHEN is a probability (`0.2`), the first so many requests (`3x`), or a time from the first request on (`10s`, also
 * `ms` and `m`). `latency=100ms` makes every request take that long.
 *
 * | word | what the caller meets |
 * |---|---|
 * | `throttle`, `too-many-requests` | 429 by either name |
 * | `quota` · `deny` · `conflict` · `internal` · `unavailable` | 402 · 403 · 409 · 500 · 503 |
 * | `foreign` | 400 with an error name that no SDK knows |
 * | `html503` | 503 with an HTML page |
 * | `reset` · `hang` | connection reset · no answer ever; the contact stays where it is |
 * | `lost-answer` · `hang-after` | the same, but the contact has been moved |
 * | `truncate` | the contact has been moved, and the JSON of the answer breaks off |
 * | `late` | the contact has been moved, and the answer comes 10 seconds later |
 *
 * @throws Error one sentence that names the rule and what would be right.
 */
export function parseFaults(text: string, deps: FaultDeps): FaultPlan {
  let latencyMs = 0;
  const rules: { fault: Fault; applies: () => boolean }[] = [];
  for (const rule of text.split(",").map((part) => part.trim())) {
    const [word = "", when = "", ...rest] = rule.split("=").map((part) => part.trim());
    if (rest.length > 0)
      throw new Error(`Fault rule "${rule}" has more than one "="; right would be WORD=WHEN.`);
    if (word === "latency") latencyMs = parseLatency(rule, when);
    else rules.push({ fault: faultOf(word), applies: parseWhen(rule, when, deps) });
  }
  // Every rule is asked for every request, so that a count or a time runs on while another rule wins.
  const faults: Faults = () => rules.filter((rule) => rule.applies())[0]?.fault;
  return { faults, latencyMs };
}

function faultOf(word: string): Fault {
  if (isFaultWord(word)) return faultByWord[word];
  const words = [...Object.keys(faultByWord), "latency"].join(", ");
  throw new Error(`"${word}" is not a fault; right would be one of ${words}.`);
}

function isFaultWord(word: string): word is keyof typeof faultByWord {
  return Object.hasOwn(faultByWord, word);
}

function parseWhen(rule: string, when: string, { random, now }: FaultDeps): () => boolean {
  const [, count] = /^(\d+)x$/.exec(when) ?? [];
  if (count !== undefined) {
    let left = Number(count);
    return () => left-- > 0;
  }
  const durationMs = parseDurationMs(when);
  if (durationMs !== undefined) {
    let startedAt: number | undefined;
    return () => {
      startedAt ??= now();
      return now() - startedAt < durationMs;
    };
  }
  const probability = /^\d*\.?\d+$/.test(when) ? Number(when) : Number.NaN;
  if (probability <= 1) return () => random() < probability;
  throw new Error(
    `Fault rule "${rule}" does not say when; right would be a probability (0.2), the first requests (3x) or a time from the first request on (10s).`,
  );
}

function parseLatency(rule: string, when: string): number {
  const latencyMs = parseDurationMs(when);
  if (latencyMs === undefined) throw new Error(`Fault rule "${rule}" needs a time, as in latency=100ms.`);
  return latencyMs;
}

function parseDurationMs(text: string): number | undefined {
  const [, amount, unit] = /^(\d+)(ms|s|m)$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * (unit === "ms" ? 1 : unit === "s" ? 1000 : 60_000);
}
