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
  const {
    outage = { fromMs: 0, untilMs: 0 },
    maxConcurrency,
    transfersPerSecond,
    stacks = 1,
    environmentAt,
  } = scenario;
  const { maxReceiveCount, batchSize = scenario.batchSize, createInstance } = consumer;
  const random = seededRandom(seed);
  const startedAt = clock.now();
  const ending = new AbortController();
  const isDown = () => {
    const sinceMs = clock.now() - startedAt;
    return sinceMs >= outage.fromMs && sinceMs < outage.untilMs;
  };
  const connect = new ConnectModel({ world, quota, clock, random: random.fork("Connect").next, isDown });
  let billedMs = 0;
  let deadLettersSent = 0;
  const startStack = (name: string) => {
    const queue = new QueueModel({ clock, visibilityTimeoutMs, maxReceiveCount });
    const surroundings: Surroundings = {
      connect,
      queue,
      clock,
      random: random.fork(`${name}function`).next,
      requestsPerSecond: transfersPerSecond / stacks / maxConcurrency,
      onDeadLetter() {
        deadLettersSent += 1;
      },
    };
    const environments = random.fork(`${name}environments`).next;
    const ended = runEventSourceMapping(
      {
        queue,
        clock,
        random: random.fork(`${name}mapping`).next,
        batchSize,
        maxConcurrency,
        timeoutMs: functionTimeoutMs,
        createInstance: () => createInstance(surroundings),
        nextEnvironment: environmentAt && (() => environmentAt(clock.now() - startedAt, environments)),
        onBilled(durationMs) {
          billedMs += Math.ceil(durationMs);
        },
      },
      ending.signal,
    );
    return { queue, ended };
  };
  const running = Array.from({ length: stacks }, (_, number) => startStack(number === 0 ? "" : `${number} `));
  const queues = running.map(({ queue }) => queue);
  const others = callAsOthers(scenario, quota, clock, random.fork("others").next, ending.signal);
  const sentAt = await sendIntents(scenario, queues, clock);
  while (queues.some(({ size }) => size > 0)) await clock.sleep(100);
  const endedAt = clock.now();
  const { calls, throttled, othersCalls, othersThrottled } = quota;
  ending.abort();
  await Promise.all([...running.map(({ ended }) => ended), others]);
  return figuresOf({
    scenario,
    startedAt,
    endedAt,
    sentAt,
    transfers: world.transfers,
    counts: { calls, throttled, othersCalls, othersThrottled },
    deadLettered: queues.reduce((sum, { deadLetters }) => sum + deadLetters.length, deadLettersSent),
    isUrgent: (contactId) => isUrgent(scenario, Number(contactId.replace("task-", ""))),
    duplicates: connect.duplicates,
    billedMs,
  });
}

/** Sends the intents to the queues in turn; resolves with the instant of each, by contact. */
async function sendIntents(
  scenario: Scenario,
  queues: readonly QueueModel[],
  clock: Clock,
): Promise<ReadonlyMap<string, number>> {
  const { intents, inflowPerSecond = Number.POSITIVE_INFINITY, urgent } = scenario;
  const startedAt = clock.now();
  const sentAt = new Map<string, number>();
  for (let number = 0; number < intents; number++) {
    const isLate = isUrgent(scenario, number);
    const dueAt = startedAt + (isLate && urgent ? urgent.atMs : (number * 1000) / inflowPerSecond);
    if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now());
    const contactId = `task-${number}`;
    sentAt.set(contactId, clock.now());
    const body = JSON.stringify(makeEnvelope({ contactId }, { id: `event-${number}` }));
    const group = isLate ? "urgent" : "others";
    queues[number % queues.length]?.send(body, urgent && { messageGroupId: group });
  }
  return sentAt;
}

/** The last intents are the urgent ones. */
function isUrgent({ intents, urgent }: Scenario, number: number): boolean {
  return urgent !== undefined && number >= intents - urgent.intents;
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
