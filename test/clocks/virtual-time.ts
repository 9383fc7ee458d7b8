export interface Scheduled {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
  isCancelled: boolean;
}

/**
 * Time that moves only when nothing else can. Events happen one by one, ordered by instant and then by scheduling; all
 * promises that one settles have run before the next: the same seed gives the same history.
 */
export class VirtualTime {
  #now: number;
  #order = 0;
  readonly #afterAllElse: (step: () => void) => void;
  /** A binary heap, the next event first. */
  readonly #heap: Scheduled[] = [];

  /** `afterAllElse` calls back once nothing is left to run at the present instant. */
  constructor(startAt: number, afterAllElse = afterPromises) {
    this.#now = startAt;
    this.#afterAllElse = afterAllElse;
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  after(ms: number, happen: () => void): Scheduled {
    const scheduled = { at: this.#now + Math.max(0, ms), order: this.#order++, happen, isCancelled: false };
    this.#push(scheduled);
    return scheduled;
  }

  /** Runs events until none is left before `until`, or until `isDone`. */
  run(until: number, isDone: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          const next = isDone() ? undefined : this.#takeNext(until);
          if (!next) return resolve();
          this.#now = Math.max(this.#now, next.at);
          next.happen();
        } catch (error) {
          return reject(error);
        }
        this.#afterAllElse(step);
      };
      this.#afterAllElse(step);
    });
  }

  #takeNext(until: number): Scheduled | undefined {
    for (let next = this.#heap[0]; next && next.at <= until; next = this.#heap[0]) {
      this.#pop();
      if (!next.isCancelled) return next;
    }
    return undefined;
  }

  #push(scheduled: Scheduled) {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(scheduled);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || isBefore(parent, scheduled)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = scheduled;
  }

  #pop() {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRight = left && right && isBefore(right, left);
      const child = isRight ? right : left;
      if (!child || isBefore(last, child)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
  }
}

/** A tick scheduled by a microtask runs after all microtasks, at a twentieth of the cost of setImmediate. */
function afterPromises(step: () => void): void {
  queueMicrotask(() => process.nextTick(step));
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
