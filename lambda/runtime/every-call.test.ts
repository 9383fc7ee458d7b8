import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { readThrown } from "../error-table.ts";
import { type AwsCalls, createAwsCalls } from "./aws-calls.ts";

const contact = { InstanceId: "i", ContactId: "c" };
const queues = { intentQueueUrl: "https://sqs/1/intents", deadLetterQueueUrl: "https://sqs/1/dead" };

/** Every call that the engine makes. */
const everyCall: Record<string, (calls: AwsCalls, signal: AbortSignal) => Promise<unknown>> = {
  TransferContact: (calls, signal) =>
    calls.transferContact({ ...contact, ContactFlowId: "f", ClientToken: "t" }, signal),
  DescribeContact: async (calls, signal) => calls.reads?.describeContact(contact, signal),
  ListAssociatedContacts: async (calls, signal) => calls.reads?.listAssociatedContacts(contact, signal),
  PutEvents: (calls, signal) => calls.putEvents([{ Source: "s", DetailType: "d", Detail: "{}" }], signal),
  "SendMessageBatch to the dead-letter queue": (calls, signal) =>
    calls.sendDeadLetters([{ Id: "0", MessageBody: "{}" }], signal),
  "SendMessageBatch to the intent queue": (calls, signal) =>
    calls.enqueue([{ Id: "0", MessageBody: "{}" }], signal),
  ChangeMessageVisibility: (calls, signal) => calls.changeVisibility("receipt", 1, signal),
};

function environment(url: string) {
  Object.assign(process.env, {
    AWS_REGION: "eu-west-2",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "s",
    // The function's calls have a pace and deadlines: no setting of the SDK changes how often they are made.
    AWS_RETRY_MODE: "adaptive",
    AWS_MAX_ATTEMPTS: "3",
    AWS_ENDPOINT_URL_CONNECT: url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: url,
    AWS_ENDPOINT_URL_SQS: url,
  });
}

/** Makes a call against a server with this answer; resolves with the requests once it has ended. */
async function make(
  call: (calls: AwsCalls, signal: AbortSignal) => Promise<unknown>,
  answer: (response: ServerResponse, request: number) => void,
  signal = new AbortController().signal,
) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request.resume());
    answer(response, requests.length);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  environment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const ended = await call(createAwsCalls(queues), signal).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    return { ended, requests };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function refuse(response: ServerResponse, httpStatus: number, name: string, headers: object = {}) {
  const type = { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": name };
  response.writeHead(httpStatus, { ...type, ...headers }).end(JSON.stringify({ __type: name }));
}

for (const [name, call] of Object.entries(everyCall)) {
  describe(name, () => {
    it("is made once, whatever the environment says of retries", async () => {
      const { ended, requests } = await make(call, (response) =>
        refuse(response, 500, "InternalServiceException"),
      );
      assert.ok(ended);
      assert.equal(requests.length, 1);
      // As the SDK names its modes: E is standard, F adaptive.
      assert.match(requests[0]?.headers["user-agent"] ?? "", / m\/[^ ]*E/);
      assert.doesNotMatch(requests[0]?.headers["user-agent"] ?? "", / m\/[^ ]*F/);
    });

    it("reads no answer beyond a megabyte", async () => {
      const { ended } = await make(call, (response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(`{}${" ".repeat(1_000_000)}`);
      });
      assert.equal(ended?.name, "BodyTooLargeError");
    });

    it("ends its request with its signal", async () => {
      const ending = new AbortController();
      const closed = Promise.withResolvers<void>();
      const hang = (response: ServerResponse) => {
        response.once("close", closed.resolve);
        ending.abort();
      };
      const isClosed = async (calls: AwsCalls, signal: AbortSignal) => {
        await assert.rejects(call(calls, signal), { name: "AbortError" });
        await closed.promise;
      };
      const { ended } = await make(isClosed, hang, ending.signal);
      assert.equal(ended, undefined);
    });
  });
}

describe("ChangeMessageVisibility", () => {
  const change = everyCall.ChangeMessageVisibility ?? assert.fail;

  it("is made again after a refusal by which the SDK has corrected its clock, and no further time", async () => {
    const skewed = { date: new Date(Date.now() + 3_600_000).toUTCString() };
    for (const [name, headers] of [
      ["InvalidSignatureException", {}],
      ["AccessDeniedException", skewed],
    ] as const) {
      const passing = await make(change, (response, request) =>
        request === 1 ? refuse(response, 403, name, headers) : response.end("{}"),
      );
      assert.deepEqual([passing.ended, passing.requests.length], [undefined, 2]);
      const lasting = await make(change, (response) => refuse(response, 403, name, headers));
      assert.deepEqual([lasting.ended?.name, lasting.requests.length], [name, 2]);
    }
  });

  it("is made again over a new connection if the first one broke, and no further time", async () => {
    const passing = await make(change, (response, request) =>
      request === 1 ? response.destroy() : response.end("{}"),
    );
    assert.deepEqual([passing.ended, passing.requests.length], [undefined, 2]);
    const lasting = await make(change, (response) => response.destroy());
    assert.deepEqual([readThrown(lasting.ended).name, lasting.requests.length], ["ECONNRESET", 2]);
  });

  it("is not made again after another refusal", async () => {
    const { ended, requests } = await make(change, (response) =>
      refuse(response, 403, "AccessDeniedException"),
    );
    assert.deepEqual([ended?.name, requests.length], ["AccessDeniedException", 1]);
  });
});

it("Connect and EventBridge are asked over the connections of the agent that is given", async () => {
  environment("https://127.0.0.1:1");
  const opened: unknown[] = [];
  const httpsAgent = new Agent();
  httpsAgent.createConnection = (options) => {
    opened.push(options.port);
    throw new Error("no connection");
  };
  const calls = createAwsCalls(queues, { httpsAgent });
  const { signal } = new AbortController();
  for (const name of ["TransferContact", "DescribeContact", "PutEvents"])
    await assert.rejects(everyCall[name]?.(calls, signal) ?? assert.fail, { message: "no connection" });
  assert.deepEqual(opened, [1, 1, 1]);
});
