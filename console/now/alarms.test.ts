import assert from "node:assert/strict";
import { it } from "node:test";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { startHttpServer } from "../../local/services/http-server.ts";
import { readAlarms } from "./alarms.ts";

it("the alarms of a stack that ring are read from all pages, the longest first", async (t) => {
  const asked: unknown[] = [];
  const alarm = (AlarmName: string, StateValue: string, StateTransitionedTimestamp: number) => ({
    AlarmName,
    StateValue,
    StateTransitionedTimestamp,
    AlarmDescription: `${AlarmName} means`,
  });
  const pages = [
    { MetricAlarms: [alarm("Orders-Late", "ALARM", 200), alarm("Orders-Fine", "OK", 1)], NextToken: "2" },
    { CompositeAlarms: [alarm("Orders-Any", "ALARM", 100)], MetricAlarms: [] },
  ];
  const server = await startHttpServer(async (request) => {
    asked.push(await request.json());
    return new Response(JSON.stringify(pages[asked.length - 1]), {
      headers: { "content-type": "application/x-amz-json-1.0" },
    });
  });
  t.after(() => server.close());
  const client = new CloudWatchClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  t.after(() => client.destroy());
  assert.deepEqual(await readAlarms(client, "Orders", () => 5), {
    kind: "read",
    readAt: 5,
    total: 3,
    ringing: [
      { name: "Orders-Any", since: 100_000, description: "Orders-Any means" },
      { name: "Orders-Late", since: 200_000, description: "Orders-Late means" },
    ],
  });
  assert.deepEqual(asked, [{ AlarmNamePrefix: "Orders-" }, { AlarmNamePrefix: "Orders-", NextToken: "2" }]);
});
