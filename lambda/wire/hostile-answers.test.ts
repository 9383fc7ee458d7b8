import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { startHttpServer } from "../../local/services/http-server.ts";
import { startFunctionInstance } from "../../test/function/function-instance.ts";
import { type LocalAws, startLocalAws } from "../../test/function/local-aws.ts";
import { instanceId, makeEnvelope } from "../../test/makers.ts";
import { outcomesOf, readDeadLetter, succeededOutcome } from "../../test/outcomes.ts";
import { makeSelfSignedCertificate } from "../../test/self-signed-certificate.ts";
import { createAwsCalls } from "../runtime/aws-calls.ts";
import { classifyError } from "../transfer/classify-error.ts";

const transferRequest = { InstanceId: instanceId, ContactId: "task-1", ContactFlowId: "flow-to-queue" };

type Answer = (outgoing: ServerResponse) => Response;

/** The SDK's promise never settles after this answer, whatever its signal says. */
const switchProtocols: Answer = ({ socket }) => {
  socket?.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: nothing\r\n\r\n");
  return RESPONSE_ALREADY_SENT;
};

/** The same AWS, but the first request to one service gets this answer. */
async function withFirstAnswer(aws: LocalAws, service: "CONNECT" | "EVENTBRIDGE" | "SQS", answer: Answer) {
  const name = `AWS_ENDPOINT_URL_${service}`;
  let requests = 0;
  const server = await startHttpServer(async (request, { outgoing }) => {
    if (++requests === 1) return answer(outgoing);
    const { pathname } = new URL(request.url);
    const body = await request.text();
    const { method, headers } = request;
    return fetch(`${aws.env[name]}${pathname}`, { method, headers, body });
  });
  return {
    aws: { ...aws, env: { ...aws.env, [name]: server.url } },
    requests: () => requests,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

const shortTimeouts = { requestTimeoutMs: 1_500, putTimeoutMs: 1_500 };

describe("a call whose promise never settles ends with its timeout:", () => {
  it("a request to Connect", async () => {
    await using aws = await startLocalAws();
    await using hostile = await withFirstAnswer(aws, "CONNECT", switchProtocols);
    const instance = startFunctionInstance(hostile.aws, shortTimeouts);
    const record = await aws.deliver(makeEnvelope());

    assert.deepEqual(await instance.invoke(record), [record.messageId]);
    const [line] = instance.lines;
    assert.deepEqual([line?.reason, line?.error], ["ConnectUnavailable", "TimeoutError"]);

    assert.deepEqual(await instance.invoke(await aws.redeliver(record)), []);
    const clientToken = aws.requests[0]?.ClientToken;
    assert.deepEqual(outcomesOf(aws), [succeededOutcome({ clientToken, receiveCount: 2 })]);
  });

  it("PutEvents", async () => {
    await using aws = await startLocalAws();
    await using hostile = await withFirstAnswer(aws, "EVENTBRIDGE", switchProtocols);
    const instance = startFunctionInstance(hostile.aws, shortTimeouts);
    assert.deepEqual(await instance.invoke(await aws.deliver(makeEnvelope())), []);
    assert.equal(hostile.requests(), 2);
    assert.equal(aws.outcomes.length, 1);
  });

  it("a dead letter", async () => {
    await using aws = await startLocalAws();
    await using hostile = await withFirstAnswer(aws, "SQS", switchProtocols);
    const instance = startFunctionInstance(hostile.aws, shortTimeouts);
    assert.deepEqual(await instance.invoke(await aws.deliver("not JSON")), []);
    assert.equal(hostile.requests(), 2);
    assert.equal((await aws.deadLetters()).length, 1);
  });

  it("a change of visibility", async () => {
    await using aws = await startLocalAws({ connectFaults: () => ({ kind: "html", httpStatus: 503 }) });
    await using hostile = await withFirstAnswer(aws, "SQS", switchProtocols);
    const instance = startFunctionInstance(hostile.aws, shortTimeouts);
    const record = await aws.deliver(makeEnvelope());
    assert.deepEqual(await instance.invoke(record), [record.messageId]);
    assert.deepEqual(instance.visibilityUnchanged, [[record.messageId, "TimeoutError"]]);
  });
});

describe("an answer of 200 whose ContactId is", () => {
  const contactIds: Record<string, unknown> = {
    "a boolean": true,
    "a number": 123,
    "an object": {},
    empty: "",
    "a text of 257 characters": "x".repeat(257),
    "a text of a megabyte": "x".repeat(999_000),
  };
  for (const [name, ContactId] of Object.entries(contactIds)) {
    it(`${name} is no answer: it reaches no outcome`, async () => {
      await using aws = await startLocalAws({ connectHandler: () => Response.json({ ContactId }) });
      const instance = startFunctionInstance(aws);
      const record = await aws.deliver(makeEnvelope());
      assert.deepEqual(await instance.invoke(record), [record.messageId]);
      assert.deepEqual(aws.outcomes, []);
      const [line] = instance.lines;
      assert.deepEqual([line?.reason, line?.error], ["ConnectUnavailable", "EmptyAnswer"]);
    });
  }

  it("valid, with an ARN of a megabyte, is a success with the ARN that the id has", async () => {
    await using aws = await startLocalAws({
      connectHandler: () => Response.json({ ContactId: "x".repeat(256), ContactArn: "y".repeat(900_000) }),
    });
    assert.deepEqual(await startFunctionInstance(aws).invoke(await aws.deliver(makeEnvelope())), []);
    const [outcome] = aws.outcomes;
    const { contactId, contactArn } = (outcome?.detail.response ?? {}) as Record<string, string>;
    assert.equal(contactId, "x".repeat(256));
    assert.match(contactArn ?? "", /^arn:aws:connect:[^y]*\/contact\/x{256}$/);
  });
});

/** As an answer to a request whose signature is an hour old: the date tells the SDK what time it is. */
const skewed: Answer = () => {
  const name = "InvalidSignatureException";
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  const headers = { date, "x-amzn-errortype": name };
  return Response.json({ __type: name, message: "Signature expired" }, { status: 403, headers });
};

describe("a refusal because of the clock is followed at once by another attempt, in the same invocation:", () => {
  it("of TransferContact", async () => {
    await using aws = await startLocalAws();
    await using hostile = await withFirstAnswer(aws, "CONNECT", skewed);
    assert.deepEqual(await startFunctionInstance(hostile.aws).invoke(await aws.deliver(makeEnvelope())), []);
    assert.equal(hostile.requests(), 2);
    assert.equal(aws.world.transfers.length, 1);
  });

  it("of PutEvents", async () => {
    await using aws = await startLocalAws();
    await using hostile = await withFirstAnswer(aws, "EVENTBRIDGE", skewed);
    assert.deepEqual(await startFunctionInstance(hostile.aws).invoke(await aws.deliver(makeEnvelope())), []);
    assert.equal(hostile.requests(), 2);
    assert.equal(aws.requests.length, 1);
  });

  it("of a dead letter, which stays whole", async () => {
    await using aws = await startLocalAws();
    await using hostile = await withFirstAnswer(aws, "SQS", skewed);
    assert.deepEqual(await startFunctionInstance(hostile.aws).invoke(await aws.deliver("not JSON")), []);
    assert.equal(hostile.requests(), 2);
    const [letter] = (await aws.deadLetters()).map(readDeadLetter);
    assert.match(String(letter?.failure?.message), /not JSON/);
  });

  it("of a change of visibility", async () => {
    await using aws = await startLocalAws({ connectFaults: () => ({ kind: "html", httpStatus: 503 }) });
    await using hostile = await withFirstAnswer(aws, "SQS", skewed);
    const instance = startFunctionInstance(hostile.aws);
    const record = await aws.deliver(makeEnvelope());
    assert.deepEqual(await instance.invoke(record), [record.messageId]);
    assert.equal(hostile.requests(), 2);
    assert.deepEqual(instance.visibilityUnchanged, []);
  });
});

describe("an error without an answer keeps its code, and is known to have moved nothing:", () => {
  const unreachable = async (url: string) => {
    await using aws = await startLocalAws();
    const env = { ...aws.env, AWS_ENDPOINT_URL_CONNECT: url };
    Object.assign(process.env, env);
    const { transferContact } = createAwsCalls(aws.queueUrls);
    const thrown = await transferContact(transferRequest, AbortSignal.timeout(5_000)).catch(
      (error: unknown) => error,
    );
    const error = classifyError(thrown);
    assert.ok(error.kind === "failed" && !error.mayHaveMoved);
    const instance = startFunctionInstance({ ...aws, env });
    const record = await aws.deliver(makeEnvelope());
    assert.deepEqual(await instance.invoke(record), [record.messageId]);
    const [line] = instance.lines;
    return [line?.reason, line?.error];
  };

  it("a port that nobody listens on", async () => {
    const server = await startHttpServer(() => new Response());
    await server.close();
    assert.deepEqual(await unreachable(server.url), ["ConnectUnavailable", "ECONNREFUSED"]);
  });

  it("a host without an address", async () => {
    const [reason, error = ""] = await unreachable("http://nowhere.invalid");
    assert.equal(reason, "ConnectUnavailable");
    assert.match(error, /^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it("a certificate that nobody signed", async () => {
    const certificate = await makeSelfSignedCertificate();
    await using server = createServer(certificate);
    let received = 0;
    server.on("secureConnection", (socket) => {
      socket.on("data", (bytes) => {
        received += bytes.length;
      });
    });
    await once(server.listen(0, "localhost"), "listening");
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    assert.deepEqual(await unreachable(url), ["ConnectUnavailable", "DEPTH_ZERO_SELF_SIGNED_CERT"]);
    assert.equal(received, 0);
  });
});
