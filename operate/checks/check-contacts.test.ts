import assert from "node:assert/strict";
import { it } from "node:test";
import { makeConnectHandler } from "../../local/services/connect/connect-endpoint.ts";
import { ConnectWorld } from "../../local/services/connect/world/connect-world.ts";
import { startHttpServer } from "../../local/services/http-server.ts";
import { instanceArn, instanceId } from "../../test/makers.ts";
import { startTestQueues } from "../../test/operator/dead-letter-queues.ts";
import { contactKey } from "../letters/contact-of.ts";
import { checkContacts } from "./check-contacts.ts";

it("a contact that has ended is described once, and where it went too", async (context) => {
  const calls: string[] = [];
  const world = new ConnectWorld({
    seed: { instances: { [instanceArn]: { contactFlows: {}, queues: [], users: [], contacts: {} } } },
    openWorld: true,
    now: Date.now,
    newId: () => "successor",
    allow(action) {
      calls.push(action);
      return true;
    },
  });
  const server = await startHttpServer(makeConnectHandler({ world }));
  context.after(() => server.close());
  const ended = { instanceId, contactId: "moved" };
  world.transferContact({
    InstanceId: instanceId,
    ContactId: ended.contactId,
    ContactFlowId: "flow",
    QueueId: "queue-1",
  });
  calls.length = 0;
  const { session } = await startTestQueues(context, { connectUrl: server.url });
  const check = (await checkContacts([ended], session)).get(contactKey(ended));
  assert.equal(check?.canBeTransferred, false);
  assert.match(
    check.why,
    /^the contact ended at \S+; it was transferred to contact successor, which waits in queue queue-1$/,
  );
  assert.deepEqual(calls, [
    "connect:DescribeContact",
    "connect:ListAssociatedContacts",
    "connect:DescribeContact",
  ]);
});

it("a Connect that denies every read is asked once, and each contact has a check that says so", async (context) => {
  const calls: string[] = [];
  const world = new ConnectWorld({
    seed: { instances: { [instanceArn]: { contactFlows: {}, queues: [], users: [], contacts: {} } } },
    now: Date.now,
    newId: () => "new",
    allow(action) {
      calls.push(action);
      return false;
    },
  });
  const server = await startHttpServer(makeConnectHandler({ world }));
  context.after(() => server.close());
  const { session } = await startTestQueues(context, { connectUrl: server.url });
  const contacts = ["a", "b", "c"].map((contactId) => ({ instanceId, contactId }));
  const checks = await checkContacts(contacts, session);
  assert.equal(checks.size, 3);
  for (const { canBeTransferred, why } of checks.values()) {
    assert.equal(canBeTransferred, undefined);
    assert.match(why, /^not checked: You are not allowed to call connect:DescribeContact on the instance/);
  }
  assert.deepEqual(calls, ["connect:DescribeContact"]);
});
