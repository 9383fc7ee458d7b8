import { judge, type Violation } from "../judge/check-history.ts";
import type { Choices } from "../plan/choices.ts";
import { type FaultAt, type FaultPoint, faultsAt, type Plan, quietMessage, quietPlan } from "../plan/plan.ts";
import type { PlannedResolve } from "../plan/planned-resolve.ts";
import type { ProcessingCode } from "../world/world.ts";
import { runSchedule } from "./run-schedule.ts";

/** A plan, and at each fault point how many calls meet every fault in turn. */
interface Scope {
  readonly name: string;
  readonly plan: Plan;
  readonly faultyCalls: Readonly<Partial<Record<Exclude<FaultPoint, "delivery">, number>>>;
  /** The most calls of a schedule that meet a fault. */
  readonly mostFaults: number;
}

export type FailedSchedule = Violation & { readonly choices: string };

export interface Exhausted {
  readonly scope: string;
  readonly schedules: number;
  readonly violations: number;
  readonly failed: readonly FailedSchedule[];
}

const semantics = ["dedupe", "conflict", "validate-first", "ignored"] as const;

/**
 * Two intents, two deliveries and more, under all four token semantics: every combination of faults of the first calls,
 * including a crash before and after each.
 */
export function scopes(): Scope[] {
  const two = [quietMessage(), quietMessage({ hasTime: false })];
  const twins = [quietMessage(), quietMessage({ kind: "twin" })];
  const failing = [quietMessage({ kind: "missing contact" }), quietMessage()];
  const event = [quietMessage({ via: "event", hasTime: false })];
  const base = { originalEndsAfterMs: 3_600_000, maxConcurrency: 1, chaosForMs: 400_000, quotaPerSecond: 50 };
  return semantics.flatMap((one) => [
    {
      name: `two intents, ${one}`,
      plan: quietPlan({ ...base, semantics: one, messages: two }),
      faultyCalls: { transfer: 4, publish: 3, visibility: 1 },
      mostFaults: 3,
    },
    {
      name: `twins in one batch, ${one}`,
      plan: quietPlan({ ...base, semantics: one, messages: twins }),
      faultyCalls: { transfer: 3, publish: 3, visibility: 1 },
      mostFaults: 2,
    },
    {
      name: `one fails permanently, ${one}`,
      plan: quietPlan({ ...base, semantics: one, messages: failing }),
      faultyCalls: { transfer: 3, publish: 3, deadLetter: 3 },
      mostFaults: 2,
    },
    {
      name: `an event is enqueued, ${one}`,
      plan: quietPlan({ ...base, semantics: one, messages: event, isDirect: true, maxConcurrency: 2 }),
      faultyCalls: { transfer: 3, enqueue: 3, publish: 2 },
      mostFaults: 3,
    },
    {
      name: `a lost answer is read about, ${one}`,
      plan: quietPlan({
        ...base,
        originalEndsAfterMs: 0,
        semantics: one,
        messages: [quietMessage(), quietMessage({ kind: "ended" })],
        resolve: readsThatLag,
      }),
      faultyCalls: { transfer: 1, enqueue: 1, read: 3, publish: 1 },
      mostFaults: 2,
    },
  ]);
}

/** A list that lags by more than a contact's description, on pages of one contact. */
const readsThatLag: PlannedResolve = {
  settleForMs: 120_000,
  describeLagMs: 5_000,
  listLagMs: 40_000,
  pageSize: 1,
  transferMethod: "TRANSFER",
  transferMethods: ["TRANSFER", "API"],
  moves: [],
  kin: [],
};

/** Runs all schedules of one scope. */
export async function exhaustScope(index: number, code: ProcessingCode): Promise<Exhausted> {
  const scope = scopes()[index];
  if (!scope) throw new RangeError(`There is no scope ${index}.`);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  let schedules = 0;
  let violations = 0;
  const failed: FailedSchedule[] = [];
  for (let path: Step[] | undefined = []; path; path = nextPath(path)) {
    const found = judge(await runSchedule(scope.plan, code, enumeratedChoices(scope, path))).violations;
    schedules += 1;
    violations += found.length;
    if (found.length > 0 && failed.length < 5)
      failed.push(...found.map((violation) => ({ choices: choicesOf(path), ...violation })));
  }
  Error.stackTraceLimit = stackTraceLimit;
  return { scope: scope.name, schedules, violations, failed };
}

function choicesOf(path: readonly Step[]): string {
  return path.map(({ point, options, index }) => `${point} ${options[index]}`).join(", ");
}

/** One decision of a schedule: what could happen, and which of it does. */
interface Step {
  readonly point: string;
  readonly options: readonly string[];
  index: number;
}

/** Follows a path of decisions; beyond its end, takes the first option and appends it. */
function enumeratedChoices({ faultyCalls, mostFaults }: Scope, path: Step[]): Choices {
  const left = { ...faultyCalls };
  let position = 0;
  let faults = 0;
  return {
    at<P extends Exclude<FaultPoint, "delivery">>(point: P): FaultAt<P> {
      const remaining = left[point] ?? 0;
      if (remaining === 0 || faults === mostFaults) return "none";
      left[point] = remaining - 1;
      const step = path[position] ?? { point, options: ["none", ...faultsAt[point]], index: 0 };
      path[position] = step;
      position += 1;
      const fault = step.options[step.index] as FaultAt<P>;
      if (fault !== "none") faults += 1;
      return fault;
    },
    strikes: () => false,
    ms: (least) => least,
    hits: () => true,
  };
}

/** The next path in order: the last decision with another option takes it; later ones are dropped. */
function nextPath(path: readonly Step[]): Step[] | undefined {
  for (let length = path.length; length > 0; length--) {
    const last = path[length - 1];
    if (last && last.index + 1 < last.options.length) {
      return [...path.slice(0, length - 1), { ...last, index: last.index + 1 }];
    }
  }
  return undefined;
}
