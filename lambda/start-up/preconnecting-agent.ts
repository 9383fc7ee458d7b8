import { Agent } from "node:https";
import type { Duplex } from "node:stream";
import { connect, createSecureContext, type TLSSocket } from "node:tls";

/** Longest wait of an open connection for its first request: services close idle ones, unnoticed by a frozen instance. */
const longestWaitMs = 4_000;

interface Ahead {
  readonly socket: TLSSocket;
  readonly openedAt: number;
}

/** An HTTPS agent that can open a connection ahead of the first request. No request is made for it. */
export class ConnectionsAhead extends Agent {
  readonly #ahead = new Map<string, Ahead>();

  constructor() {
    super({ keepAlive: true, maxSockets: 50 }); // as the SDK makes its own
  }

  /** Opens a connection for the next request to the endpoint; ends when it is ready. Rejects where it cannot be opened. */
  async open({
    protocol,
    hostname,
    port: given,
  }: Pick<URL, "protocol" | "hostname" | "port">): Promise<void> {
    if (protocol !== "https:") return;
    const port = given ? Number(given) : 443;
    const name = `${hostname}:${port}`;
    if (this.#ahead.has(name)) return;
    this.options.secureContext ??= createSecureContext(this.options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect({ ...this.options, host: hostname, port, servername: hostname }, resolve);
    socket.once("error", reject);
    socket.once("close", () => {
      if (this.#ahead.get(name)?.socket === socket) this.#ahead.delete(name);
    });
    this.#ahead.set(name, { socket, openedAt: Date.now() });
    await promise;
    socket.unref();
  }

  override createConnection(
    ...[options, callback]: Parameters<Agent["createConnection"]>
  ): Duplex | null | undefined {
    const name = `${options.host}:${options.port}`;
    const ahead = this.#ahead.get(name);
    this.#ahead.delete(name);
    if (ahead && isFresh(ahead)) return ahead.socket.ref();
    ahead?.socket.destroy();
    return super.createConnection(options, callback);
  }

  override destroy(): void {
    for (const { socket } of this.#ahead.values()) socket.destroy();
    super.destroy();
  }
}

/** What a service says unasked (that it closes an idle connection) must not be read as the answer to a request. */
function isFresh({ socket, openedAt }: Ahead): boolean {
  return !socket.destroyed && socket.readableLength === 0 && Date.now() - openedAt <= longestWaitMs;
}
