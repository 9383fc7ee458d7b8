import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { registerHooks } from "node:module";
import type { AddressInfo } from "node:net";
import { after, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createAwsCalls } from "./aws-calls.ts";

let failedEntries = 0;
const server = createServer((_request, response) => {
  const Entries = [failedEntries > 0 ? { ErrorCode: "InternalFailure" } : { EventId: "e" }];
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify({ FailedEntryCount: failedEntries, Entries }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.env.AWS_REGION = "us-east-1";
process.env.AWS_ACCESS_KEY_ID = "test";
process.env.AWS_SECRET_ACCESS_KEY = "test";
process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const imported: string[] = [];
const hooks = registerHooks({
  resolve(specifier, context, next) {
    imported.push(specifier);
    return next(specifier, context);
  },
});

after(() => {
  hooks.deregister();
  server.close();
});

it("SQS's part loads as soon as an outcome is not published, since it may be needed at the very end", async () => {
  const queueUrl = "http://127.0.0.1:1/000000000000/queue";
  const { putEvents } = createAwsCalls({ intentQueueUrl: queueUrl, deadLetterQueueUrl: queueUrl });
  const put = () => putEvents([{ Source: "s", DetailType: "d", Detail: "{}" }], new AbortController().signal);
  const isLoaded = () => imported.includes("./sqs-calls.ts");
  await put();
  await setImmediate();
  assert.equal(isLoaded(), false);
  failedEntries = 1;
  await put();
  await setImmediate();
  assert.equal(isLoaded(), true);
});
