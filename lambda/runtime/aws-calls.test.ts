import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { registerHooks } from "node:module";
import type { AddressInfo } from "node:net";
import { after, beforeEach, describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createAwsCalls } from "./aws-calls.ts";

let failedEntries = 0;
let httpStatus = 200;
const server = createServer((_request, response) => {
  const Entries = [failedEntries > 0 ? { ErrorCode: "InternalFailure" } : { EventId: "e" }];
  response.writeHead(httpStatus, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify({ FailedEntryCount: failedEntries, Entries }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.env.AWS_REGION = "us-east-1";
process.env.AWS_ACCESS_KEY_ID = "test";
process.env.AWS_SECRET_ACCESS_KEY = "test";
process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

let imports = 0;
let isMissing = false;
const hooks = registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "./sqs-calls.ts") return next(specifier, context);
    imports += 1;
    if (isMissing) throw new Error("no such file");
    return next(specifier, context);
  },
});

after(() => {
  hooks.deregister();
  server.close();
});

beforeEach(() => {
  failedEntries = 0;
  httpStatus = 200;
  isMissing = false;
  imports = 0;
});

function makePut() {
  const queueUrl = "http://127.0.0.1:1/000000000000/queue";
  const { putEvents } = createAwsCalls({ intentQueueUrl: queueUrl, deadLetterQueueUrl: queueUrl });
  return async () => {
    const put = putEvents([{ Source: "s", DetailType: "d", Detail: "{}" }], new AbortController().signal);
    await put.catch(() => {});
    await setImmediate();
  };
}

describe("SQS's part loads as soon as an outcome is not published, since it may be needed at the very end:", () => {
  it("if an entry is refused", async () => {
    const put = makePut();
    await put();
    assert.equal(imports, 0);
    failedEntries = 1;
    await put();
    assert.equal(imports, 1);
  });

  it("if the call fails", async () => {
    httpStatus = 500;
    await makePut()();
    assert.equal(imports, 1);
  });

  it("and nothing comes of it if it cannot be loaded then", async () => {
    failedEntries = 1;
    isMissing = true;
    await makePut()();
    assert.equal(imports, 1);
  });
});
