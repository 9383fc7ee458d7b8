import type { History } from "../history.ts";
import type { Choices } from "../plan/choices.ts";
import type { Plan } from "../plan/plan.ts";
import { LambdaService } from "../world/lambda-service.ts";
import { startOperator } from "../world/operator.ts";
import { startWorkload } from "../world/workload.ts";
import { createWorld, type ProcessingCode, type World } from "../world/world.ts";

const hours = 3_600_000;

/** Runs one plan: chaos, then a healed world that must drain in bounded time. */
export async function runSchedule(plan: Plan, code: ProcessingCode, choices?: Choices): Promise<History> {
  const world = createWorld(plan, code, choices);
  const lambda = new LambdaService(world);
  startWorkload(world, lambda);
  startTroubles(world);
  startOperator(world);
  for (const { afterMs, byMs } of plan.clockSteps) world.time.after(afterMs, () => lambda.stepClock(byMs));
  const chaosEndsAt = world.startedAt + plan.chaosForMs;
  world.time.after(plan.chaosForMs, () => heal(world, lambda));
  await world.time.run(chaosEndsAt, () => false);
  const isDone = () => lambda.isIdle && world.queue.messages.size === 0;
  await world.time.run(chaosEndsAt + drainsWithinMs(plan), isDone);
  world.record({ what: "ended", isDrained: isDone(), left: [...world.queue.messages.keys()] });
  const { semantics, transfersPerSecond, maxConcurrency } = plan;
  const settings = { ...world.settings, transfersPerSecond, maxConcurrency };
  const { describeLagMs, listLagMs } = plan.resolve ?? {};
  const readsLagMs = Math.max(describeLagMs ?? 0, listLagMs ?? 0);
  return { entries: world.entries, semantics, settings, readsLagMs };
}

/**
 * How long a healed queue may take to drain: the longest backoff or two visibility timeouts, a slot for each message at the
 * slowest pace, and the retry time while the pace recovers; a message with few receives left waits for its age.
 */
function drainsWithinMs(plan: Plan): number {
  const hasScarceReceives = plan.messages.some(({ receivesBefore }) => receivesBefore > 0);
  const copies = plan.messages.length * (1 + plan.replays.length * 2);
  const slotsMs = (copies * 4 * 1000 * plan.maxConcurrency) / plan.transfersPerSecond;
  const stepsMs = plan.clockSteps.reduce((sum, { byMs }) => sum + Math.abs(byMs), 0);
  const retriesMs = plan.retryForMs + 20 * 300_000;
  // What cannot be read waits for the intent's end, and all others for reads that are certain, perhaps once more.
  const readsMs = plan.resolve ? plan.maxIntentAgeMs + retriesMs + 4 * hours : 0;
  const scarceMs = hasScarceReceives ? plan.maxIntentAgeMs + 12 * hours : 0;
  return 600_000 + stepsMs + slotsMs + retriesMs + readsMs + scarceMs;
}

function startTroubles({ plan, time, troubles, record }: World) {
  for (const { what, fromMs, forMs } of plan.troubles) {
    time.after(fromMs, () => {
      record({ what: "world changed", change: `begins: ${what}` });
      troubles.add(what);
    });
    const endsAfterMs = Math.min(fromMs + forMs, plan.chaosForMs);
    time.after(endsAfterMs, () => {
      record({ what: "world changed", change: `ends: ${what}` });
      troubles.delete(what);
    });
  }
}

function heal(world: World, lambda: LambdaService) {
  world.isChaos = false;
  world.troubles.clear();
  world.connect.heal();
  world.record({ what: "healed" });
  lambda.wake();
}
