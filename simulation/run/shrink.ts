import { judge, type Violation } from "../judge/check-history.ts";
import type { Plan } from "../plan/plan.ts";
import type { ProcessingCode } from "../world/world.ts";
import { runSchedule } from "./run-schedule.ts";

export interface Shrunk {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  /** Schedules run to find it. */
  readonly runs: number;
}

/**
 * Shrinks a failing plan while it still breaks the same invariant: removes messages, faults, troubles and replays,
 * shortens chaos and simplifies settings until nothing more can go.
 */
export async function shrink(failing: Plan, invariant: string, code: ProcessingCode): Promise<Shrunk> {
  let runs = 0;
  const brokenBy = async (plan: Plan) => {
    runs += 1;
    const { violations } = judge(await runSchedule(plan, code));
    return violations.some((violation) => violation.invariant === invariant) ? violations : undefined;
  };
  let plan = failing;
  let violations = (await brokenBy(plan)) ?? [];
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const candidate of smallerThan(plan)) {
      const broken = await brokenBy(candidate);
      if (!broken) continue;
      [plan, violations, isSmaller] = [candidate, broken, true];
      break;
    }
  }
  return { plan, violations, runs };
}

function* smallerThan(plan: Plan): Generator<Plan> {
  for (const index of plan.messages.keys()) {
    if (plan.messages.length > 1) yield { ...plan, messages: plan.messages.toSpliced(index, 1) };
  }
  for (const fault of Object.keys(plan.rates)) {
    const { [fault]: _, ...rates } = plan.rates;
    yield { ...plan, rates };
  }
  for (const index of plan.troubles.keys()) yield { ...plan, troubles: plan.troubles.toSpliced(index, 1) };
  for (const index of plan.replays.keys()) yield { ...plan, replays: plan.replays.toSpliced(index, 1) };
  for (const index of plan.clockSteps.keys())
    yield { ...plan, clockSteps: plan.clockSteps.toSpliced(index, 1) };
  if (plan.resolve) {
    yield { ...plan, resolve: undefined };
    const { moves, describeLagMs, listLagMs } = plan.resolve;
    for (const index of moves.keys())
      yield { ...plan, resolve: { ...plan.resolve, moves: moves.toSpliced(index, 1) } };
    for (const index of plan.resolve.kin.keys())
      yield { ...plan, resolve: { ...plan.resolve, kin: plan.resolve.kin.toSpliced(index, 1) } };
    if (describeLagMs > 0) yield { ...plan, resolve: { ...plan.resolve, describeLagMs: 0 } };
    if (listLagMs > 0) yield { ...plan, resolve: { ...plan.resolve, listLagMs: 0 } };
  }
  if (plan.isDirect) yield { ...plan, isDirect: false };
  if (plan.chaosForMs > 30_000) yield { ...plan, chaosForMs: Math.ceil(plan.chaosForMs / 2) };
  if (plan.skewMs > 0) yield { ...plan, skewMs: 0 };
  if (plan.maxConcurrency > 1) yield { ...plan, maxConcurrency: 1 };
  if (plan.batchSize > 1) yield { ...plan, batchSize: 1 };
  for (const [index, message] of plan.messages.entries()) {
    if (message.sentAfterMs > 0)
      yield { ...plan, messages: plan.messages.with(index, { ...message, sentAfterMs: 0 }) };
    if (message.receivesBefore > 0)
      yield { ...plan, messages: plan.messages.with(index, { ...message, receivesBefore: 0 }) };
  }
}
