import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "node:test";
import { createAwsCalls } from "./aws-calls.ts";

const queues = { intentQueueUrl: "https://sqs/1/intents", deadLetterQueueUrl: "https://sqs/1/dead" };
const input = { InstanceId: "i", ContactId: "c", ContactFlowId: "f", ClientToken: "t" };

/** One TransferContact, answered by this. */
async function transfer(answer: (response: ServerResponse) => void, requestTimeoutMs?: number) {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" });
    answer(response);
  });
  await once(server.listen(0, "localhost"), "listening");
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_REGION: "eu-west-2",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_ENDPOINT_URL_CONNECT: `http://localhost:${port}`,
  });
  try {
    const { transferContact } = createAwsCalls(queues, { requestTimeoutMs });
    return await transferContact(input, new AbortController().signal);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it("a response body in several chunks is one answer", async () => {
  const { ContactId } = await transfer(async (response) => {
    for (const piece of ['{"Contact', 'Id":"nä', '"}'])
      await new Promise<void>((done) => response.write(piece, () => done()));
    response.end();
  });
  assert.equal(ContactId, "nä");
});

it("a response body that breaks off is an error", async () => {
  const broken = transfer((response) => response.write('{"ContactId":', () => response.destroy()));
  await assert.rejects(broken, { code: "ECONNRESET" });
});

it("the request's time-out ends a response body that stalls", async () => {
  await assert.rejects(transfer((response) => response.write('{"ContactId":'), 300));
});
