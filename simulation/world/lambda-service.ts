import type { Copy } from "../history.ts";
import { FunctionPool } from "./function-pool.ts";
import { type Message, maxReceiveCount, type Received, retentionMs } from "./queue.ts";
import type { World } from "./world.ts";

/** Lambda delivers an event three times: at once, and 1 and 2 minutes after a failure. */
const eventRetriesMs = [60_000, 120_000];

/** Lambda and its event source mapping: hands batches and events to instances, and acts on what they answer. */
export class LambdaService {
  readonly #world: World;
  readonly #pool: FunctionPool;
  #batchesUnderWay = 0;
  #eventsUnderWay = 0;
  #nextPollAt = Number.POSITIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
    this.#pool = new FunctionPool(world);
  }

  get isIdle(): boolean {
    return this.#batchesUnderWay === 0 && this.#eventsUnderWay === 0;
  }

  /** Something may be visible now or later: the mapping polls then. */
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
    const { plan, queue } = this.#world;
    while (this.#batchesUnderWay < plan.maxConcurrency) {
      const visible = queue.visible().filter((message) => !this.#leavesByItself(message));
      if (visible.length === 0) break;
      this.#deliver(this.#takeInAnyOrder(visible));
    }
    if (this.#batchesUnderWay < plan.maxConcurrency) this.wake();
  }

  /** SQS moves a message to the dead-letter queue, or drops it, where others would receive it. */
  #leavesByItself(message: Message): boolean {
    const { queue, time, letters, record } = this.#world;
    const { copy, body, attributes } = message;
    if (time.now - copy.sentAt > retentionMs) record({ what: "dropped by retention", copy: copy.id });
    else if (message.receiveCount >= maxReceiveCount) {
      record({ what: "moved by SQS", copy: copy.id, isEvent: false });
      letters.push({ copy, body, attributes, parent: "untold" });
    } else return false;
    queue.messages.delete(copy.id);
    return true;
  }

  #takeInAnyOrder(visible: Message[]): Message[] {
    const { random, plan } = this.#world;
    const most = random.chance(0.3) ? random.int(1, plan.batchSize) : plan.batchSize;
    const batch: Message[] = [];
    while (visible.length > 0 && batch.length < most) {
      batch.push(...visible.splice(visible.length > 1 ? random.int(0, visible.length - 1) : 0, 1));
    }
    return batch;
  }

  #deliver(batch: readonly Message[]) {
    const { fates, queue, time, record } = this.#world;
    this.#batchesUnderWay += 1;
    const received = batch.map((message) => queue.receive(message, this.#world.number()));
    record({ what: "received", deliveries: received.map(({ delivery }) => delivery) });
    for (const { message } of received) this.#maybeDuplicate(message);
    time.after(fates.strikes("late invocation") ? fates.ms(1_000, 200_000) : 0, () => {
      this.#invoke(received, (returned) => {
        this.#batchesUnderWay -= 1;
        if (returned) this.#acknowledge(received, returned);
        this.wake();
      });
    });
  }

  /** At least once: a message in flight is handed out again, with a count that may not know of the first time. */
  #maybeDuplicate(message: Message) {
    const { fates, time, queue, record } = this.#world;
    const sameCount = fates.strikes("duplicate with the same count");
    if (!sameCount && !fates.strikes("duplicate")) return;
    const { visibleAt } = message;
    time.after(fates.ms(0, 5_000), () => {
      if (message.visibleAt !== visibleAt || !queue.messages.has(message.copy.id)) return;
      record({ what: "handed out again", copy: message.copy.id });
      if (sameCount) message.receiveCount -= 1;
      message.visibleAt = time.now;
      this.wake();
    });
  }

  /** `ended` gets the ids to deliver again; undefined where all of them are, since there was no answer. */
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

  /** An event that came to the function itself: delivered up to three times, then dead-lettered by Lambda. */
  invokeWithEvent(copy: Copy, body: string, attempt = 0) {
    const { code, time, letters, record } = this.#world;
    this.#eventsUnderWay += 1;
    const delivery = { number: this.#world.number(), copy: copy.id };
    const message = { copy, body, attributes: {}, receiveCount: 0, receivedAt: 0, visibleAt: 0, handle: "" };
    const received = [{ message, delivery }];
    const ended = (returned?: ReadonlySet<string>) => {
      if (returned?.size === 0) {
        this.#eventsUnderWay -= 1;
        return record({
          what: "acknowledged",
          delivery: delivery.number,
          copy: copy.id,
          invocation: 0,
          isDeleted: true,
        });
      }
      const retryAfterMs = eventRetriesMs[attempt];
      if (retryAfterMs !== undefined) {
        time.after(retryAfterMs, () => {
          this.#eventsUnderWay -= 1;
          this.invokeWithEvent(copy, body, attempt + 1);
        });
        return;
      }
      this.#eventsUnderWay -= 1;
      record({ what: "moved by SQS", copy: copy.id, isEvent: true });
      letters.push({ copy, body, attributes: {}, parent: "untold" });
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

  /** DeleteMessageBatch for what was not returned. An unknown id means that all failed. */
  #acknowledge(received: readonly Received[], returned: ReadonlySet<string>) {
    const { queue, fates, record } = this.#world;
    const known = new Set(received.map(({ delivery }) => delivery.copy));
    if ([...returned].some((id) => !known.has(id))) return;
    for (const { message, delivery } of received) {
      if (returned.has(delivery.copy)) continue;
      const isDeleted = !fates.strikes("not deleted");
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
