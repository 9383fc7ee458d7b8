import type { SQSMessageAttributes } from "aws-lambda";
import { createEngine } from "../../lambda/engine.ts";
import type { Ports, ReadCalls } from "../../lambda/ports.ts";
import { processBatch } from "../../lambda/process-batch.ts";
import type { Settings } from "../../lambda/settings.ts";
import { VirtualClock } from "../clocks/virtual-clock.ts";
import { allSent, makeEnvelope, makePorts, makeSettings, type Seen, stringAttribute } from "../makers.ts";
import { seededRandom } from "../seeded-random.ts";
import { runEventSourceMapping } from "./event-source-mapping-model.ts";
import { QueueModel } from "./queue-model.ts";

export interface DeploymentOptions {
  readonly settings?: Partial<Settings>;
  /** As the local Connect, or a model of it. It gets the milliseconds since the start. */
  transferContact(input: Parameters<Ports["transferContact"]>[0], sinceMs: number): { ContactId: string };
  /** Called before each call of Connect, with the milliseconds since the start. */
  onTime?(sinceMs: number): void;
  /** Connect's reads, for settings that resolve unknown effects. */
  readonly reads?: ReadCalls;
  /** Whether PutEvents answers with an error. */
  isBusOut?(sinceMs: number): boolean;
  /** Intents by when they are sent, in milliseconds since the start. */
  readonly intents: readonly { readonly atMs: number; readonly detail: Record<string, unknown> }[];
  /** How long it runs; it ends sooner if the queue is empty. */
  readonly untilMs: number;
}

export interface DeploymentResult {
  /** Outcomes with the milliseconds since the start. */
  readonly outcomes: readonly (Seen["outcomes"][number] & { readonly atMs: number })[];
  /** Requests to Connect, by contact. */
  readonly requests: ReadonlyMap<string, readonly number[]>;
  readonly deadLetters: number;
  /** Messages that the redrive policy has moved. */
  readonly movedBySqs: number;
  readonly endedAtMs: number;
}

const callMs = 20;

/** Two instances of the real engine behind an event source mapping, in virtual time. The queue loses and doubles nothing. */
export async function runDeployment(options: DeploymentOptions): Promise<DeploymentResult> {
  const clock = new VirtualClock();
  return clock.run(run(options, clock));
}

async function run(options: DeploymentOptions, clock: VirtualClock): Promise<DeploymentResult> {
  const random = seededRandom(1);
  const sinceMs = () => clock.monotonic();
  const queue = new QueueModel({ clock, visibilityTimeoutMs: 180_000, maxReceiveCount: 1_000 });
  const outcomes: (Seen["outcomes"][number] & { atMs: number })[] = [];
  const requests = new Map<string, number[]>();
  let deadLetters = 0;
  const ending = new AbortController();

  const atTime = (reads: ReadCalls): ReadCalls => ({
    async describeContact(input, signal) {
      await clock.sleep(callMs, signal);
      options.onTime?.(sinceMs());
      return reads.describeContact(input, signal);
    },
    async listAssociatedContacts(input, signal) {
      await clock.sleep(callMs, signal);
      options.onTime?.(sinceMs());
      return reads.listAssociatedContacts(input, signal);
    },
  });

  const createInstance = () => {
    const { ports, seen } = makePorts({
      clock,
      settings: makeSettings(options.settings),
      random: random.next,
      async transferContact(input) {
        await clock.sleep(100);
        const { ContactId: contactId = "" } = input;
        options.onTime?.(sinceMs());
        requests.set(contactId, [...(requests.get(contactId) ?? []), sinceMs()]);
        return { ...options.transferContact(input, sinceMs()), $metadata: { httpStatusCode: 200 } };
      },
      reads: options.reads && atTime(options.reads),
      async putEvents(entries, signal) {
        await clock.sleep(callMs, signal);
        if (options.isBusOut?.(sinceMs())) throw Object.assign(new Error(), { name: "InternalException" });
        return { Entries: entries.map(() => ({ EventId: "e" })) };
      },
      async sendDeadLetters(entries, signal) {
        await clock.sleep(callMs, signal);
        deadLetters += entries.length;
        return allSent(entries);
      },
      async enqueue(entries, signal) {
        await clock.sleep(callMs, signal);
        for (const { MessageBody = "", MessageAttributes = {}, DelaySeconds: delaySeconds } of entries) {
          const attributes: SQSMessageAttributes = Object.fromEntries(
            Object.entries(MessageAttributes).map(([name, value]) => [
              name,
              stringAttribute(value.StringValue),
            ]),
          );
          queue.send(MessageBody, { attributes, delaySeconds });
        }
        return allSent(entries);
      },
      async changeVisibility(receiptHandle, seconds, signal) {
        await clock.sleep(callMs, signal);
        queue.changeVisibility(receiptHandle, seconds);
      },
    });
    const engine = createEngine(ports);
    return {
      async invoke(
        { Records }: { Records: Parameters<typeof processBatch>[0] },
        time: Parameters<typeof processBatch>[1],
      ) {
        const answer = await processBatch(Records, time, engine);
        if (seen.bugs.length > 0) throw new Error("The engine has a bug.", { cause: seen.bugs[0] });
        for (const outcome of seen.outcomes.splice(0)) outcomes.push({ ...outcome, atMs: sinceMs() });
        return answer;
      },
      end() {},
    };
  };
  const mapping = runEventSourceMapping(
    {
      queue,
      clock,
      random: random.next,
      batchSize: 10,
      maxConcurrency: 2,
      timeoutMs: 30_000,
      createInstance,
      onBilled() {},
    },
    ending.signal,
  );
  for (const [number, { atMs, detail }] of options.intents.entries()) {
    if (atMs > sinceMs()) await clock.sleep(atMs - sinceMs());
    queue.send(JSON.stringify(makeEnvelope(detail, { id: `event-${number}` })));
  }
  while (queue.size > 0 && sinceMs() < options.untilMs) await clock.sleep(1_000);
  const endedAtMs = sinceMs();
  ending.abort();
  await mapping;
  return { outcomes, requests, deadLetters, movedBySqs: queue.deadLetters.length, endedAtMs };
}
