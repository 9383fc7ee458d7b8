import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { beforeEach, it } from "node:test";
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
  const server = createServer(certificate, (_, response) => response.end("ok"));
  // What a service says on an idle connection before it closes it.
  if (firstWords) server.once("secureConnection", (socket) => socket.write(firstWords));
  server.on("connection", () => connections++);
  await once(server.listen(0), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: new URL(`https://localhost:${port}`),
    connections: () => connections,
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

it("a connection that has been idle for more than four seconds is not used", async (context) => {
  await using server = await startServer();
  await agent.preconnect(server.endpoint);
  context.mock.timers.enable({ apis: ["Date"], now: Date.now() + 4_001 });
  assert.equal(await server.ask(), 200);
  assert.equal(server.connections(), 2);
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
