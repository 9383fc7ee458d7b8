import { parseDuration } from "../../../cli/duration.ts";
import type { ConnectRequest } from "./read-request.ts";
import type { OtherMover } from "./world/connect-world.ts";

export type Fault = FaultWithoutEffect | FaultAfterEffect;

/** The contact is not transferred. */
export type FaultWithoutEffect =
  /** An error of any name and status, known to the SDK or not. */
  | { readonly kind: "error"; readonly name: string; readonly httpStatus: number }
  /** HTML instead of JSON, as a load balancer sends it. */
  | { readonly kind: "html"; readonly httpStatus: number }
  /** The connection is reset. */
  | { readonly kind: "reset" }
  /** The request is accepted and never answered. */
  | { readonly kind: "hang" };

/** The request has had its effect, or was rejected, before the fault. */
export type FaultAfterEffect =
  /** The connection is reset. */
  | { readonly kind: "lost-answer" }
  /** The request is never answered. */
  | { readonly kind: "hang-after" }
  /** The answer is cut off in the middle of its JSON. */
  | { readonly kind: "truncate" }
  /** The answer is delayed. */
  | { readonly kind: "late"; readonly lateByMs: number };

/**
 * Chooses a request's fault, if any. `attemptNumber` counts from 1 the requests with the same operation and client token
 * (without a token: the same contact), whether the SDK or a later delivery repeats them.
 */
export type Faults = (request: ConnectRequest, attemptNumber: number) => Fault | undefined;

/** Chooses who else moves a contact at the moment when a request to transfer it arrives. */
export type OtherMoves = (request: ConnectRequest) => OtherMover | undefined;

export interface FaultPlan {
  readonly faults: Faults;
  /** @default nobody else moves contacts */
  readonly otherMoves?: OtherMoves;
  /** How long every request takes to have its effect. */
  readonly latencyMs: number;
  /** How far the reads lag behind the world. @default not at all */
  readonly readsLagMs?: { readonly describe: number; readonly list: number };
}

const faultByWord = {
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
} as const satisfies Record<string, Fault>;

const moverByWord = {
  "moved-by-agent": "agent",
  "moved-by-manager": "manager",
  "moved-by-flow": "flow",
} as const satisfies Record<string, OtherMover>;

/** The durations of a plan, which have no WHEN. */
const durationWords = ["latency", "describe-lag", "list-lag"] as const;
type DurationWord = (typeof durationWords)[number];

const readPrefix = "read-";

export interface FaultDeps {
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Milliseconds since any fixed instant. */
  readonly now: () => number;
}

/** What the words of a fault plan mean, for the help of `--faults`. */
export const faultsHelp = `Faults are rules WORD=WHEN, separated by commas; the first one that applies to a
request wins. WHEN is a probability (0.2), the first N requests (3x), or a time
from the first request on (10s, also ms and m).
  throttle, too-many-requests    429 by either name
  quota, deny, conflict          402, 403, 409
  internal, unavailable          500, 503
  not-found                      404, as while a new contact is not visible yet
  foreign                        400 with an error name that no SDK knows
  html503                        503 with an HTML page
  reset, hang                    the connection is reset, or nothing is
                                 answered; the contact is not transferred
  lost-answer, hang-after        the same, but the contact was transferred
  truncate                       it was transferred; the answer is cut off
  late                           it was transferred; the answer takes 10 s more
  read-throttle, read-reset, …   the same for DescribeContact and
                                 ListAssociatedContacts
  moved-by-agent, moved-by-manager, moved-by-flow
                                 somebody else has just moved the contact to
                                 another queue
  latency=100ms                  every request takes that long
  describe-lag=20s, list-lag=20s
                                 a read shows what was so long ago; different
                                 lags contradict each other`;

/**
 * Parses a fault plan such as `throttle=0.2,deny=10s,lost-answer=1x,latency=100ms`; `faultsHelp` has its words.
 *
 * @throws Error that names the rule and says how to fix it.
 */
export function parseFaults(text: string, deps: FaultDeps): FaultPlan {
  const durations: Record<DurationWord, number> = { latency: 0, "describe-lag": 0, "list-lag": 0 };
  const rules: FaultRule[] = [];
  const moves: { by: OtherMover; applies: () => boolean }[] = [];
  for (const rule of text.split(",").map((part) => part.trim())) {
    const [word = "", when = "", ...rest] = rule.split("=").map((part) => part.trim());
    if (rest.length > 0) throw new Error(`Fault rule "${rule}" has more than one "=". Write WORD=WHEN.`);
    const duration = durationWords.find((one) => one === word);
    if (duration) durations[duration] = parseFaultDuration(rule, when);
    else if (isMoverWord(word)) moves.push({ by: moverByWord[word], applies: parseWhen(rule, when, deps) });
    else rules.push({ ...faultOf(word), applies: parseWhen(rule, when, deps) });
  }
  return {
    // Every rule sees every request of its kind, so that counts and times continue while another rule wins.
    faults: ({ operation }) =>
      rules
        .filter(({ isOfReads }) => isOfReads === (operation !== "TransferContact"))
        .filter((rule) => rule.applies())[0]?.fault,
    otherMoves: ({ operation }) =>
      operation === "TransferContact" ? moves.filter((move) => move.applies())[0]?.by : undefined,
    latencyMs: durations.latency,
    readsLagMs: { describe: durations["describe-lag"], list: durations["list-lag"] },
  };
}

interface FaultRule {
  readonly fault: Fault;
  readonly isOfReads: boolean;
  readonly applies: () => boolean;
}

function faultOf(text: string): Pick<FaultRule, "fault" | "isOfReads"> {
  const isOfReads = text.startsWith(readPrefix);
  const word = isOfReads ? text.slice(readPrefix.length) : text;
  if (isFaultWord(word)) return { fault: faultByWord[word], isOfReads };
  const words = [...Object.keys(faultByWord), ...Object.keys(moverByWord), ...durationWords].join(", ");
  throw new Error(`"${text}" is not a fault. Use one of ${words}, or ${readPrefix} and a fault.`);
}

function isFaultWord(word: string): word is keyof typeof faultByWord {
  return Object.hasOwn(faultByWord, word);
}

function isMoverWord(word: string): word is keyof typeof moverByWord {
  return Object.hasOwn(moverByWord, word);
}

function parseWhen(rule: string, when: string, { random, now }: FaultDeps): () => boolean {
  const [, count] = /^(\d+)x$/.exec(when) ?? [];
  if (count !== undefined) {
    let left = Number(count);
    return () => left-- > 0;
  }
  const durationMs = parseDuration(when);
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
    `Fault rule "${rule}" does not say when. Give a probability (0.2), the first N requests (3x), or a time from the first request on (10s).`,
  );
}

function parseFaultDuration(rule: string, when: string): number {
  const durationMs = parseDuration(when);
  if (durationMs === undefined)
    throw new Error(`Fault rule "${rule}" needs a duration, for example latency=100ms.`);
  return durationMs;
}
