import assert from "node:assert/strict";
import { it } from "node:test";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { filterLog, jsonFilter } from "./filter-log.ts";

it("a filter names each member, and cuts a text that is too long for one at a wildcard", () => {
  assert.equal(jsonFilter(["a", "b.c"], 'x"y'), '{ ($.a = "x\\"y") || ($.b.c = "x\\"y") }');
  const pattern = jsonFilter(["detail.intentId", "detail.contactId"], "x".repeat(2_000));
  assert.ok(pattern.length <= 1024);
  assert.match(pattern, /"x{100,}\*"/);
});

it("a log is read from 1970 on at the earliest", async () => {
  const client = new CloudWatchLogsClient({ region: "us-east-1" });
  const asked: unknown[] = [];
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        asked.push(input);
        return { response: undefined, output: { $metadata: {}, events: [] } };
      },
    { step: "initialize" },
  );
  await filterLog(client, { logGroupName: "outcomes", startTime: -1 });
  assert.deepEqual(asked, [{ logGroupName: "outcomes", startTime: 0, nextToken: undefined }]);
});
