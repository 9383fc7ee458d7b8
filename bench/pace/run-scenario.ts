import type { Clock } from "../../lambda/ports.ts";
import { ConnectWorld } from "../../local/services/connect/world/connect-world.ts";
import { makeEnvelope } from "../../test/makers.ts";
import { runEventSourceMapping } from "../../test/models/event-source-mapping-model.ts";
import { QueueModel } from "../../test/models/queue-model.ts";
import { seededRandom } from "../../test/seeded-random.ts";
import { ConnectModel, CountingQuota } from "./connect-model.ts";
import type { Consumer } from "./consumers.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { inVirtualTime } from "./in-virtual-time.ts";
import type { Scenario } from "./scenarios.ts";
import type { Surroundings } from "./surroundings.ts";

/** As the stack sets them. */
const functionTimeoutMs = 30_000;
const visibilityTimeoutMs = 6 * functionTimeoutMs;

/** Runs a consumer in a scenario in virtual time until all intents have ended. The same seed gives the same figures. */
export function runScenario(scenario: Scenario, consumer: Consumer, seed = 1): Promise<Figures> {
  return inVirtualTime(seededRandom(seed).next, (clock) =>
    play({ scenario, consumer, seed, clock, ...benchConnect(scenario, clock) }),
  );
}

export interface Play {
  readonly scenario: Scenario;
  readonly consumer: Consumer;
  readonly seed: number;
  readonly clock: Clock;
  readonly world: ConnectWorld;
  readonly quota: CountingQuota;
}

/** A Connect with the scenario's quota, in which every contact is an active task. */
export function benchConnect(
  { quota: { perSecond, burst } }: Scenario,
  clock: Clock,
): Pick<Play, "world" | "quota"> {
  let lastContact = 0;
  const now = () => clock.now();
  return {
    world: new ConnectWorld({
      seed: { instances: {} },
      now,
      newId: () => `moved-${++lastContact}`,
      openWorld: true,
    }),
    quota: new CountingQuota({ requestsPerSecond: perSecond, burst, now }),
  };
}

/** Plays a scenario on any clock until all intents have ended. */
export async function play({ scenario, consumer, seed, clock, world, quota }: Play): Promise<Figures> {
  const { outage = { fromMs: 0, untilMs: 0 }, maxConcurrency, transfersPerSecond } = scenario;
  const { maxReceiveCount, batchSize = scenario.batchSize, createInstance } = consumer;
  const random = seededRandom(seed);
  const startedAt = clock.now();
  const ending = new AbortController();
  const isDown = () => {
    const sinceMs = clock.now() - startedAt;
    return sinceMs >= outage.fromMs && sinceMs < outage.untilMs;
  };
  const connect = new ConnectModel({ world, quota, clock, random: random.fork("Connect").next, isDown });
  const queue = new QueueModel({ clock, visibilityTimeoutMs, maxReceiveCount });
  let billedMs = 0;
  let deadLettersSent = 0;
  const surroundings: Surroundings = {
    connect,
    queue,
    clock,
    random: random.fork("function").next,
    requestsPerSecond: transfersPerSecond / maxConcurrency,
    onDeadLetter() {
      deadLettersSent += 1;
    },
  };
  const mapping = runEventSourceMapping(
    {
      queue,
      clock,
      random: random.fork("mapping").next,
      batchSize,
      maxConcurrency,
      timeoutMs: functionTimeoutMs,
      createInstance: () => createInstance(surroundings),
      onBilled(durationMs) {
        billedMs += Math.ceil(durationMs);
      },
    },
    ending.signal,
  );
  const others = callAsOthers(scenario, quota, clock, random.fork("others").next, ending.signal);
  const sentAt = await sendIntents(scenario, queue, clock);
  while (queue.size > 0) await clock.sleep(100);
  const endedAt = clock.now();
  const { calls, throttled, othersCalls, othersThrottled } = quota;
  ending.abort();
  await Promise.all([mapping, others]);
  return figuresOf({
    scenario,
    startedAt,
    endedAt,
    sentAt,
    transfers: world.transfers,
    counts: { calls, throttled, othersCalls, othersThrottled },
    deadLettered: queue.deadLetters.length + deadLettersSent,
    duplicates: connect.duplicates,
    billedMs,
  });
}

/** Sends the intents; resolves with the instant of each, by contact. */
async function sendIntents(
  { intents, inflowPerSecond = Number.POSITIVE_INFINITY }: Pick<Scenario, "intents" | "inflowPerSecond">,
  queue: QueueModel,
  clock: Clock,
): Promise<ReadonlyMap<string, number>> {
  const startedAt = clock.now();
  const sentAt = new Map<string, number>();
  for (let number = 0; number < intents; number++) {
    const dueAt = startedAt + (number * 1000) / inflowPerSecond;
    if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now());
    const contactId = `task-${number}`;
    sentAt.set(contactId, clock.now());
    queue.send(JSON.stringify(makeEnvelope({ contactId }, { id: `event-${number}` })));
  }
  return sentAt;
}

/** Other callers call at random instants and do not slow down. */
async function callAsOthers(
  { othersPerSecond = 0 }: Scenario,
  quota: CountingQuota,
  clock: Clock,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  if (othersPerSecond === 0) return;
  while (!signal.aborted) {
    await clock.sleep((-Math.log(1 - random()) * 1000) / othersPerSecond, signal).catch(() => {});
    if (!signal.aborted) quota.tryTakeForOthers("TransferContact");
  }
}
