import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import {
  ConnectClient,
  ListContactFlowsCommand,
  ListInstancesCommand,
  ListQueuesCommand,
  ListUsersCommand,
  SearchContactsCommand,
  StartTaskContactCommand,
  StopContactCommand,
  TransferContactCommand,
} from "@aws-sdk/client-connect";
import { startHttpServer } from "../http-server.ts";
import { makeConnectHandler } from "./connect-endpoint.ts";
import { ConnectWorld } from "./world/connect-world.ts";

const InstanceId = "i-1";
const arn = `arn:aws:connect:us-east-1:111122223333:instance/${InstanceId}`;

async function startConnect(context: TestContext) {
  let made = 0;
  const world = new ConnectWorld({
    seed: {
      instances: {
        [arn]: {
          contactFlows: { "flow-1": "QUEUE_TRANSFER", "flow-2": "AGENT_WHISPER" },
          queues: ["queue-1"],
          users: ["user-1"],
          contacts: { "email-1": { channel: "EMAIL" } },
        },
        [`${arn}-b`]: { contactFlows: {}, queues: [], users: [], contacts: {} },
      },
    },
    now: Date.now,
    newId: () => `new-${++made}`,
  });
  const server = await startHttpServer(makeConnectHandler({ world }));
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new ConnectClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
  context.after(async () => {
    client.destroy();
    await server.close();
  });
  return client;
}

const TimeRange = {
  Type: "INITIATION_TIMESTAMP",
  StartTime: new Date(Date.now() - 60_000),
  EndTime: new Date(),
} as const;

describe("the local Connect", () => {
  it("lists instances, flows by type, queues and users", async (context) => {
    const client = await startConnect(context);
    const instances = await client.send(new ListInstancesCommand());
    assert.deepEqual(
      instances.InstanceSummaryList?.map(({ Id, Arn, InstanceAlias }) => [Id, Arn, InstanceAlias]),
      [
        [InstanceId, arn, "local"],
        [`${InstanceId}-b`, `${arn}-b`, "local-2"],
      ],
    );
    const ContactFlowTypes = ["QUEUE_TRANSFER" as const, "CONTACT_FLOW" as const];
    const flows = await client.send(new ListContactFlowsCommand({ InstanceId, ContactFlowTypes }));
    assert.deepEqual(
      flows.ContactFlowSummaryList?.map(({ Id }) => Id),
      ["flow-1"],
    );
    const queues = await client.send(new ListQueuesCommand({ InstanceId }));
    assert.deepEqual(
      queues.QueueSummaryList?.map(({ Arn }) => Arn),
      [`${arn}/queue/queue-1`],
    );
    const users = await client.send(new ListUsersCommand({ InstanceId }));
    assert.deepEqual(
      users.UserSummaryList?.map(({ Id }) => Id),
      ["user-1"],
    );
  });

  it("makes a task that can be found, transferred and ended", async (context) => {
    const client = await startConnect(context);
    const task = { InstanceId, ContactFlowId: "flow-1", Name: "Test" };
    const { ContactId } = await client.send(new StartTaskContactCommand(task));
    assert.equal(ContactId, "new-1");
    const transfer = { InstanceId, ContactId, ContactFlowId: "flow-1", QueueId: "queue-1" };
    await client.send(new TransferContactCommand(transfer));
    await client.send(new StopContactCommand({ InstanceId, ContactId: "new-2" }));
    const SearchCriteria = { Channels: ["TASK" as const] };
    const found = await client.send(new SearchContactsCommand({ InstanceId, TimeRange, SearchCriteria }));
    assert.deepEqual(
      found.Contacts?.map(({ Id, DisconnectTimestamp }) => [Id, DisconnectTimestamp instanceof Date]),
      [
        ["new-2", true],
        ["new-1", true],
      ],
    );
  });

  it("refuses a search by what it would ignore, and a task for an unknown flow", async (context) => {
    const client = await startConnect(context);
    const SearchCriteria = { AgentIds: ["user-1"] };
    await assert.rejects(client.send(new SearchContactsCommand({ InstanceId, TimeRange, SearchCriteria })), {
      name: "InvalidRequestException",
      message: /searches by Channels only, not by AgentIds/,
    });
    const task = { InstanceId, ContactFlowId: "none", Name: "Test" };
    await assert.rejects(client.send(new StartTaskContactCommand(task)), {
      name: "ResourceNotFoundException",
    });
  });
});
