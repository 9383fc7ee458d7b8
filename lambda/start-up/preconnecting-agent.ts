import { Agent } from "node:https";
import type { Duplex } from "node:stream";
import { connect, createSecureContext, type TLSSocket } from "node:tls";

/** Longest time that a connection may wait for its first request: services close idle ones, and a frozen instance does not notice. */
const maxIdleMs = 4_000;

interface Preconnection {
  readonly socket: TLSSocket;
  readonly openedAt: number;
}

/** An HTTPS agent that can open a connection before the first request, without sending one. */
export class PreconnectingAgent extends Agent {
  readonly #preconnected = new Map<string, Preconnection>();

  constructor() {
    super({ keepAlive: true, maxSockets: 50 }); // as the SDK does
  }

  /** Opens the connection of the next request to this endpoint. Resolves when it is ready, rejects if it cannot be opened. */
  async preconnect({
    protocol,
    hostname,
    port: given,
  }: Pick<URL, "protocol" | "hostname" | "port">): Promise<void> {
    if (protocol !== "https:") return;
    const port = given ? Number(given) : 443;
    const name = `${hostname}:${port}`;
    if (this.#preconnected.has(name)) return;
    this.options.secureContext ??= createSecureContext(this.options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect({ ...this.options, host: hostname, port, servername: hostname }, resolve);
    socket.once("error", reject);
    socket.once("close", () => {
      if (this.#preconnected.get(name)?.socket === socket) this.#preconnected.delete(name);
    });
    this.#preconnected.set(name, { socket, openedAt: Date.now() });
    await promise;
    socket.unref();
  }

  override createConnection(
    ...[options, callback]: Parameters<Agent["createConnection"]>
  ): Duplex | null | undefined {
    const name = `${options.host}:${options.port}`;
    const preconnection = this.#preconnected.get(name);
    this.#preconnected.delete(name);
    if (preconnection && isFresh(preconnection)) return preconnection.socket.ref();
    preconnection?.socket.destroy();
    return super.createConnection(options, callback);
  }

  override destroy(): void {
    for (const { socket } of this.#preconnected.values()) socket.destroy();
    super.destroy();
  }
}

/** Unsolicited bytes (the service closes an idle connection) must not be read as the response to a request. */
function isFresh({ socket, openedAt }: Preconnection): boolean {
  return !socket.destroyed && socket.readableLength === 0 && Date.now() - openedAt <= maxIdleMs;
}
