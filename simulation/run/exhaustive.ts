import { judge, type Violation } from "../judge/check-history.ts";
import type { Fates } from "../plan/fates.ts";
import { type FateAt, faultsOf, type Place, type Plan, quietMessage, quietPlan } from "../plan/plan.ts";
import type { ProcessingCode } from "../world/world.ts";
import { runSchedule } from "./run-schedule.ts";

/** The fates that each place can meet, and how many calls at that place may meet another than "ok". */
interface Scope {
  readonly name: string;
  readonly plan: Plan;
  readonly choices: Readonly<Partial<Record<Exclude<Place, "delivery">, number>>>;
  /** Most calls of a schedule that do not go well. */
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
 * Two intents, two deliveries and more, under all four token semantics: every combination of fates of the first calls,
 * a crash before and after each of them among the fates.
 */
export function scopes(): Scope[] {
  const two = [quietMessage(), quietMessage({ hasTime: false })];
  const twins = [quietMessage(), quietMessage({ kind: "twin" })];
  const failing = [quietMessage({ kind: "missing contact" }), quietMessage()];
  const base = { originalEndsAfterMs: 3_600_000, maxConcurrency: 1, chaosForMs: 400_000, quotaPerSecond: 50 };
  return semantics.flatMap((one) => [
    {
      name: `two intents, ${one}`,
      plan: quietPlan({ ...base, semantics: one, messages: two }),
      choices: { transfer: 4, put: 3, visibility: 1 },
      mostFaults: 3,
    },
    {
      name: `twins in one batch, ${one}`,
      plan: quietPlan({ ...base, semantics: one, messages: twins }),
      choices: { transfer: 3, put: 3, visibility: 1 },
      mostFaults: 2,
    },
    {
      name: `one fails for good, ${one}`,
      plan: quietPlan({ ...base, semantics: one, messages: failing }),
      choices: { transfer: 3, put: 3, letter: 3 },
      mostFaults: 2,
    },
  ]);
}

/** Runs every schedule of one scope with the same real code. */
export async function exhaustScope(index: number, code: ProcessingCode): Promise<Exhausted> {
  const scope = scopes()[index];
  if (!scope) throw new RangeError(`There is no scope ${index}.`);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  let schedules = 0;
  let violations = 0;
  const failed: FailedSchedule[] = [];
  for (let path: Step[] | undefined = []; path; path = nextPath(path)) {
    const found = judge(await runSchedule(scope.plan, code, enumeratedFates(scope, path))).violations;
    schedules += 1;
    violations += found.length;
    if (found.length > 0 && failed.length < 5)
      failed.push(...found.map((violation) => ({ choices: choicesOf(path), ...violation })));
  }
  Error.stackTraceLimit = stackTraceLimit;
  return { scope: scope.name, schedules, violations, failed };
}

function choicesOf(path: readonly Step[]): string {
  return path.map(({ place, options, index }) => `${place} ${options[index]}`).join(", ");
}

/** One decision of a schedule: what could happen, and which of it does. */
interface Step {
  readonly place: string;
  readonly options: readonly string[];
  index: number;
}

/** Follows a path of decisions and, where it ends, takes the first option and writes it down. */
function enumeratedFates({ choices, mostFaults }: Scope, path: Step[]): Fates {
  const left = { ...choices };
  let position = 0;
  let faults = 0;
  return {
    at<P extends Exclude<Place, "delivery">>(place: P): FateAt<P> {
      const remaining = left[place] ?? 0;
      if (remaining === 0 || faults === mostFaults) return "ok";
      left[place] = remaining - 1;
      const step = path[position] ?? { place, options: ["ok", ...faultsOf[place]], index: 0 };
      path[position] = step;
      position += 1;
      const fate = step.options[step.index] as FateAt<P>;
      if (fate !== "ok") faults += 1;
      return fate;
    },
    strikes: () => false,
    ms: (least) => least,
    hits: () => true,
  };
}

/** The next path in order: the last decision that has another option takes it, and what followed is open again. */
function nextPath(path: readonly Step[]): Step[] | undefined {
  for (let length = path.length; length > 0; length--) {
    const last = path[length - 1];
    if (last && last.index + 1 < last.options.length) {
      return [...path.slice(0, length - 1), { ...last, index: last.index + 1 }];
    }
  }
  return undefined;
}
