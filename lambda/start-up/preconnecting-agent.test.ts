import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:https";
import { type AddressInfo, isIPv6, type LookupFunction, Socket } from "node:net";
import { beforeEach, it } from "node:test";
import { TLSSocket } from "node:tls";
import { makeSelfSignedCertificate } from "../../test/self-signed-certificate.ts";
import { PreconnectingAgent } from "./preconnecting-agent.ts";

const certificate = await makeSelfSignedCertificate();

let agent: PreconnectingAgent;
beforeEach(() => {
  agent = new PreconnectingAgent();
  agent.options.ca = certificate.cert;
});

async function startServer({ firstWords = "" } = {}) {
  let connections = 0;
  const open = new Set<Socket>();
  const serverNames: unknown[] = [];
  const server = createServer(certificate, (_, response) => response.end("ok"));
  // What a service says on an idle connection before it closes it.
  if (firstWords) server.once("secureConnection", (socket) => socket.write(firstWords));
  server.on("secureConnection", (socket: TLSSocket) => serverNames.push(socket.servername));
  server.on("connection", (socket: Socket) => {
    connections++;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  await once(server.listen(0), "listening");
  const { port, address } = server.address() as AddressInfo;
  return {
    host: address,
    endpoint: new URL(`https://localhost:${port}`),
    connections: () => connections,
    serverNames,
    /** Ends all connections, as a service does with idle ones; resolves when the other side has closed them too. */
    async endConnections() {
      for (const socket of open) socket.end();
      await this.allClosed();
    },
    async allClosed() {
      await Promise.all([...open].map((socket) => once(socket, "close")));
    },
    async ask(): Promise<number | undefined> {
      const [response] = await once(request({ host: "localhost", port, agent }).end(), "response");
      await once(response.resume(), "end");
      return response.statusCode;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

it("the first request uses the open connection, and the next one keeps it", async () => {
  await using server = await startServer();
  await agent.preconnect(server.endpoint);
  assert.equal(server.connections(), 1);
  assert.deepEqual([await server.ask(), await server.ask()], [200, 200]);
  assert.equal(server.connections(), 1);
});

it("requests at the same time get a connection each", { timeout: 10_000 }, async () => {
  await using server = await startServer();
  await agent.preconnect(server.endpoint);
  const statuses = await Promise.all(Array.from({ length: 5 }, server.ask));
  assert.deepEqual(statuses, Array(5).fill(200));
  assert.equal(server.connections(), 5);
});

it("what a server has said unasked is not read as the response to the first request", async () => {
  const firstWords = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  await using server = await startServer({ firstWords });
  await using other = await startServer();
  await agent.preconnect(server.endpoint);
  // A round trip to another server: by its end, the words have arrived.
  assert.equal(await other.ask(), 200);
  assert.equal(await server.ask(), 200);
  assert.equal(server.connections(), 2);
});

it("a connection that has been idle for more than four seconds is closed and not used", async (context) => {
  await using server = await startServer();
  const { timers } = context.mock;
  timers.enable({ apis: ["Date"], now: Date.now() });
  await agent.preconnect(server.endpoint);
  timers.setTime(Date.now() + 4_000);
  assert.equal(await server.ask(), 200);
  assert.equal(server.connections(), 1);

  agent.destroy();
  await server.allClosed();
  await agent.preconnect(server.endpoint);
  timers.setTime(Date.now() + 4_001);
  assert.equal(await server.ask(), 200);
  assert.equal(server.connections(), 3);
  agent.destroy();
  await server.allClosed();
});

it("one connection to an endpoint is opened in advance, and another one once it is used or has closed", async () => {
  await using server = await startServer();
  await agent.preconnect(server.endpoint);
  await agent.preconnect(server.endpoint);
  assert.equal(server.connections(), 1);
  await server.endConnections();
  await agent.preconnect(server.endpoint);
  assert.equal(server.connections(), 2);
  assert.equal(await server.ask(), 200);
  assert.equal(server.connections(), 2);
  // The end of a connection that is used leaves the one that was opened since.
  await agent.preconnect(server.endpoint);
  const [used] = Object.values(agent.freeSockets).flat();
  assert.ok(used);
  await Promise.all([once(used, "close"), used.destroy()]);
  assert.equal(await server.ask(), 200);
  assert.equal(server.connections(), 3);
});

it("a connection opened in advance keeps no process alive until it is used, and is not used once it is destroyed", async (context) => {
  await using server = await startServer();
  const { mock: unref } = context.mock.method(TLSSocket.prototype, "unref");
  const { mock: ref } = context.mock.method(TLSSocket.prototype, "ref");
  await agent.preconnect(server.endpoint);
  const socket = unref.calls[0]?.this;
  assert.ok(socket instanceof TLSSocket);
  assert.equal(
    ref.calls.some((call) => call.this === socket),
    false,
  );
  assert.equal(await server.ask(), 200);
  assert.equal(
    ref.calls.some((call) => call.this === socket),
    true,
  );

  unref.resetCalls();
  agent.destroy();
  await agent.preconnect(server.endpoint);
  const destroyed = unref.calls.at(-1)?.this;
  assert.ok(destroyed instanceof TLSSocket);
  destroyed.destroy();
  assert.equal(await server.ask(), 200);
});

it("the end of the agent closes its connections, used or not", async () => {
  await using server = await startServer();
  await using other = await startServer();
  await agent.preconnect(server.endpoint);
  await agent.preconnect(other.endpoint);
  assert.equal(await server.ask(), 200);
  const [used] = Object.values(agent.freeSockets).flat();
  agent.destroy();
  assert.equal(used?.destroyed, true);
  await Promise.all([server.allClosed(), other.allClosed()]);
});

it("an endpoint is connected by its name, with one context of certificates for all", async () => {
  await using server = await startServer();
  await using other = await startServer();
  const looked: string[] = [];
  const lookup: LookupFunction = (hostname, { all }, found) => {
    looked.push(hostname);
    const address = { address: server.host, family: isIPv6(server.host) ? 6 : 4 };
    if (all) found(null, [address]);
    else found(null, address.address, address.family);
  };
  Object.assign(agent.options, { lookup, checkServerIdentity: () => undefined });
  const named = ({ port }: URL) => ({ protocol: "https:", hostname: "connect.test", port });
  await agent.preconnect(named(server.endpoint));
  const { secureContext } = agent.options;
  assert.ok(secureContext);
  await agent.preconnect(named(other.endpoint));
  assert.equal(agent.options.secureContext, secureContext);
  assert.deepEqual([looked, server.serverNames], [["connect.test", "connect.test"], ["connect.test"]]);
});

it("an endpoint without a port has that of HTTPS, and the agent as many connections as the SDK's", async (context) => {
  const ports: unknown[] = [];
  context.mock.method(Socket.prototype, "connect", function (this: Socket, { port }: { port: unknown }) {
    ports.push(port);
    process.nextTick(() => this.destroy(new Error("no connection")));
    return this;
  });
  for (const endpoint of ["https://connect.test", "https://connect.test:4430"])
    await assert.rejects(agent.preconnect(new URL(endpoint)), { message: "no connection" });
  assert.deepEqual(ports, [443, 4430]);
  assert.equal(agent.maxSockets, 50);
});

it("an unreachable endpoint rejects, and requests still work", async () => {
  await using server = await startServer();
  await assert.rejects(agent.preconnect(new URL("https://localhost:1")), {
    code: "ECONNREFUSED",
  });
  assert.equal(await server.ask(), 200);
});

it("no connection to an endpoint without TLS is opened in advance", async () => {
  await agent.preconnect(new URL("http://localhost:1"));
});
