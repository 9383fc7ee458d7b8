import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import {
  CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from "@aws-sdk/client-cloudtrail";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { startHttpServer } from "../http-server.ts";
import { type AccountEndpointOptions, isForAccount, makeAccountHandler } from "./account-endpoint.ts";
import { transferContactQuotaCode } from "./account-operations.ts";
import { ApiCalls } from "./api-calls.ts";
import { LogGroups } from "./log-groups.ts";

const template = { Resources: { Queue: { Type: "AWS::SQS::Queue" } } };

/** Real clients of the endpoint. */
async function startAccount(t: TestContext, overrides: Partial<AccountEndpointOptions> = {}) {
  const logGroups = new LogGroups(["outcomes"]);
  const apiCalls = new ApiCalls({
    accountId: "000000000000",
    region: "us-east-1",
    newId: () => "event-1",
    now: () => 20_000,
    shownAfterMs: 10_000,
  });
  const server = await startHttpServer(
    makeAccountHandler({
      accountId: "000000000000",
      stackName: "ContactTransfer",
      template,
      outputs: { IntentQueueUrl: "http://127.0.0.1/intents?a&b", EventBusName: "default" },
      logGroups,
      apiCalls,
      transfersPerSecond: 10,
      ...overrides,
    }),
  );
  t.after(() => server.close());
  const config = {
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
  return {
    url: server.url,
    logGroups,
    apiCalls,
    cloudTrail: new CloudTrailClient(config),
    logs: new CloudWatchLogsClient(config),
    quotas: new ServiceQuotasClient(config),
    sts: new STSClient(config),
    cloudFormation: new CloudFormationClient(config),
  };
}

describe("the local account", () => {
  it("returns matching log events by time range and by page", async (t) => {
    const { logs, logGroups } = await startAccount(t);
    for (const at of [1, 2, 3]) logGroups.put("outcomes", JSON.stringify({ id: "x", at }), at * 1000);
    logGroups.put("outcomes", JSON.stringify({ id: "y" }), 2000);
    const input = { logGroupName: "outcomes", filterPattern: '{ $.id = "x" }', startTime: 2000, limit: 1 };
    const first = await logs.send(new FilterLogEventsCommand(input));
    const second = await logs.send(new FilterLogEventsCommand({ ...input, nextToken: first.nextToken }));
    assert.deepEqual(
      [first, second].map(({ events }) => events?.map(({ timestamp, message }) => [timestamp, message])),
      [[[2000, '{"id":"x","at":2}']], [[3000, '{"id":"x","at":3}']]],
    );
    assert.equal(second.nextToken, undefined);
  });

  it("rejects an unknown log group, an unsupported filter and an instant before 1970", async (t) => {
    const { logs } = await startAccount(t);
    await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName: "other" })), {
      name: "ResourceNotFoundException",
    });
    await assert.rejects(
      logs.send(new FilterLogEventsCommand({ logGroupName: "outcomes", filterPattern: "ERROR" })),
      { name: "InvalidParameterException" },
    );
    await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName: "outcomes", startTime: -1 })), {
      name: "InvalidParameterException",
    });
  });

  it("returns the calls that CloudTrail shows already, the latest first and by page", async (t) => {
    const { cloudTrail, apiCalls } = await startAccount(t);
    for (const [requestId, at] of Object.entries({ r1: 1000, r2: 9999, late: 10_001 })) {
      apiCalls.put({
        eventSource: "connect.amazonaws.com",
        eventName: "TransferContact",
        requestId,
        at,
        requestParameters: { ClientToken: "t" },
        responseElements: { ContactId: "c-2" },
      });
    }
    const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: "TransferContact" }];
    const input = { LookupAttributes, StartTime: new Date(1000), EndTime: new Date(15_000), MaxResults: 1 };
    const first = await cloudTrail.send(new LookupEventsCommand(input));
    const second = await cloudTrail.send(new LookupEventsCommand({ ...input, NextToken: first.NextToken }));
    const records = [first, second].flatMap(({ Events = [] }) =>
      Events.map(({ CloudTrailEvent = "" }) => JSON.parse(CloudTrailEvent)),
    );
    assert.deepEqual(
      records.map(({ requestID, eventTime, errorCode, responseElements }) => [
        requestID,
        eventTime,
        errorCode,
        responseElements,
      ]),
      [
        ["r2", "1970-01-01T00:00:09Z", undefined, { ContactId: "c-2" }],
        ["r1", "1970-01-01T00:00:01Z", undefined, { ContactId: "c-2" }],
      ],
    );
    assert.equal(second.NextToken, undefined);
    assert.deepEqual(first.Events?.[0]?.EventTime, new Date(9000));
  });

  it("refuses a lookup in CloudTrail that it does not know", async (t) => {
    const { cloudTrail } = await startAccount(t);
    const lookUp = (input: LookupEventsCommandInput) => cloudTrail.send(new LookupEventsCommand(input));
    const LookupAttributes = [{ AttributeKey: "Username" as const, AttributeValue: "local" }];
    await assert.rejects(lookUp({ LookupAttributes }), { name: "InvalidLookupAttributesException" });
    await assert.rejects(lookUp({ MaxResults: 51 }), { name: "InvalidMaxResultsException" });
    await assert.rejects(lookUp({ StartTime: new Date(2000), EndTime: new Date(1000) }), {
      name: "InvalidTimeRangeException",
    });
    await assert.rejects(lookUp({ EventCategory: "insight" }), { name: "OperationNotPermittedException" });
  });

  it("returns the quota of TransferContact alone", async (t) => {
    const { quotas } = await startAccount(t);
    const { Quota } = await quotas.send(
      new GetServiceQuotaCommand({ ServiceCode: "connect", QuotaCode: transferContactQuotaCode }),
    );
    assert.equal(Quota?.Value, 10);
    await assert.rejects(
      quotas.send(new GetServiceQuotaCommand({ ServiceCode: "connect", QuotaCode: "L-OTHER" })),
      { name: "NoSuchResourceException" },
    );
  });

  it("returns the caller's identity", async (t) => {
    const { sts } = await startAccount(t);
    const { Account } = await sts.send(new GetCallerIdentityCommand());
    assert.equal(Account, "000000000000");
  });

  it("returns the stack's outputs and template", async (t) => {
    const { cloudFormation } = await startAccount(t);
    const StackName = "ContactTransfer";
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    assert.deepEqual(
      Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
      [
        ["IntentQueueUrl", "http://127.0.0.1/intents?a&b"],
        ["EventBusName", "default"],
      ],
    );
    const { TemplateBody = "" } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
    assert.deepEqual(JSON.parse(TemplateBody), template);
    await assert.rejects(cloudFormation.send(new DescribeStacksCommand({ StackName: "Other" })), {
      name: "ValidationError",
      message: "Stack with id Other does not exist",
    });
  });

  it("denies an action as each protocol does", async (t) => {
    const { logs, sts } = await startAccount(t, { isDenied: () => true });
    await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName: "outcomes" })), {
      name: "AccessDeniedException",
    });
    await assert.rejects(sts.send(new GetCallerIdentityCommand()), { name: "AccessDenied" });
  });

  it("tells a client that is too old for SQS's JSON protocol to update", async (t) => {
    const { url } = await startAccount(t);
    // As version 2.9 of the AWS CLI sends it.
    const body = new URLSearchParams({ Action: "ListQueues", Version: "2012-11-05" });
    const answer = await fetch(url, { method: "POST", body });
    assert.equal(answer.status, 400);
    assert.match(
      await answer.text(),
      /^<ErrorResponse><Error>.*<Code>UnsupportedOperation<\/Code>.*update the AWS CLI/,
    );
  });

  it("answers requests of the AWS CLI, which differ from the SDK's", async (t) => {
    const { url } = await startAccount(t);
    const headers = {
      "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
    };
    assert.equal(isForAccount(new Headers(headers)), true);
    const lookup = await fetch(url, { method: "POST", headers, body: "{}" });
    assert.deepEqual([lookup.status, await lookup.json()], [200, { Events: [] }]);
    const body = new URLSearchParams({ Action: "DescribeAlarms", Version: "2010-08-01" });
    const alarms = await fetch(url, { method: "POST", body });
    assert.equal(alarms.status, 200);
    assert.match(await alarms.text(), /<DescribeAlarmsResult><MetricAlarms><\/MetricAlarms>/);
  });

  it("names an unsupported operation", async (t) => {
    const { logs } = await startAccount(t);
    await assert.rejects(logs.send(new DescribeLogGroupsCommand({})), {
      name: "UnknownOperationException",
      message: /^The local run does not support logs:DescribeLogGroups, only logs:FilterLogEvents,/,
    });
  });
});
