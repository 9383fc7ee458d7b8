interface Deadline {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly key: string;
}

/** Keys with an instant each, of which the due ones can be taken without a look at the others: a heap. */
export class Deadlines {
  readonly #heap: Deadline[] = [];

  add(at: number, key: string): void {
    const heap = this.#heap;
    const added = { at, key };
    let place = heap.length;
    for (let above = (place - 1) >> 1; place > 0; above = (place - 1) >> 1) {
      const parent = heap[above];
      if (parent === undefined || parent.at <= at) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = added;
  }

  /** Takes a key whose instant is not after `now`, the earliest first; undefined if there is none. */
  take(now: number): string | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.at > now) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first.key;
  }

  /** Lets a deadline that has been put at the top sink to its place. */
  #sink(deadline: Deadline): void {
    const heap = this.#heap;
    let place = 0;
    for (let below = 1; below < heap.length; below = 2 * place + 1) {
      const [left, right] = [heap[below], heap[below + 1]];
      const isRight = right !== undefined && left !== undefined && right.at < left.at;
      const least = isRight ? right : left;
      if (least === undefined || least.at >= deadline.at) break;
      heap[place] = least;
      place = isRight ? below + 1 : below;
    }
    heap[place] = deadline;
  }
}
