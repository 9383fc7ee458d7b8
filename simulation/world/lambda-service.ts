import type { QueuedCopy } from "../history.ts";
import { FunctionPool } from "./function-pool.ts";
import { type Message, maxReceiveCount, type Received, retentionMs } from "./queue.ts";
import type { World } from "./world.ts";

/** Lambda delivers an event up to three times: at once, and 1 and 2 minutes after a failure. */
const eventRetriesMs = [60_000, 120_000];
/** Lambda retries an event that finds no free concurrency after 1 s, up to 5 minutes. */
const longestThrottleMs = 256_000;

/** Lambda and its event source mapping: delivers batches and events to instances and acts on their responses. */
export class LambdaService {
  readonly #world: World;
  readonly #pool: FunctionPool;
  #batchesUnderWay = 0;
  /** Events that are not yet settled, and those being processed. */
  #eventsUnderWay = 0;
  #eventsRunning = 0;
  #nextPollAt = Number.POSITIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
    this.#pool = new FunctionPool(world);
    world.queue.onSend = () => this.wake();
  }

  get isIdle(): boolean {
    return this.#batchesUnderWay === 0 && this.#eventsUnderWay === 0;
  }

  /** In direct delivery the mapping leaves one invocation of the reserved concurrency to events. */
  get #mostBatches(): number {
    const { maxConcurrency, isDirect } = this.#world.plan;
    return isDirect ? Math.max(1, maxConcurrency - 1) : maxConcurrency;
  }

  get #isBusy(): boolean {
    const { maxConcurrency, isDirect } = this.#world.plan;
    return isDirect && this.#batchesUnderWay + this.#eventsRunning >= maxConcurrency;
  }

  stepClock(byMs: number) {
    this.#pool.stepClock(byMs);
  }

  /** Schedules the next poll for when a message is visible. */
  wake() {
    const { queue, time } = this.#world;
    const visibleAt = queue.nextVisibleAt();
    if (visibleAt === undefined) return;
    const at = Math.max(visibleAt, time.now + 5);
    if (at >= this.#nextPollAt) return;
    this.#nextPollAt = at;
    time.after(at - time.now, () => {
      if (this.#nextPollAt === at) this.#nextPollAt = Number.POSITIVE_INFINITY;
      this.#poll();
    });
  }

  #poll() {
    const { queue } = this.#world;
    while (this.#batchesUnderWay < this.#mostBatches && !this.#isBusy) {
      const visible = queue.visible().filter((message) => !this.#isRemoved(message));
      if (visible.length === 0) break;
      this.#deliver(this.#drawBatch(visible));
    }
    if (this.#batchesUnderWay < this.#mostBatches && !this.#isBusy) this.wake();
  }

  /** SQS drops or dead-letters a message instead of delivering it. */
  #isRemoved(message: Message): boolean {
    const { queue, time, deadLetters, record } = this.#world;
    const { copy, body, attributes } = message;
    if (time.now - copy.sentAt > retentionMs) record({ what: "dropped by retention", copy: copy.id });
    else if (message.receiveCount >= maxReceiveCount) {
      record({ what: "dead-lettered by AWS", copy: copy.id, isEvent: false });
      deadLetters.push({ copy, body, attributes, parent: "unrecorded" });
    } else return false;
    queue.messages.delete(copy.id);
    return true;
  }

  #drawBatch(visible: Message[]): Message[] {
    const { random, plan } = this.#world;
    const most = random.chance(0.3) ? random.int(1, plan.batchSize) : plan.batchSize;
    const batch: Message[] = [];
    while (visible.length > 0 && batch.length < most) {
      batch.push(...visible.splice(visible.length > 1 ? random.int(0, visible.length - 1) : 0, 1));
    }
    return batch;
  }

  #deliver(batch: readonly Message[]) {
    const { choices, queue, time, record } = this.#world;
    this.#batchesUnderWay += 1;
    const received = batch.map((message) => queue.receive(message, this.#world.number()));
    record({ what: "received", deliveries: received.map(({ delivery }) => delivery) });
    for (const { message } of received) this.#maybeDuplicate(message);
    time.after(choices.strikes("late invocation") ? choices.ms(1_000, 200_000) : 0, () => {
      this.#invoke(received, (returned) => {
        this.#batchesUnderWay -= 1;
        if (returned) this.#acknowledge(received, returned);
        this.wake();
      });
    });
  }

  /** At-least-once delivery: a message in flight is redelivered, perhaps without counting the first receive. */
  #maybeDuplicate(message: Message) {
    const { choices, time, queue, record } = this.#world;
    const sameCount = choices.strikes("duplicate with the same count");
    if (!sameCount && !choices.strikes("duplicate")) return;
    const { visibleAt } = message;
    time.after(choices.ms(0, 5_000), () => {
      if (message.visibleAt !== visibleAt || !queue.messages.has(message.copy.id)) return;
      record({ what: "redelivered", copy: message.copy.id });
      if (sameCount) message.receiveCount -= 1;
      message.visibleAt = time.now;
      this.wake();
    });
  }

  /** `ended` receives the ids to retry; undefined if there was no response, so that all are retried. */
  #invoke(received: readonly Received[], ended: (returned?: ReadonlySet<string>) => void) {
    const { code } = this.#world;
    const records = received.flatMap(({ record }) => record ?? []);
    this.#pool.run(
      received,
      async (engine, time) => {
        const { batchItemFailures } = await code.processBatch(records, time, engine);
        return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      },
      ended,
    );
  }

  /** An event of the function: up to three times, then dead-lettered by Lambda. */
  invokeWithEvent(copy: QueuedCopy, body: string) {
    this.#eventsUnderWay += 1;
    this.#tryEvent(copy, body, 0);
  }

  #tryEvent(copy: QueuedCopy, body: string, attempt: number, throttleMs = longestThrottleMs / 256) {
    const { code, time, deadLetters, record } = this.#world;
    if (this.#isBusy) {
      const next = Math.min(longestThrottleMs, 2 * throttleMs);
      time.after(throttleMs, () => this.#tryEvent(copy, body, attempt, next));
      return;
    }
    this.#eventsRunning += 1;
    const delivery = { number: this.#world.number(), copy: copy.id };
    const message = { copy, body, attributes: {}, receiveCount: 0, receivedAt: 0, visibleAt: 0, handle: "" };
    const received = [{ message, delivery }];
    const ended = (returned?: ReadonlySet<string>) => {
      this.#eventsRunning -= 1;
      const retryAfterMs = eventRetriesMs[attempt];
      if (returned?.size !== 0 && retryAfterMs !== undefined) {
        time.after(retryAfterMs, () => this.#tryEvent(copy, body, attempt + 1));
        return this.wake();
      }
      this.#eventsUnderWay -= 1;
      if (returned?.size === 0) {
        const { number, copy } = delivery;
        record({ what: "acknowledged", invocation: 0, delivery: number, copy, isDeleted: true });
      } else {
        record({ what: "dead-lettered by AWS", copy: copy.id, isEvent: true });
        deadLetters.push({ copy, body, attributes: {}, parent: "unrecorded" });
      }
      this.wake();
    };
    const event = JSON.parse(body);
    this.#pool.run(
      received,
      async (engine, invocationTime) => {
        await code.processEvent(event, invocationTime, engine);
        return [];
      },
      ended,
    );
  }

  /** DeleteMessageBatch for messages that were not returned. An unknown id fails the whole batch. */
  #acknowledge(received: readonly Received[], returned: ReadonlySet<string>) {
    const { queue, choices, record } = this.#world;
    const known = new Set(received.map(({ delivery }) => delivery.copy));
    if ([...returned].some((id) => !known.has(id))) return;
    for (const { message, delivery } of received) {
      if (returned.has(delivery.copy)) continue;
      const isDeleted = !choices.strikes("not deleted");
      record({
        what: "acknowledged",
        invocation: 0,
        delivery: delivery.number,
        copy: delivery.copy,
        isDeleted,
      });
      if (isDeleted) queue.messages.delete(message.copy.id);
    }
  }
}
