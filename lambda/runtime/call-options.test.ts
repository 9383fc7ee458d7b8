import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { startLocalAws } from "../../test/function/local-aws.ts";
import { createAwsCalls } from "./aws-calls.ts";
import { callWithin, collectBody } from "./call-options.ts";

const queues = { intentQueueUrl: "https://sqs/1/intents", deadLetterQueueUrl: "https://sqs/1/dead" };
const input = { InstanceId: "i", ContactId: "c", ContactFlowId: "f", ClientToken: "t" };

/** Makes one TransferContact against a server with this response. */
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

it("a response body in several chunks is read as one", async () => {
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

it("the request's timeout ends a response body that stalls", async () => {
  await assert.rejects(transfer((response) => response.write('{"ContactId":'), 300));
});

it("a response body without an end is refused after a megabyte", async () => {
  let isClosed = false;
  const chunk = Buffer.alloc(64 * 1024, " ");
  const endless = transfer((response) => {
    response.once("close", () => {
      isClosed = true;
    });
    const write = () => {
      while (!isClosed && response.write(chunk));
      if (!isClosed) response.once("drain", write);
    };
    write();
  });
  await assert.rejects(endless, { name: "BodyTooLargeError" });
});

it("a response body of exactly a megabyte is read", async () => {
  const megabyte = [Buffer.alloc(600_000), Buffer.alloc(400_000)];
  assert.equal((await collectBody(Readable.from(megabyte))).length, 1_000_000);
  await assert.rejects(collectBody(Readable.from([...megabyte, Buffer.alloc(1)])), {
    name: "BodyTooLargeError",
  });
});

describe("a call that ignores its signal", () => {
  const never = () => new Promise<never>(() => {});

  it("ends with its timeout", async () => {
    await assert.rejects(callWithin(new AbortController().signal, 1, never), { name: "TimeoutError" });
  });

  it("ends with the signal that it was given", async () => {
    const controller = new AbortController();
    const call = callWithin(controller.signal, 60_000, never);
    controller.abort();
    await assert.rejects(call, { name: "AbortError" });
  });

  it("ends its signal with the reason of the signal that it was given", async () => {
    const controller = new AbortController();
    const ended = Promise.withResolvers<unknown>();
    const call = callWithin(controller.signal, 60_000, (signal) => {
      signal.addEventListener("abort", () => ended.resolve(signal.reason));
      return never();
    });
    controller.abort("over");
    assert.equal(await ended.promise, "over");
    await assert.rejects(call, (reason) => reason === "over");
  });

  it("ends its signal after its timeout", async () => {
    const ended = Promise.withResolvers<unknown>();
    const call = callWithin(new AbortController().signal, 1, (signal) => {
      signal.addEventListener("abort", () => ended.resolve(signal.reason));
      return never();
    });
    await assert.rejects(call, (reason: Error) => reason.name === "TimeoutError");
    assert.ok(await ended.promise);
  });

  it("is not made after its signal", async () => {
    const call = () => assert.fail("it was made");
    await assert.rejects(callWithin(AbortSignal.abort(), 60_000, call), { name: "AbortError" });
  });
});

it("nothing is left of a call that has ended: no timer, no listener", async (context) => {
  const cleared = context.mock.method(globalThis, "clearTimeout").mock;
  const set = context.mock.method(globalThis, "setTimeout").mock;
  const { signal } = new AbortController();
  const heard = context.mock.method(signal, "addEventListener").mock;
  const unheard = context.mock.method(signal, "removeEventListener").mock;
  assert.equal(await callWithin(signal, 60_000, async () => "done"), "done");
  await assert.rejects(
    callWithin(signal, 60_000, () => Promise.reject(new Error("no"))),
    { message: "no" },
  );
  const timers = set.calls.map(({ result }) => result);
  assert.deepEqual([timers.length, cleared.calls.map(({ arguments: [timer] }) => timer)], [2, timers]);
  const listeners = heard.calls.map((call) => call.arguments);
  assert.deepEqual([listeners.length, unheard.calls.map((call) => call.arguments)], [2, listeners]);
});

it("an event is enqueued in the intent queue, a dead letter sent to the dead-letter queue", async () => {
  await using aws = await startLocalAws();
  Object.assign(process.env, aws.env);
  const queues = { ...aws.queueUrls, enqueueUnfinished: true };
  const { enqueue = assert.fail, sendDeadLetters } = createAwsCalls(queues);
  const { signal } = new AbortController();
  await enqueue([{ Id: "0", MessageBody: "enqueued" }], signal);
  assert.deepEqual([(await aws.queued()).length, await aws.deadLetters()], [1, []]);
  await sendDeadLetters([{ Id: "0", MessageBody: "dead" }], signal);
  assert.deepEqual(
    (await aws.deadLetters()).map(({ body }) => body),
    ["dead"],
  );
  assert.equal((await aws.queued()).length, 1);
});

it("the timeouts are 5 s for a request to Connect and 3 s for every other call, unless options say otherwise", async (context) => {
  Object.assign(process.env, {
    AWS_REGION: "eu-west-2",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_ENDPOINT_URL_CONNECT: "http://localhost:1",
    AWS_ENDPOINT_URL_EVENTBRIDGE: "http://localhost:1",
    AWS_ENDPOINT_URL_SQS: "http://localhost:1",
  });
  const timer = context.mock.method(globalThis, "setTimeout").mock;
  const { signal } = new AbortController();
  /** The timer that each call sets before the SDK sets its own. */
  const timeouts = async (options?: Parameters<typeof createAwsCalls>[1]) => {
    const calls = createAwsCalls(queues, options);
    const all = [
      () => calls.transferContact(input, signal),
      () => calls.putEvents([], signal),
      () => calls.sendDeadLetters([], signal),
      () => calls.changeVisibility("receipt", 1, signal),
    ];
    const found: unknown[] = [];
    for (const call of all) {
      timer.resetCalls();
      await call().catch(() => {});
      found.push(timer.calls[0]?.arguments[1]);
    }
    return found;
  };
  assert.deepEqual(await timeouts(), [5_000, 3_000, 3_000, 3_000]);
  assert.deepEqual(await timeouts({ requestTimeoutMs: 7, putTimeoutMs: 8 }), [7, 8, 8, 8]);
});
