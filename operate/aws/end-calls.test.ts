import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { endCalls } from "./end-calls.ts";

/** A client whose server answers like this, and how to end its calls. */
async function start(context: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ending = new AbortController();
  const sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const client = endCalls(sqs, ending.signal);
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  context.after(() => client.destroy());
  return {
    interrupt: () => ending.abort(),
    interruptAtHead() {
      requestHandler.handle = async (request, options) => {
        const answer = await handle(request, options);
        setImmediate(() => ending.abort());
        return answer;
      };
    },
    call: () => client.send(new ReceiveMessageCommand({ QueueUrl: "https://sqs/1/dead" })),
  };
}

describe("an interruption ends a call", { timeout: 20_000 }, () => {
  it("that has no answer", async (context) => {
    const { call, interrupt } = await start(context, () => interrupt());
    await assert.rejects(call(), { name: "AbortError" });
  });

  it("whose answer stops in the middle", async (context) => {
    const { call, interruptAtHead } = await start(context, (_request, response) => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).write('{"Messages":[');
    });
    interruptAtHead();
    await assert.rejects(call(), { name: "AbortError" });
  });

  it("that begins later", async (context) => {
    const { call, interrupt } = await start(context, () => {});
    interrupt();
    await assert.rejects(call(), { name: "AbortError" });
  });
});

it("what was answered is not disturbed by a later interruption", async (context) => {
  const { call, interrupt } = await start(context, (_request, response) => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end('{"Messages":[]}');
  });
  const { Messages } = await call();
  interrupt();
  assert.deepEqual(Messages, []);
});
