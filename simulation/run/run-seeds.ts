import { judge, type Violation } from "../judge/check-history.ts";
import { addNoneCounts, countFalseNones, type NoneCounts, noNoneCounts } from "../judge/false-nones.ts";
import { reachedIn } from "../judge/rare-states.ts";
import { addTokenCounts, countTokens, noTokenCounts, type TokenCounts } from "../judge/token-counts.ts";
import {
  addUnknownCounts,
  countUnknowns,
  noUnknownCounts,
  type UnknownCounts,
} from "../judge/unknown-causes.ts";
import { drawPlan } from "../plan/draw-plan.ts";
import type { Plan } from "../plan/plan.ts";
import type { ProcessingCode } from "../world/world.ts";
import { runSchedule } from "./run-schedule.ts";

export interface FailedSeed extends Violation {
  readonly seed: number;
}

/** The results of many seeds. */
export interface Tally {
  schedules: number;
  violations: number;
  /** The first violations, in the order of seeds. */
  readonly failed: FailedSeed[];
  /** How many schedules reached each rare state. */
  readonly reached: Record<string, number>;
  readonly tokens: Record<string, TokenCounts>;
  readonly falseNones: Record<string, NoneCounts>;
  /** With `resolveUnknown`. */
  readonly unknowns: Record<string, UnknownCounts>;
}

const mostFailedListed = 20;

export function emptyTally(): Tally {
  return { schedules: 0, violations: 0, failed: [], reached: {}, tokens: {}, falseNones: {}, unknowns: {} };
}

/** Runs the seeds from `from` up to, not including, `to`; ends early once `until` holds. */
export async function runSeeds(
  from: number,
  to: number,
  code: ProcessingCode,
  until: (tally: Tally) => boolean = () => false,
): Promise<Tally> {
  // The stacks of thousands of simulated errors are never read, but cost a tenth of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const tally = emptyTally();
  try {
    for (let seed = from; seed < to && !until(tally); seed++) await addSeed(tally, seed, code);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return tally;
}

async function addSeed(tally: Tally, seed: number, code: ProcessingCode) {
  const plan = drawPlan(seed);
  const { facts, violations } = judge(await runSchedule(plan, code));
  addTally(tally, {
    schedules: 1,
    violations: violations.length,
    failed: violations.map((violation) => ({ seed, ...violation })),
    reached: Object.fromEntries(reachedIn(facts).map((name) => [name, 1])),
    // In shadow mode no contact moves.
    tokens: plan.isShadow ? {} : { [tokenKey(plan)]: countTokens(facts) },
    falseNones: { [plan.semantics]: countFalseNones(facts) },
    unknowns: plan.resolve && !plan.isShadow ? { [plan.semantics]: countUnknowns(facts) } : {},
  });
}

function tokenKey({ semantics, resolve }: Plan): string {
  return resolve ? `${semantics}, with \`resolveUnknown\`` : semantics;
}

export function addTally(sum: Tally, more: Tally) {
  sum.schedules += more.schedules;
  sum.violations += more.violations;
  sum.failed.push(...more.failed.slice(0, mostFailedListed - sum.failed.length));
  for (const [name, count] of Object.entries(more.reached))
    sum.reached[name] = (sum.reached[name] ?? 0) + count;
  for (const [semantics, counts] of Object.entries(more.tokens)) {
    sum.tokens[semantics] ??= noTokenCounts();
    addTokenCounts(sum.tokens[semantics], counts);
  }
  for (const [semantics, counts] of Object.entries(more.unknowns)) {
    sum.unknowns[semantics] ??= noUnknownCounts();
    addUnknownCounts(sum.unknowns[semantics], counts);
  }
  for (const [semantics, counts] of Object.entries(more.falseNones)) {
    sum.falseNones[semantics] ??= noNoneCounts();
    addNoneCounts(sum.falseNones[semantics], counts);
  }
}
