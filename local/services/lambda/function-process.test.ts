import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { until } from "../../../test/until.ts";
import type { FunctionModel } from "./function-model.ts";
import { startFunctionProcess } from "./function-process.ts";

/** Starts an instance whose `index.mjs` holds `code`. */
async function startWithCode(context: TestContext, code: string, overrides: Partial<FunctionModel> = {}) {
  const codeDirectory = await mkdtemp(join(tmpdir(), "function-"));
  await writeFile(join(codeDirectory, "index.mjs"), code);
  const lines: string[] = [];
  const instance = await startFunctionProcess({
    model: {
      logicalId: "Function",
      functionName: "transfers",
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:transfers",
      codeDirectory,
      handler: "index.handler",
      runtime: "nodejs24.x",
      environment: {},
      timeoutSeconds: 10,
      memorySizeMb: 256,
      ...overrides,
    },
    region: "us-east-1",
    endpoints: { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" },
    onLog: (line) => lines.push(line),
  });
  context.after(async () => {
    await instance.stop();
    await rm(codeDirectory, { recursive: true });
  });
  return { instance, lines, codeDirectory };
}

describe("an invocation", () => {
  it("passes the event to the handler and returns its response", async (context) => {
    const { instance } = await startWithCode(
      context,
      "export const handler = async (event) => ({ got: event });",
    );
    assert.deepEqual(await instance.invoke({ Records: [] }), {
      kind: "returned",
      payload: { got: { Records: [] } },
    });
  });

  it("runs in the process of the previous one", async (context) => {
    const { instance } = await startWithCode(
      context,
      "let count = 0; export const handler = async () => ++count;",
    );
    await instance.invoke({});
    assert.deepEqual(await instance.invoke({}), { kind: "returned", payload: 2 });
  });

  it("receives Lambda's context", async (context) => {
    const code = `export const handler = async (_event, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis() });`;
    const { instance } = await startWithCode(context, code);
    const result = await instance.invoke({});
    assert.equal(result.kind, "returned");
    const payload = result.payload as Record<string, unknown>;
    const { awsRequestId, logStreamName, remaining, ...rest } = payload;
    assert.match(String(awsRequestId), /^[0-9a-f-]{36}$/);
    assert.match(String(logStreamName), /^local\/\[\$LATEST\][0-9a-f]{32}$/);
    assert.ok(Number(remaining) > 5_000 && Number(remaining) <= 10_000);
    assert.deepEqual(rest, {
      callbackWaitsForEmptyEventLoop: true,
      functionName: "transfers",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:transfers",
      logGroupName: "/aws/lambda/transfers",
      memoryLimitInMB: "256",
    });
  });

  it("that throws fails with the error's name and message, and the process stays alive", async (context) => {
    const code = `let count = 0;
      export const handler = async () => { if (++count === 1) throw new RangeError("too far"); return count; };`;
    const { instance } = await startWithCode(context, code);
    assert.deepEqual(await instance.invoke({}), {
      kind: "failed",
      errorType: "RangeError",
      errorMessage: "too far",
    });
    assert.deepEqual(await instance.invoke({}), { kind: "returned", payload: 2 });
  });

  it("that takes too long is killed, and the next one starts a new process", async (context) => {
    const code = `let count = 0;
      export const handler = (event) => { count++; return event.hang ? new Promise(() => setInterval(() => {}, 1)) : count; };`;
    const { instance } = await startWithCode(context, code, { timeoutSeconds: 1 });
    assert.deepEqual(await instance.invoke({ hang: true }), {
      kind: "failed",
      errorType: "Sandbox.Timedout",
      errorMessage: "Task timed out after 1.00 seconds",
    });
    assert.deepEqual(await instance.invoke({}), { kind: "returned", payload: 1 });
  });

  it("whose process exits fails, and the next one starts a new process", async (context) => {
    const code = `let count = 0;
      export const handler = (event) => { count++; if (event.crash) process.exit(7); return count; };`;
    const { instance } = await startWithCode(context, code);
    assert.deepEqual(await instance.invoke({ crash: true }), {
      kind: "failed",
      errorType: "Runtime.ExitError",
      errorMessage: "Runtime exited with error: exit status 7",
    });
    assert.deepEqual(await instance.invoke({}), { kind: "returned", payload: 1 });
  });

  it("in progress fails when the instance is stopped", async (context) => {
    const { instance, lines } = await startWithCode(
      context,
      "export const handler = () => new Promise(() => setInterval(() => console.log('busy'), 1));",
    );
    const result = instance.invoke({});
    await until(() => lines.length > 0);
    await instance.stop();
    assert.equal((await result).kind, "failed");
  });
});

it("a stopped instance leaves no process behind", async (context) => {
  const { instance } = await startWithCode(context, "export const handler = async () => process.pid;");
  const result = await instance.invoke({});
  assert.equal(result.kind, "returned");
  await instance.stop();
  assert.throws(() => process.kill(Number(result.payload), 0), { code: "ESRCH" });
});

describe("a function that cannot start", () => {
  it("fails its invocation with the error of its code", async (context) => {
    const { instance } = await startWithCode(context, 'throw new Error("TRANSFERS_PER_SECOND is missing");');
    const failure = {
      kind: "failed",
      errorType: "Error",
      errorMessage: "TRANSFERS_PER_SECOND is missing",
    };
    assert.deepEqual(await instance.invoke({}), failure);
    assert.deepEqual(await instance.invoke({}), failure);
  });

  it("reports that its handler is not exported", async (context) => {
    const { instance } = await startWithCode(context, "export const other = 1;");
    assert.deepEqual(await instance.invoke({}), {
      kind: "failed",
      errorType: "Error",
      errorMessage: "index.handler is undefined or not exported",
    });
  });
});

it("the environment is Lambda's and the template's, with nothing from this machine", async (context) => {
  process.env.SECRET_OF_THIS_MACHINE = "leaked";
  context.after(() => {
    delete process.env.SECRET_OF_THIS_MACHINE;
  });
  const { instance, codeDirectory } = await startWithCode(
    context,
    "export const handler = async () => process.env;",
    { environment: { DEAD_LETTER_QUEUE_URL: "http://dead" } },
  );
  const result = await instance.invoke({});
  assert.equal(result.kind, "returned");
  const { AWS_LAMBDA_LOG_STREAM_NAME, AWS_LAMBDA_RUNTIME_API, _X_AMZN_TRACE_ID, ...rest } =
    result.payload as Record<string, string>;
  assert.match(AWS_LAMBDA_RUNTIME_API ?? "", /^127\.0\.0\.1:\d+$/);
  assert.match(_X_AMZN_TRACE_ID ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0$/);
  assert.ok(AWS_LAMBDA_LOG_STREAM_NAME);
  assert.deepEqual(rest, {
    AWS_ACCESS_KEY_ID: "local",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_LAMBDA_FUNCTION_NAME: "transfers",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/transfers",
    AWS_REGION: "us-east-1",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    DEAD_LETTER_QUEUE_URL: "http://dead",
    HOME: codeDirectory,
    LAMBDA_TASK_ROOT: codeDirectory,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: "index.handler",
  });
});

it("every line of stdout and stderr is logged", async (context) => {
  const { instance, lines } = await startWithCode(
    context,
    'export const handler = async () => { console.log("one\\ntwo"); console.error("three"); };',
  );
  await instance.invoke({});
  await until(() => lines.length === 3);
  assert.deepEqual(lines.toSorted(), ["one", "three", "two"]);
});
