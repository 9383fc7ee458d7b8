import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import {
  ConnectClient,
  DescribeContactCommand,
  ListAssociatedContactsCommand,
} from "@aws-sdk/client-connect";
import { startHttpServer } from "../../http-server.ts";
import { makeConnectHandler } from "../connect-endpoint.ts";
import { ConnectWorld, type ConnectWorldOptions } from "./connect-world.ts";

const instanceArn = "arn:aws:connect:us-east-1:111122223333:instance/i-1";
const InstanceId = "i-1";
const task = { InstanceId, ContactId: "task" };
const email = { InstanceId, ContactId: "email" };

/** A served world whose clock a test moves, read by an SDK client that does not retry. */
async function served(t: TestContext, options: Partial<ConnectWorldOptions> = {}) {
  let ids = 0;
  const clock = { now: 1000 };
  const world = new ConnectWorld({
    seed: {
      instances: {
        [instanceArn]: {
          contactFlows: { "f-1": "QUEUE_TRANSFER" },
          queues: ["q-1", "q-2"],
          users: ["u-1"],
          contacts: { task: { channel: "TASK" }, email: { channel: "EMAIL" }, other: { channel: "TASK" } },
        },
      },
    },
    now: () => clock.now,
    newId: () => `new-${++ids}`,
    ...options,
  });
  const endpoint = await startHttpServer(makeConnectHandler({ world }));
  const client = new ConnectClient({
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  t.after(() => {
    client.destroy();
    return endpoint.close();
  });
  const described = async (ContactId: string) =>
    (await client.send(new DescribeContactCommand({ InstanceId, ContactId }))).Contact;
  const listed = async (ContactId: string) =>
    (await client.send(new ListAssociatedContactsCommand({ InstanceId, ContactId }))).ContactSummaryList;
  return { world, clock, client, described, listed };
}

function transfer(ContactId: string) {
  return { InstanceId, ContactId, ContactFlowId: "f-1", QueueId: "q-1" };
}

describe("the reads of the local Connect", () => {
  it("list the whole chain of a contact, from each of its members", async (t) => {
    const { world, clock, listed } = await served(t);
    clock.now = 2000;
    world.transferContact(transfer("task"));
    clock.now = 3000;
    world.transferContact(transfer("new-1"));
    const chain = [
      ["task", undefined, "API", 1000, 2000],
      ["new-1", "task", "TRANSFER", 2000, 3000],
      ["new-2", "new-1", "TRANSFER", 3000, undefined],
    ];
    for (const id of ["task", "new-1", "new-2"]) {
      const summaries = (await listed(id)) ?? [];
      assert.deepEqual(
        summaries.map((summary) => [
          summary.ContactId,
          summary.PreviousContactId,
          summary.InitiationMethod,
          summary.InitiationTimestamp?.getTime(),
          summary.DisconnectTimestamp?.getTime(),
        ]),
        chain,
      );
    }
  });

  it("list by pages of the size that is asked for", async (t) => {
    const { world, client } = await served(t);
    world.transferContact(transfer("task"));
    world.transferContact(transfer("new-1"));
    const pages: (string | undefined)[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ListAssociatedContactsCommand({ ...task, MaxResults: 2, NextToken }),
      );
      pages.push((page.ContactSummaryList ?? []).map(({ ContactId }) => ContactId));
      NextToken = page.NextToken;
    } while (NextToken);
    assert.deepEqual(pages, [["task", "new-1"], ["new-2"]]);
  });

  const rejected: Record<string, object> = {
    "a page of none": { MaxResults: 0 },
    "a page of 101": { MaxResults: 101 },
    "a token of somebody else": { NextToken: "x" },
  };
  for (const [what, input] of Object.entries(rejected)) {
    it(`reject ${what}`, async (t) => {
      const { client } = await served(t);
      await assert.rejects(client.send(new ListAssociatedContactsCommand({ ...task, ...input })), {
        name: "InvalidRequestException",
      });
    });
  }

  it("name the successor of an agent's quick connect, and of nobody else's move", async (t) => {
    const { world, described } = await served(t);
    world.connectToAgent(task, "u-1");
    world.moveByOther(task, "agent", "q-2");
    const contact = await described("task");
    assert.equal(contact?.AgentInfo?.Id, "u-1");
    assert.deepEqual(contact?.NextContacts, [
      { Type: "QUICK_CONNECT", NextContactMetadata: { QuickConnectContactData: { ContactId: "new-1" } } },
    ]);
    world.moveByOther({ InstanceId, ContactId: "other" }, "manager", "q-2");
    assert.equal((await described("other"))?.NextContacts, undefined);
    assert.equal((await described("new-2"))?.QueueInfo?.Id, "q-2");
  });

  it("show an agent's answer to an email as part of the tree, and not as a transfer", async (t) => {
    const { world, described, listed } = await served(t);
    world.replyToEmail(email);
    world.transferContact(transfer("email"));
    assert.deepEqual(
      (await listed("new-2"))?.map((summary) => [summary.ContactId, summary.InitiationMethod]),
      [
        ["email", "API"],
        ["new-1", "AGENT_REPLY"],
        ["new-2", "TRANSFER"],
      ],
    );
    assert.equal((await described("email"))?.DisconnectReason, "TRANSFERRED");
  });

  it("lag behind the world by as much as they are told to", async (t) => {
    const { world, clock, described, listed } = await served(t, { readsLagMs: { describe: 500, list: 900 } });
    clock.now = 5000;
    world.transferContact(transfer("task"));
    clock.now = 5499;
    assert.equal((await described("task"))?.DisconnectTimestamp, undefined);
    await assert.rejects(described("new-1"), { name: "ResourceNotFoundException" });
    clock.now = 5500;
    assert.equal((await described("task"))?.DisconnectTimestamp?.getTime(), 5000);
    assert.equal((await described("new-1"))?.PreviousContactId, "task");
    assert.deepEqual((await listed("task"))?.length, 1);
    clock.now = 5900;
    assert.deepEqual((await listed("task"))?.length, 2);
  });

  it("show transferred contacts as made by the API if the world says so", async (t) => {
    const { world, described } = await served(t, { transferMethod: "API" });
    world.transferContact(transfer("task"));
    assert.equal((await described("new-1"))?.InitiationMethod, "API");
  });
});
