import assert from "node:assert/strict";
import { it } from "node:test";
import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { startHttpServer } from "../../local/services/http-server.ts";
import { makeSettings } from "../../test/makers.ts";
import { createAwsCalls } from "../runtime/aws-calls.ts";
import { rehearsalCalls } from "./rehearsal-calls.ts";
import { rehearse } from "./rehearse.ts";

const queues = { intentQueueUrl: "https://sqs/1/intents", deadLetterQueueUrl: "https://sqs/1/dead" };

it("a rehearsal processes an intent up to its outcome, but sends and writes nothing", async (context) => {
  const requests: unknown[] = [];
  const server = await startHttpServer((request) => {
    requests.push(request);
    return Response.json({});
  });
  context.after(() => server.close());
  Object.assign(process.env, {
    AWS_REGION: "eu-west-2",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_ENDPOINT_URL: server.url,
    POWERTOOLS_SERVICE_NAME: "contact-transfer",
    POWERTOOLS_METRICS_NAMESPACE: "ContactTransfer",
  });
  const written = [process.stdout, process.stderr].map(
    (stream) => context.mock.method(stream, "write", () => true).mock,
  );
  const rehearsal = rehearsalCalls(createAwsCalls(queues).clients);
  const outcomes: PutEventsRequestEntry[] = [];
  const answers: unknown[] = [];
  await rehearse(makeSettings({ allowLists: { contactFlows: new Set(["another"]) } }), {
    async transferContact(...call) {
      const answer = await rehearsal.transferContact(...call);
      answers.push(answer.ContactId);
      return answer;
    },
    async putEvents(entries, signal) {
      outcomes.push(...entries);
      const answer = await rehearsal.putEvents(entries, signal);
      answers.push(answer.Entries);
      return answer;
    },
  });
  // The test runner writes too, but not JSON.
  const lines = written
    .flatMap(({ calls }) => calls.map((call) => String(call.arguments[0])))
    .filter((line) => line.startsWith("{"));
  context.mock.restoreAll();

  assert.deepEqual(answers, ["rehearsed", [{ EventId: "rehearsed" }], [{ EventId: "rehearsed" }]]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.DetailType),
    ["Contact Transfer Succeeded", "Contact Transfer Succeeded"],
  );
  assert.deepEqual(
    outcomes.map(({ Detail = "" }) => JSON.parse(Detail).receiveCount),
    [1, 1],
  );
  assert.deepEqual([requests, lines], [[], []]);
});

it("a rehearsal asks no endpoint with TLS either, and needs no default instance", async () => {
  Object.assign(process.env, {
    AWS_REGION: "eu-west-2",
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_ENDPOINT_URL: "https://localhost:1",
  });
  const rehearsal = rehearsalCalls(createAwsCalls(queues).clients);
  let outcomes = 0;
  const { instances } = makeSettings();
  await rehearse(makeSettings({ instances: { byId: instances.byId } }), {
    ...rehearsal,
    putEvents(entries, signal) {
      outcomes += entries.length;
      return rehearsal.putEvents(entries, signal);
    },
  });
  assert.equal(outcomes, 2);
});

it("a rehearsal that does not succeed ends after one request", async () => {
  let requests = 0;
  const transferContact = async () => {
    requests += 1;
    throw Object.assign(new Error(), { name: "InvalidRequestException", $metadata: { httpStatusCode: 400 } });
  };
  const putEvents = async (entries: unknown[]) => ({ Entries: entries.map(() => ({ EventId: "event" })) });
  await rehearse(makeSettings(), { transferContact, putEvents });
  assert.equal(requests, 1);
});
