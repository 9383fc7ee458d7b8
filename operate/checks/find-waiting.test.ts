import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { makeAccountHandler } from "../../local/services/account/account-endpoint.ts";
import { ApiCalls } from "../../local/services/account/api-calls.ts";
import { LogGroups } from "../../local/services/account/log-groups.ts";
import { startHttpServer } from "../../local/services/http-server.ts";
import { startTestQueues } from "../../test/operator/dead-letter-queues.ts";
import { findWaiting } from "./find-waiting.ts";

const now = Date.parse("2026-11-24T10:00:00Z");

/** What is found with so many intents in the queue and these lines in the function's log, each so many seconds ago. */
async function find(context: TestContext, intents: number, lines: readonly (readonly [number, object])[]) {
  const outputs = {
    eventBusName: "",
    intentQueueUrl: "",
    deadLetterQueueUrl: "",
    functionLogGroupName: "function",
  };
  const { session, sqs, intentQueueUrl } = await startTestQueues(context, {
    deployment: { outputs, transfersPerSecond: 4 },
  });
  for (let n = 0; n < intents; n++)
    await sqs.send(new SendMessageCommand({ QueueUrl: intentQueueUrl, MessageBody: "{}" }));
  const logGroups = new LogGroups(["function"]);
  for (const [secondsAgo, line] of lines)
    logGroups.put("function", JSON.stringify(line), now - secondsAgo * 1_000);
  const account = { accountId: "111122223333", region: "us-east-1", newId: () => "id", now: () => now };
  const server = await startHttpServer(
    makeAccountHandler({
      ...account,
      stackName: "S",
      template: {},
      outputs: {},
      logGroups,
      apiCalls: new ApiCalls({ ...account, shownAfterMs: 0 }),
      transfersPerSecond: 4,
    }),
  );
  const logs = new CloudWatchLogsClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  context.after(async () => {
    logs.destroy();
    await server.close();
  });
  return findWaiting({ ...session, clock: { ...session.clock, now: () => now }, logs: async () => logs });
}

it("what waits takes its number, divided by the pace", async (context) => {
  const { total, secondsAtPace, log } = await find(context, 6, []);
  assert.deepEqual([total, secondsAtPace, log], [6, 1.5, { minutes: 15, endedPerSecond: 0, retried: [] }]);
});

it("the rate of the last minutes counts what ended, since the first line of the log", async (context) => {
  const ended = (n: number) => ({
    status: n % 2 ? "succeeded" : "failed",
    intentId: `order-${n}`,
    messageId: `m-${n}`,
  });
  const { log } = await find(context, 1, [
    [
      170,
      { status: "retry", reason: "AccessDenied", intentId: "order-9", messageId: "m-9", retryInSeconds: 60 },
    ],
    ...[160, 90, 30].map((ago, n) => [ago, ended(n)] as const),
    [5, { status: "other" }],
  ]);
  assert.equal(log?.minutes, 3);
  assert.equal(log?.endedPerSecond, 3 / 180);
  assert.deepEqual(
    log?.retried.map(({ intentId, reason, since }) => [intentId, reason, now - since]),
    [["order-9", "AccessDenied", 170_000]],
  );
});
