import type { SQSRecord } from "aws-lambda";
import { createEngine } from "../../lambda/engine.ts";
import type { Ports } from "../../lambda/ports.ts";
import { processBatch } from "../../lambda/process-batch.ts";
import { defaultTransferMethods } from "../../lambda/resolve/successors.ts";
import { createRecordMetrics } from "../../lambda/runtime/telemetry.ts";
import type { Settings } from "../../lambda/settings.ts";
import { VirtualClock } from "../clocks/virtual-clock.ts";
import { allSent, instanceArn, makeDetail, makeEnvelope, makeSettings, stringAttribute } from "../makers.ts";
import { runEventSourceMapping } from "../models/event-source-mapping-model.ts";
import { QueueModel } from "../models/queue-model.ts";
import { MetricStore } from "./metric-store.ts";

/** A course of events. Instants are milliseconds since its start. */
export interface Incident {
  readonly hours: number;
  /** The number of intents in a minute. */
  intentsIn(minute: number): number;
  /** The body that a producer sends. @default a valid intent for a new contact */
  bodyOf?(number: number): string;
  /** The name of the error that Connect returns; undefined if it transfers the contact. */
  connectError?(at: number, request: number): string | undefined;
  /** How many successors Connect's reads show of each contact; undefined: the function does not read. */
  readonly successors?: number;
  /** Whether the function crashes before it does anything. */
  isCrashing?(at: number): boolean;
  /** From then on, nothing polls the queue. */
  readonly stopsPollingAt?: number;
  /** Whether the rule cannot deliver. */
  isRuleFailing?(at: number): boolean;
  /** Whether the dead-letter queue does not accept what a rule could not deliver. */
  readonly isDeadLetterQueueFailing?: true;
  /** Whether the outcome log accepts no outcomes. */
  readonly isOutcomeRuleFailing?: true;
}

/** Names of the resources in the template's metrics. */
export interface MetricNames {
  readonly service: string;
  readonly intentQueue: string;
  readonly deadLetterQueue: string;
  readonly functionName: string;
  readonly ruleName: string;
  readonly outcomeRuleName: string;
}

export const minuteMs = 60_000;
const resolveUnknown = {
  settleForMs: 5 * minuteMs,
  transferMethods: defaultTransferMethods,
  shareOfReads: 0.5,
};

/** Runs the real engine through an incident in virtual time; resolves with the metrics that CloudWatch would have. */
export async function simulateDeployment(
  incident: Incident,
  names: MetricNames,
  settings: Partial<Settings> = {},
): Promise<{ readonly store: MetricStore; readonly from: number; readonly until: number }> {
  const clock = new VirtualClock();
  const from = clock.now();
  const until = from + incident.hours * 60 * minuteMs;
  const simulation = new Simulation(
    incident,
    names,
    clock,
    makeSettings({
      requestsPerSecond: 1,
      resolveUnknown: incident.successors === undefined ? undefined : resolveUnknown,
      ...settings,
    }),
  );
  await clock.run(simulation.run(until));
  return { store: simulation.store, from, until };
}

class CountingQueue extends QueueModel {
  received = 0;
  empty = 0;

  override async receive(max: number, signal?: AbortSignal): Promise<SQSRecord[]> {
    const records = await super.receive(max, signal);
    this.received += records.length;
    if (records.length === 0) this.empty += 1;
    return records;
  }
}

class Simulation {
  readonly store = new MetricStore();
  readonly #incident: Incident;
  readonly #names: MetricNames;
  readonly #clock: VirtualClock;
  readonly #settings: Settings;
  readonly #startedAt: number;
  readonly #queue: CountingQueue;
  /** When each contact was first asked for. */
  readonly #requestedAt = new Map<string, number>();
  #deadLetters = 0;
  #intents = 0;
  #requests = 0;

  constructor(incident: Incident, names: MetricNames, clock: VirtualClock, settings: Settings) {
    this.#incident = incident;
    this.#names = names;
    this.#clock = clock;
    this.#settings = settings;
    this.#startedAt = clock.now();
    this.#queue = new CountingQueue({ clock, visibilityTimeoutMs: 180_000, maxReceiveCount: 1000 });
  }

  async run(until: number): Promise<void> {
    const ending = new AbortController();
    const mapping = runEventSourceMapping(
      {
        queue: this.#queue,
        clock: this.#clock,
        random: () => 0.5,
        batchSize: 10,
        maxConcurrency: 2,
        timeoutMs: 30_000,
        createInstance: () => this.#createInstance(),
        onBilled: () => {},
      },
      ending.signal,
    );
    while (this.#clock.now() < until) {
      if (this.#now() >= (this.#incident.stopsPollingAt ?? Number.POSITIVE_INFINITY)) ending.abort();
      this.#send();
      await this.#clock.sleep(minuteMs - 1);
      this.#sample();
      await this.#clock.sleep(1);
    }
    ending.abort();
    await mapping;
  }

  #now(): number {
    return this.#clock.now() - this.#startedAt;
  }

  #send(): void {
    const count = this.#incident.intentsIn(Math.round(this.#now() / minuteMs));
    for (let sent = 0; sent < count; sent++) {
      const number = ++this.#intents;
      if (this.#incident.isRuleFailing?.(this.#now())) {
        this.#failDelivery(this.#names.ruleName);
        continue;
      }
      const valid = makeEnvelope({ contactId: `task-${number}` }, { id: `event-${number}` });
      this.#queue.send(this.#incident.bodyOf?.(number) ?? JSON.stringify(valid));
      this.#add("AWS/SQS", "NumberOfMessagesSent", { QueueName: this.#names.intentQueue }, 1);
    }
  }

  #failDelivery(RuleName: string): void {
    this.#add("AWS/Events", "FailedInvocations", { RuleName }, 1);
    if (this.#incident.isDeadLetterQueueFailing) {
      this.#add("AWS/Events", "InvocationsFailedToBeSentToDlq", { RuleName }, 1);
    } else this.#deadLetters += 1;
  }

  /** The metrics that SQS publishes once a minute. */
  #sample(): void {
    const queue = this.#queue;
    const { visible, inFlight, oldestAgeMs } = queue.counts();
    const ofIntents = { QueueName: this.#names.intentQueue };
    this.#add("AWS/SQS", "ApproximateNumberOfMessagesVisible", ofIntents, visible);
    this.#add("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", ofIntents, inFlight);
    this.#add("AWS/SQS", "ApproximateAgeOfOldestMessage", ofIntents, oldestAgeMs / 1000);
    this.#add("AWS/SQS", "NumberOfMessagesReceived", ofIntents, queue.received);
    this.#add("AWS/SQS", "NumberOfEmptyReceives", ofIntents, queue.empty);
    queue.received = 0;
    queue.empty = 0;
    const ofDeadLetters = { QueueName: this.#names.deadLetterQueue };
    this.#add("AWS/SQS", "ApproximateNumberOfMessagesVisible", ofDeadLetters, this.#deadLetters);
    this.#add("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", ofDeadLetters, 0);
  }

  #add(namespace: string, name: string, dimensions: Readonly<Record<string, string>>, value: number): void {
    this.store.add({ namespace, name, dimensions }, value, this.#clock.now());
  }

  #createInstance() {
    const ofFunction = { FunctionName: this.#names.functionName };
    const metrics = this.#metrics();
    const engine = createEngine(this.#ports(metrics));
    return {
      invoke: async ({ Records }: { Records: SQSRecord[] }, time: Parameters<typeof processBatch>[1]) => {
        const isCrashing = this.#incident.isCrashing?.(this.#now()) ?? false;
        this.#add("AWS/Lambda", "Errors", ofFunction, Number(isCrashing));
        if (isCrashing) throw new Error("crash");
        const answer = await processBatch(Records, time, engine);
        metrics.paced(engine.pace.takeFigures());
        return answer;
      },
      end() {},
    };
  }

  /** The function's own metrics, emitted by its own code. */
  #metrics() {
    const { service } = this.#names;
    const add = (name: string, value: number, reason?: string) =>
      this.#add("ContactTransfer", name, { service, ...(reason !== undefined && { reason }) }, value);
    return createRecordMetrics({
      addMetric: (name, _unit, value) => add(name, value),
      singleMetric() {
        let reason: string | undefined;
        return {
          addDimension: (_name, value) => {
            reason = value;
          },
          addMetric: (name, _unit, value) => add(name, value, reason),
        };
      },
    });
  }

  /** Each contact has ended with its first request, and has as many successors as the incident says. */
  #reads(): Ports["reads"] {
    const { successors = 0 } = this.#incident;
    const Channel = "TASK" as const;
    const QueueInfo = { Id: String(makeDetail().queueId) };
    const movedAt = (ContactId = "") => new Date(this.#requestedAt.get(ContactId) ?? 0);
    return {
      describeContact: async ({ ContactId }) => ({
        Contact: { Id: ContactId, Channel, QueueInfo, DisconnectTimestamp: movedAt(ContactId) },
      }),
      listAssociatedContacts: async ({ ContactId }) => {
        const successor = {
          PreviousContactId: ContactId,
          InitiationMethod: "TRANSFER" as const,
          InitiationTimestamp: movedAt(ContactId),
          Channel,
        };
        const ids = Array.from({ length: successors }, (_, n) => `${n}-${ContactId}`);
        return {
          ContactSummaryList: [{ ContactId, Channel }, ...ids.map((id) => ({ ...successor, ContactId: id }))],
        };
      },
    };
  }

  #ports(metrics: Ports["metrics"]): Ports {
    const clock = this.#clock;
    return {
      settings: this.#settings,
      clock,
      random: () => 0.5,
      transferContact: async ({ ContactId = "" }, signal) => {
        await clock.sleep(100, signal);
        if (!this.#requestedAt.has(ContactId)) this.#requestedAt.set(ContactId, clock.now());
        const name = this.#incident.connectError?.(this.#now(), ++this.#requests);
        if (name === undefined) {
          const $metadata = { httpStatusCode: 200 };
          return {
            ContactId: `new-${ContactId}`,
            ContactArn: `${instanceArn}/contact/new-${ContactId}`,
            $metadata,
          };
        }
        throw Object.assign(new Error(name), {
          name,
          $metadata: { httpStatusCode: httpStatusOf[name] ?? 400 },
        });
      },
      putEvents: async (entries) => {
        if (this.#incident.isOutcomeRuleFailing) this.#failDelivery(this.#names.outcomeRuleName);
        return { Entries: entries.map(() => ({ EventId: "event" })) };
      },
      sendDeadLetters: async (entries) => {
        this.#deadLetters += entries.length;
        return allSent(entries);
      },
      reads: this.#reads(),
      enqueue: async (entries) => {
        for (const { MessageBody = "", MessageAttributes = {}, DelaySeconds: delaySeconds } of entries) {
          const attributes = Object.fromEntries(
            Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
              name,
              stringAttribute(StringValue),
            ]),
          );
          this.#queue.send(MessageBody, { attributes, delaySeconds });
        }
        return allSent(entries);
      },
      changeVisibility: async (receiptHandle, seconds) =>
        this.#queue.changeVisibility(receiptHandle, seconds),
      log: {
        record() {},
        visibilityUnchanged() {},
        // The engine survives a logger that throws; the test must not.
        bug(error) {
          queueMicrotask(() => {
            throw error;
          });
        },
      },
      metrics,
    };
  }
}

const httpStatusOf: Readonly<Record<string, number>> = {
  ThrottlingException: 429,
  AccessDeniedException: 403,
  ServiceUnavailableException: 503,
};
