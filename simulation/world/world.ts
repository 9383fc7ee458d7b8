import type { SQSMessageAttributes } from "aws-lambda";
import type { createEngine } from "../../lambda/engine.ts";
import type { processBatch, processEvent } from "../../lambda/process-batch.ts";
import type { Settings } from "../../lambda/settings.ts";
import { VirtualTime } from "../../test/clocks/virtual-time.ts";
import { makeSettings } from "../../test/makers.ts";
import { type Random, seededRandom } from "../../test/seeded-random.ts";
import type { Entry, HistoryEvent, QueuedCopy } from "../history.ts";
import { type Choices, drawnChoices } from "../plan/choices.ts";
import type { Plan, PlannedTrouble } from "../plan/plan.ts";
import { queueIds, SimulatedConnect } from "./connect.ts";
import { SimulatedQueue } from "./queue.ts";

/** The processing code under simulation: the real one, or a mutant of it. */
export interface ProcessingCode {
  readonly createEngine: typeof createEngine;
  readonly processBatch: typeof processBatch;
  readonly processEvent: typeof processEvent;
}

/** A message in the dead-letter queue. */
export interface DeadLetter {
  readonly copy: QueuedCopy;
  readonly body: string;
  readonly attributes: SQSMessageAttributes;
  readonly parent: QueuedCopy["parent"];
}

/** The state that all parts of a simulated world share. */
export interface World {
  readonly plan: Plan;
  readonly code: ProcessingCode;
  readonly settings: Settings;
  readonly time: VirtualTime;
  readonly startedAt: number;
  readonly random: Random;
  readonly choices: Choices;
  readonly connect: SimulatedConnect;
  readonly queue: SimulatedQueue;
  readonly deadLetters: DeadLetter[];
  readonly entries: Entry[];
  /** The troubles of this moment. */
  readonly troubles: Set<PlannedTrouble["what"]>;
  isChaos: boolean;
  record(event: HistoryEvent): void;
  /** The next number for an instance, invocation, call or delivery. */
  number(): number;
}

export const worldStartsAt = Date.parse("2026-11-24T10:00:00Z");

export function createWorld(plan: Plan, code: ProcessingCode, choices?: Choices): World {
  const time = new VirtualTime(worldStartsAt);
  const random = seededRandom(plan.seed).fork("world");
  const entries: Entry[] = [];
  const troubles: World["troubles"] = new Set();
  let numbers = 0;
  const world: World = {
    plan,
    code,
    settings: settingsOf(plan),
    time,
    startedAt: worldStartsAt,
    random,
    choices: choices ?? drawnChoices(plan.rates, random.fork("choices"), () => world.isChaos),
    connect: new SimulatedConnect(plan, time, troubles),
    troubles,
    queue: new SimulatedQueue(time),
    deadLetters: [],
    entries,
    isChaos: true,
    record: (event) => entries.push(Object.assign(event, { at: time.now })),
    number: () => ++numbers,
  };
  return world;
}

function settingsOf(plan: Plan): Settings {
  return makeSettings({
    allowLists: { queues: new Set(queueIds) },
    requestsPerSecond: plan.transfersPerSecond / plan.maxConcurrency,
    retryForMs: plan.retryForMs,
    isShadow: plan.isShadow,
    enqueueUnfinished: plan.isDirect,
    maxIntentAgeMs: plan.maxIntentAgeMs,
    notFoundGraceMs: plan.notFoundGraceMs,
    resolveUnknown: plan.resolve && {
      settleForMs: plan.resolve.settleForMs,
      transferMethods: plan.resolve.transferMethods,
      shareOfReads: 1 / plan.maxConcurrency,
    },
  });
}
