// Node 22 has no AsyncDisposableStack. As much of it as the program uses: https://github.com/tc39/proposal-explicit-resource-management
class OwnAsyncDisposableStack {
  #disposals = [];

  use(resource) {
    this.#disposals.push(() =>
      (resource?.[Symbol.asyncDispose] ?? resource?.[Symbol.dispose])?.call(resource),
    );
    return resource;
  }

  defer(dispose) {
    this.#disposals.push(dispose);
  }

  move() {
    const moved = new OwnAsyncDisposableStack();
    moved.#disposals = this.#disposals;
    this.#disposals = [];
    return moved;
  }

  async disposeAsync() {
    const errors = [];
    for (let dispose = this.#disposals.pop(); dispose; dispose = this.#disposals.pop()) {
      try {
        await dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  }

  [Symbol.asyncDispose]() {
    return this.disposeAsync();
  }
}

const Native = globalThis.AsyncDisposableStack ?? OwnAsyncDisposableStack;

export { Native as AsyncDisposableStack };
