import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { it, type TestContext } from "node:test";
import { promisify } from "node:util";
import {
  ConnectClient,
  type ConnectServiceException,
  DescribeContactCommand,
  IdempotencyException,
  PauseContactCommand,
  ResourceNotFoundException,
  ThrottlingException,
  TooManyRequestsException,
  TransferContactCommand,
} from "@aws-sdk/client-connect";
import { startHttpServer } from "../http-server.ts";
import { type ConnectEndpointOptions, makeConnectHandler } from "./connect-endpoint.ts";
import type { Fault, Faults } from "./faults.ts";
import { RequestQuota } from "./request-quota.ts";
import { ConnectWorld, type ConnectWorldOptions } from "./world/connect-world.ts";

const instanceArn = "arn:aws:connect:us-east-1:111122223333:instance/i-1";
const request = { InstanceId: "i-1", ContactId: "c-1", ContactFlowId: "f-1", ClientToken: "t-1" };
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A served world at instant 1.5 s, and an SDK client that does not retry. Both end with the test. */
async function served(
  t: TestContext,
  options: Partial<ConnectEndpointOptions> = {},
  worldOptions: Partial<ConnectWorldOptions> = {},
) {
  let ids = 0;
  const world = new ConnectWorld({
    seed: {
      instances: {
        [instanceArn]: {
          contactFlows: { "f-1": "QUEUE_TRANSFER" },
          queues: ["q-1"],
          users: [],
          contacts: { "c-1": { channel: "TASK" }, "c-2": { channel: "TASK" }, "a b/ö": { channel: "EMAIL" } },
        },
      },
    },
    now: () => 1500,
    newId: () => `new-${++ids}`,
    ...worldOptions,
  });
  const endpoint = await startHttpServer(makeConnectHandler({ world, ...options }));
  t.after(() => endpoint.close());
  const clientTo = (maxAttempts: number) => {
    const client = new ConnectClient({
      endpoint: endpoint.url,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts,
    });
    t.after(() => client.destroy());
    return client;
  };
  const client = clientTo(1);
  const transfer = (overrides: object = {}, abortSignal?: AbortSignal) =>
    client.send(new TransferContactCommand({ ...request, ...overrides }), { abortSignal });
  return { world, endpoint, client, clientTo, transfer };
}

/** A fault for the first attempt of a transfer alone. */
function once(fault: Fault): Faults {
  return ({ operation }, attemptNumber) =>
    operation === "TransferContact" && attemptNumber === 1 ? fault : undefined;
}

it("a transfer over the wire returns the new contact", async (t) => {
  const { transfer, world } = await served(t);
  const answer = await transfer({ QueueId: "q-1" });
  assert.equal(answer.ContactId, "new-1");
  assert.equal(answer.ContactArn, `${instanceArn}/contact/new-1`);
  assert.equal(answer.$metadata.httpStatusCode, 200);
  assert.match(answer.$metadata.requestId ?? "", uuid);
  assert.deepEqual(
    world.transfers.map(({ contactId, queueId, clientToken }) => [contactId, queueId, clientToken]),
    [["c-1", "q-1", "t-1"]],
  );
});

it("a contact is described over the wire, its timestamps as dates", async (t) => {
  const { client, transfer } = await served(t);
  await transfer({ QueueId: "q-1" });
  const { Contact } = await client.send(
    new DescribeContactCommand({ InstanceId: "i-1", ContactId: "new-1" }),
  );
  assert.deepEqual(Contact, {
    Arn: `${instanceArn}/contact/new-1`,
    Id: "new-1",
    InitialContactId: "c-1",
    PreviousContactId: "c-1",
    InitiationMethod: "TRANSFER",
    Channel: "TASK",
    QueueInfo: { Id: "q-1", EnqueueTimestamp: new Date(1500) },
    InitiationTimestamp: new Date(1500),
    LastUpdateTimestamp: new Date(1500),
  });
});

it("ids in a path are percent-decoded", async (t) => {
  const { client } = await served(t);
  const { Contact } = await client.send(
    new DescribeContactCommand({ InstanceId: "i-1", ContactId: "a b/ö" }),
  );
  assert.equal(Contact?.Id, "a b/ö");
});

it("a refusal is the SDK's own class with message, status and request id", async (t) => {
  const { transfer } = await served(t);
  await assert.rejects(transfer({ ContactId: "c-9" }), (error) => {
    assert.ok(error instanceof ResourceNotFoundException);
    assert.equal(error.name, "ResourceNotFoundException");
    assert.equal(error.message, "Contact not found: c-9");
    assert.equal(error.$metadata.httpStatusCode, 404);
    assert.match(error.$metadata.requestId ?? "", uuid);
    return true;
  });
});

for (const throttleErrorName of ["ThrottlingException", "TooManyRequestsException"] as const) {
  it(`the sixth request at once returns 429 ${throttleErrorName}`, async (t) => {
    const { transfer, world } = await served(t, {
      quota: new RequestQuota({ now: () => 0, throttleErrorName }),
    });
    for (let request = 0; request < 5; request++) await transfer();
    await assert.rejects(transfer(), (error) => {
      assert.ok(
        error instanceof
          (throttleErrorName === "ThrottlingException" ? ThrottlingException : TooManyRequestsException),
      );
      assert.equal(error.$metadata.httpStatusCode, 429);
      return true;
    });
    assert.equal(world.transfers.length, 1);
  });
}

it("onRequest is called for every request, repeats and throttled ones included", async (t) => {
  const heard: unknown[] = [];
  const { transfer, client } = await served(t, {
    quota: new RequestQuota({ now: () => 0, burst: 1 }),
    onRequest: ({ operation, input }, attemptNumber) =>
      heard.push([operation, input.ContactId, attemptNumber]),
  });
  await transfer();
  await assert.rejects(transfer(), { name: "TooManyRequestsException" });
  await assert.rejects(transfer({ ClientToken: "t-2" }), { name: "TooManyRequestsException" });
  await client.send(new DescribeContactCommand({ InstanceId: "i-1", ContactId: "c-1" }));
  assert.deepEqual(heard, [
    ["TransferContact", "c-1", 1],
    ["TransferContact", "c-1", 2],
    ["TransferContact", "c-1", 1],
    ["DescribeContact", "c-1", 1],
  ]);
});

it("an unsupported operation is named, along with the supported ones", async (t) => {
  const { client } = await served(t);
  await assert.rejects(client.send(new PauseContactCommand({ InstanceId: "i-1", ContactId: "c-1" })), {
    name: "UnknownOperationException",
    message:
      "POST /contact/pause is not an operation of the local Connect, which supports TransferContact (POST /contact/transfer), DescribeContact (GET /contacts/{InstanceId}/{ContactId}), ListAssociatedContacts (GET /contact/associated/{InstanceId}), DescribeInstance, DescribeContactFlow, DescribeQueue, DescribeUser, ListInstances, ListContactFlows, ListQueues, ListUsers, SearchContacts, StartTaskContact and StopContact",
  });
});

const unreadable: Record<string, [method: string, path: string, body?: string]> = {
  "a body that is not JSON": ["POST", "/contact/transfer", "{"],
  "a body that is an array": ["POST", "/contact/transfer", "[]"],
  "a member that is a number": ["POST", "/contact/transfer", '{"InstanceId":1}'],
  "a path that is not UTF-8": ["GET", "/contacts/i-1/%E0%A4%A"],
};
for (const [what, [method, path, body]] of Object.entries(unreadable)) {
  it(`${what} is a SerializationException`, async (t) => {
    const { endpoint } = await served(t);
    const answer = await fetch(endpoint.url + path, { method, body });
    assert.equal(answer.status, 400);
    assert.equal(answer.headers.get("x-amzn-errortype"), "SerializationException");
    assert.deepEqual(Object.keys((await answer.json()) as object), ["Message"]);
  });
}

it("null members and an empty body count as absent, unknown members are dropped", async (t) => {
  const { endpoint } = await served(t);
  const post = async (body: string) =>
    (await fetch(`${endpoint.url}/contact/transfer`, { method: "POST", body })).json();
  assert.deepEqual(
    await post('{"InstanceId":"i-1","ContactId":"c-1","ContactFlowId":"f-1","QueueId":null,"Foo":1}'),
    { ContactId: "new-1", ContactArn: `${instanceArn}/contact/new-1` },
  );
  assert.deepEqual(await post(""), {
    Message:
      "3 validation errors detected: InstanceId: Member must not be null; ContactId: Member must not be null; ContactFlowId: Member must not be null",
  });
});

const answeredFaults: [fault: Fault, name: string, httpStatus: number | undefined, transfers: number][] = [
  [{ kind: "error", name: "ThrottlingException", httpStatus: 429 }, "ThrottlingException", 429, 0],
  [
    { kind: "error", name: "ServiceQuotaExceededException", httpStatus: 402 },
    "ServiceQuotaExceededException",
    402,
    0,
  ],
  [{ kind: "error", name: "AccessDeniedException", httpStatus: 403 }, "AccessDeniedException", 403, 0],
  [{ kind: "error", name: "IdempotencyException", httpStatus: 409 }, "IdempotencyException", 409, 0],
  [{ kind: "error", name: "InternalServiceException", httpStatus: 500 }, "InternalServiceException", 500, 0],
  [{ kind: "error", name: "SomethingNewException", httpStatus: 400 }, "SomethingNewException", 400, 0],
  [{ kind: "html", httpStatus: 503 }, "SyntaxError", 503, 0],
  [{ kind: "reset" }, "TimeoutError", undefined, 0],
  [{ kind: "lost-answer" }, "TimeoutError", undefined, 1],
  [{ kind: "truncate" }, "SyntaxError", 200, 1],
];
for (const [fault, name, httpStatus, transfers] of answeredFaults) {
  const what = fault.kind === "error" ? `${fault.httpStatus} ${fault.name}` : fault.kind;
  it(`fault ${what}: the SDK throws ${name}, and the contact ${transfers ? "has" : "has not"} been transferred`, async (t) => {
    const { transfer, world } = await served(t, { faults: once(fault) });
    await assert.rejects(transfer(), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, name);
      assert.equal((error as ConnectServiceException).$metadata.httpStatusCode, httpStatus);
      if (name === "TimeoutError") assert.equal("code" in error && error.code, "ECONNRESET");
      return true;
    });
    assert.equal(world.transfers.length, transfers);
    assert.equal((await transfer()).ContactId, "new-1");
    assert.equal(world.transfers.length, 1);
  });
}

for (const [kind, transfers] of [
  ["hang", 0],
  ["hang-after", 1],
] as const) {
  it(`fault ${kind}: no response arrives, and the contact ${transfers ? "has" : "has not"} been transferred`, async (t) => {
    const arrived = Promise.withResolvers<void>();
    const { client, transfer, world } = await served(t, {
      faults: once({ kind }),
      onRequest: () => arrived.resolve(),
    });
    const giveUp = new AbortController();
    const hung = transfer({}, giveUp.signal);
    await arrived.promise;
    // Its response comes after any effect of the hung request.
    await client.send(new DescribeContactCommand({ InstanceId: "i-1", ContactId: "c-2" }));
    assert.equal(world.transfers.length, transfers);
    giveUp.abort();
    await assert.rejects(hung, { name: "AbortError" });
    assert.equal((await transfer()).ContactId, "new-1");
  });
}

it("a lost response can be an error", async (t) => {
  const { transfer } = await served(t, { faults: once({ kind: "lost-answer" }) });
  await assert.rejects(transfer({ ContactId: "c-9" }), { code: "ECONNRESET" });
  await assert.rejects(transfer({ ContactId: "c-9" }), { name: "ResourceNotFoundException" });
});

it("fault late: the contact is transferred at once, and the response arrives after the delay", async (t) => {
  const waits: number[] = [];
  const asleep = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const { transfer, world } = await served(t, {
    faults: () => ({ kind: "late", lateByMs: 7000 }),
    sleep: (ms) => {
      waits.push(ms);
      asleep.resolve();
      return over.promise;
    },
  });
  const late = transfer();
  await asleep.promise;
  assert.equal(world.transfers.length, 1);
  over.resolve();
  assert.equal((await late).ContactId, "new-1");
  assert.deepEqual(waits, [7000]);
});

it("while a request is in flight, a duplicate returns 409; afterwards it returns the first result", async (t) => {
  const asleep = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const { transfer, world } = await served(t, {
    latencyMs: 100,
    sleep: () => {
      asleep.resolve();
      return over.promise;
    },
  });
  const first = transfer();
  await asleep.promise;
  assert.equal(world.transfers.length, 0);
  await assert.rejects(
    transfer(),
    (error) => error instanceof IdempotencyException && error.$metadata.httpStatusCode === 409,
  );
  over.resolve();
  assert.equal((await first).ContactId, "new-1");
  assert.equal((await transfer()).ContactId, "new-1");
});

it("the SDK's own retry after a lost response returns the first result, with the same token", async (t) => {
  const tokens: unknown[] = [];
  const { clientTo, world } = await served(t, {
    faults: once({ kind: "lost-answer" }),
    onRequest: ({ input }) => tokens.push(input),
  });
  const answer = await clientTo(2).send(new TransferContactCommand(request));
  assert.equal(answer.ContactId, "new-1");
  assert.equal(answer.$metadata.attempts, 2);
  assert.deepEqual(tokens, [request, request]);
  assert.equal(world.transfers.length, 1);
});

it("a denied action is AccessDeniedException on the wire", async (t) => {
  const { transfer } = await served(t, {}, { allow: (action) => action !== "connect:TransferContact" });
  await assert.rejects(transfer(), { name: "AccessDeniedException" });
});

it("an SDK client finds the endpoint by AWS_ENDPOINT_URL_CONNECT alone", async (t) => {
  const { endpoint } = await served(t);
  process.env.AWS_ENDPOINT_URL_CONNECT = endpoint.url;
  t.after(() => delete process.env.AWS_ENDPOINT_URL_CONNECT);
  const client = new ConnectClient({
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  t.after(() => client.destroy());
  assert.equal((await client.send(new TransferContactCommand(request))).ContactId, "new-1");
});

it("after close() neither a hung nor a late request keeps the process alive", async () => {
  const script = `
    import { startHttpServer } from ${JSON.stringify(import.meta.resolve("../http-server.ts"))};
    import { makeConnectHandler } from ${JSON.stringify(import.meta.resolve("./connect-endpoint.ts"))};
    import { ConnectWorld } from ${JSON.stringify(import.meta.resolve("./world/connect-world.ts"))};
    const world = new ConnectWorld({ seed: { instances: {} }, now: () => 0, newId: () => "new", openWorld: true });
    const faults = [{ kind: "hang" }, { kind: "late", lateByMs: 3_600_000 }];
    const { url, close } = await startHttpServer(makeConnectHandler({ world, faults: () => faults.shift() }));
    const body = JSON.stringify({ InstanceId: "i", ContactId: "c", ContactFlowId: "f" });
    const calls = [1, 2].map(() => fetch(url + "/contact/transfer", { method: "POST", body }));
    while (world.transfers.length === 0) await new Promise(setImmediate);
    await close();
    console.log((await Promise.allSettled(calls)).map(({ status }) => status).join());
  `;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], {
    timeout: 20_000,
  });
  assert.equal(stdout.trim(), "rejected,rejected");
});
