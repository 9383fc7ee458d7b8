import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { startHttpServer } from "../../local/services/http-server.ts";
import { batchOf, startBundledFunction } from "../../test/function/bundled-function.ts";
import { localFunctionEnvironment } from "../../test/function/function-environment.ts";
import { startLocalAws } from "../../test/function/local-aws.ts";
import { buildPlainBundle } from "../../test/function/plain-bundle.ts";
import { makeEnvelope } from "../../test/makers.ts";
import type { createAwsCalls } from "../runtime/aws-calls.ts";
import { buildFunction } from "./build.ts";

const awsCallsFile = fileURLToPath(new URL("../runtime/aws-calls.ts", import.meta.url));
const loadedAtStart = fileURLToPath(new URL("../../test/function/loaded-at-start.mjs", import.meta.url));

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "build-"));
  await buildFunction(join(folder, "function"));
});
after(() => rm(folder, { recursive: true }));

describe("what is loaded at start:", () => {
  let loaded: { files: string[]; builtins: string[] };
  before(async () => {
    await using aws = await startLocalAws();
    const env = { ...aws.env, ...localFunctionEnvironment(aws), HOME: folder };
    const bundle = pathToFileURL(join(folder, "function/index.mjs")).href;
    const { stderr } = await promisify(execFile)(process.execPath, [loadedAtStart, bundle], { env });
    loaded = JSON.parse(stderr);
  });

  it("at most 274 KB, in at most four files", async () => {
    const sizes = await Promise.all(loaded.files.map(async (file) => (await stat(new URL(file))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(loaded.files.length <= 4, loaded.files.join("\n"));
    assert.ok(bytes <= 274_000, `${bytes} bytes`);
  });

  it("neither undici nor code that only other credentials or SQS needs", () => {
    assert.deepEqual(
      loaded.builtins.filter((name) => /undici/.test(name)),
      [],
    );
    assert.deepEqual(
      loaded.files.filter((file) => /\/lazy\/|sqs-calls/.test(file)),
      [],
    );
  });

  it("no code of a schema compiler, a tracer, the SQS client or an XML protocol", async () => {
    const sources = await Promise.all(
      loaded.files.map(async (file) => {
        const map: unknown = JSON.parse(await readFile(new URL(`${file}.map`), "utf8"));
        return (map as { sources: string[] }).sources;
      }),
    );
    assert.ok(sources.flat().some((source) => source.endsWith("/lambda/handler.ts")));
    assert.deepEqual(
      sources.flat().filter((source) => /\/ajv|xray|tracer|client-sqs|nested-clients|xml/.test(source)),
      [],
    );
  });
});

describe("the build's steps change nothing that a call sends or returns:", () => {
  const names = {
    InvalidRequestException: 400,
    ServiceQuotaExceededException: 402,
    AccessDeniedException: 403,
    ResourceNotFoundException: 404,
    IdempotencyException: 409,
    ThrottlingException: 429,
    TooManyRequestsException: 429,
    InternalServiceException: 500,
    InternalException: 500,
    SomethingNewException: 400,
  };
  const json = { "content-type": "application/json", "x-amzn-requestid": "request-1" };
  const answers: Record<string, Response> = {
    success: Response.json({ ContactId: "new", ContactArn: "arn", Later: [1] }, { headers: json }),
    "200 that is not JSON": new Response("<html>", { headers: json }),
    "200 without a body": new Response(null, { headers: json }),
    "503 with HTML": new Response("<html>", { status: 503 }),
    "503 that says when to come back": new Response("", { status: 503, headers: { "retry-after": "7" } }),
    "400 whose type is in its body": Response.json(
      { __type: "com.amazonaws.connect#InvalidRequestException", message: "Why" },
      { status: 400, headers: json },
    ),
    "a signature of an hour ago": Response.json(
      { Message: "Signature expired" },
      {
        status: 403,
        headers: {
          ...json,
          "x-amzn-errortype": "InvalidSignatureException",
          date: new Date(Date.now() + 3_600_000).toUTCString(),
        },
      },
    ),
    ...Object.fromEntries(
      Object.entries(names).map(([name, status]) => [
        name,
        Response.json({ Message: "Why" }, { status, headers: { ...json, "x-amzn-errortype": name } }),
      ]),
    ),
  };
  const bundles: { built?: typeof createAwsCalls; plain?: typeof createAwsCalls } = {};
  before(async () => {
    await buildFunction(join(folder, "calls"), awsCallsFile);
    await buildPlainBundle(awsCallsFile, join(folder, "plain"));
    for (const [name, from] of [
      ["built", "calls"],
      ["plain", "plain"],
    ] as const) {
      const module = await import(pathToFileURL(join(folder, from, "index.mjs")).href);
      bundles[name] = module.createAwsCalls;
    }
  });

  for (const [name, answer] of Object.entries(answers)) {
    it(name, async () => {
      const built = await observeCalls(bundles.built, answer);
      const plain = await observeCalls(bundles.plain, answer);
      assert.ok(built.requests.length >= 4);
      assert.deepEqual(built, plain);
    });
  }
});

it("a lazy part that cannot be loaded returns the record", async () => {
  const codeDirectory = join(folder, "incomplete");
  await buildFunction(codeDirectory);
  for (const file of await readdir(codeDirectory)) {
    if (file.startsWith("sqs-calls")) await rm(join(codeDirectory, file));
  }
  await using aws = await startLocalAws();
  await using instance = await startBundledFunction(
    { codeDirectory, [Symbol.asyncDispose]: async () => {} },
    aws,
    { timeoutSeconds: 8 },
  );
  const refused = await aws.deliver(makeEnvelope({ contactId: "task-ended" }));
  const { messageId } = refused;
  assert.deepEqual(await instance.invoke(batchOf(refused)), {
    kind: "returned",
    payload: { batchItemFailures: [{ itemIdentifier: messageId }] },
  });
  assert.deepEqual(aws.calls, ["TransferContact", "PutEvents"]);
});

describe("the start ends even if Connect and EventBridge", () => {
  const start = async (url: string) => {
    await using aws = await startLocalAws();
    const env = { ...aws.env, ...localFunctionEnvironment(aws), HOME: folder, AWS_ENDPOINT_URL: url };
    for (const name of Object.keys(env))
      if (name.startsWith("AWS_ENDPOINT_URL_")) Reflect.deleteProperty(env, name);
    const bundle = pathToFileURL(join(folder, "function/index.mjs")).href;
    await promisify(execFile)(process.execPath, [loadedAtStart, bundle], { env });
  };

  it("cannot be reached", () => start("https://localhost:1"));

  it("have no address", () => start("https://nowhere.invalid"));

  it("accept a connection and never respond", async () => {
    const connections: Socket[] = [];
    const server = createServer((socket) => connections.push(socket));
    await once(server.listen(0, "localhost"), "listening");
    await start(`https://localhost:${(server.address() as AddressInfo).port}`);
    assert.ok(connections.length > 0);
    for (const socket of connections) socket.destroy();
    server.close();
  });
});

it("credentials of a container endpoint are found, although their provider is not loaded at start", async () => {
  await using aws = await startLocalAws();
  const server = await startHttpServer(() =>
    Response.json({ AccessKeyId: "FROMCONTAINER", SecretAccessKey: "s", Token: "t" }),
  );
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...endpoints } = aws.env;
  const env = {
    ...endpoints,
    ...localFunctionEnvironment(aws),
    HOME: folder,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: server.url,
  };
  const bundle = pathToFileURL(join(folder, "function/index.mjs")).href;
  const { stderr } = await promisify(execFile)(process.execPath, [loadedAtStart, bundle], { env });
  await server.close();
  const { files }: { files: string[] } = JSON.parse(stderr);
  assert.ok(files.some((file) => file.endsWith("/lazy/credential-provider-http.mjs")));
});

/** Makes each call once against a server with one fixed response: the requests, and the results of the calls. */
async function observeCalls(create: typeof createAwsCalls | undefined, answer: Response) {
  assert.ok(create);
  const requests: unknown[] = [];
  const server = await startHttpServer(async (request) => {
    requests.push(await withoutChance(request));
    return answer.clone();
  });
  const env = { AWS_REGION: "eu-west-2", AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "s" };
  Object.assign(process.env, env, {
    AWS_ENDPOINT_URL_CONNECT: server.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: server.url,
    AWS_ENDPOINT_URL_SQS: server.url,
  });
  const calls = create({ intentQueueUrl: "https://sqs/1/intents", deadLetterQueueUrl: "https://sqs/1/dead" });
  const { signal } = new AbortController();
  const input = { InstanceId: "i/ä", ContactId: "c", ContactFlowId: "f", QueueId: "q", ClientToken: "t" };
  const MessageAttributes = { A: { DataType: "String", StringValue: undefined } };
  const deadLetter = { Id: "0", MessageBody: '"\\/\b\n\0\x7f€\u2028\u{1f600}\ud800', MessageAttributes };
  const results = [
    await settle(calls.transferContact(input, signal)),
    await settle(calls.putEvents([{ Source: "s", DetailType: "d", Detail: '{"a":"ä"}' }], signal)),
    await settle(calls.sendDeadLetters([deadLetter], signal)),
    await settle(calls.changeVisibility("receipt", 7, signal)),
  ];
  await server.close();
  return { requests, results };
}

/** A request without what differs each time: port, time, and their signature. */
async function withoutChance(request: Request) {
  const { method, url, headers } = request;
  const all = Object.fromEntries(headers);
  const { host, authorization = "", "x-amz-date": date, ...others } = all;
  assert.ok(host && date);
  return {
    method,
    path: url.replace(/^http:\/\/[^/]+/, ""),
    others,
    body: await request.text(),
    authorization: authorization.replace(/Signature=\w+|\d{8}/g, ""),
  };
}

async function settle(call: Promise<unknown>): Promise<unknown> {
  try {
    return { given: await call };
  } catch (error) {
    const { name, message, stack, $response, ...others } = error as Error & { $response?: unknown };
    return { name, message: message.replace(/\d{4,5}/g, ""), classes: prototypes(error), others };
  }
}

/** The depth of an error's class; class names do not survive minifying, so errors carry `name`. */
function prototypes(error: unknown): number {
  let count = 0;
  for (let at: unknown = Object.getPrototypeOf(error); at; at = Object.getPrototypeOf(at)) count += 1;
  return count;
}
