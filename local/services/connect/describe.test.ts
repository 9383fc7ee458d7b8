import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  ConnectClient,
  DescribeContactFlowCommand,
  DescribeInstanceCommand,
  DescribeQueueCommand,
  DescribeUserCommand,
} from "@aws-sdk/client-connect";
import { type HttpServer, startHttpServer } from "../http-server.ts";
import { makeConnectHandler } from "./connect-endpoint.ts";
import { ConnectWorld } from "./world/connect-world.ts";
import { readWorld } from "./world/read-world.ts";
import seed from "./world/world.json" with { type: "json" };

const InstanceId = "11111111-1111-4111-8111-111111111111";

describe("the local Connect describes", () => {
  let server: HttpServer;
  let client: ConnectClient;

  before(async () => {
    const world = new ConnectWorld({
      seed: readWorld(seed, "world.json"),
      now: Date.now,
      newId: () => "new",
      allow: (action) => action !== "connect:DescribeUser",
    });
    server = await startHttpServer(makeConnectHandler({ world }));
    client = new ConnectClient({
      endpoint: server.url,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
  });
  after(() => server.close());

  it("an instance", async () => {
    const { Instance } = await client.send(new DescribeInstanceCommand({ InstanceId }));
    assert.deepEqual(Instance, {
      Id: InstanceId,
      Arn: `arn:aws:connect:us-east-1:111122223333:instance/${InstanceId}`,
      InstanceStatus: "ACTIVE",
    });
  });

  it("a flow with its type", async () => {
    const { ContactFlow } = await client.send(
      new DescribeContactFlowCommand({ InstanceId, ContactFlowId: "flow-whisper" }),
    );
    assert.equal(ContactFlow?.Type, "AGENT_WHISPER");
  });

  it("a queue", async () => {
    const { Queue } = await client.send(new DescribeQueueCommand({ InstanceId, QueueId: "queue-seniors" }));
    assert.equal(Queue?.QueueId, "queue-seniors");
  });

  it("nothing that is missing or not allowed", async () => {
    await assert.rejects(client.send(new DescribeQueueCommand({ InstanceId, QueueId: "queue-none" })), {
      name: "ResourceNotFoundException",
    });
    await assert.rejects(client.send(new DescribeUserCommand({ InstanceId, UserId: "user-senior" })), {
      name: "AccessDeniedException",
    });
  });
});
