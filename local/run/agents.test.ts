import assert from "node:assert/strict";
import { it } from "node:test";
import { instanceArn, instanceId } from "../../test/makers.ts";
import { ConnectWorld } from "../services/connect/world/connect-world.ts";
import { employAgents } from "./agents.ts";

it("agents accept a contact that was transferred to a queue, and end it; others wait", async () => {
  const world = new ConnectWorld({
    seed: {
      instances: {
        [instanceArn]: {
          contactFlows: { flow: "QUEUE_TRANSFER" },
          queues: ["billing"],
          users: ["jane"],
          contacts: {},
        },
      },
    },
    now: Date.now,
    newId: () => `contact-${events.length}`,
  });
  const events: string[] = [];
  const ended = Promise.withResolvers<void>();
  employAgents(world, { waitMs: 0, workMs: 0 });
  world.onContactEvent(({ detail: { eventType, contactId, previousContactId, agentInfo } }) => {
    events.push(`${contactId} ${eventType}${agentInfo ? " jane" : ""}`);
    if (eventType === "DISCONNECTED" && previousContactId) ended.resolve();
  });
  const InstanceId = instanceId;
  const task = world.startTask(instanceId, "flow");
  world.transferContact({ InstanceId, ContactId: task, ContactFlowId: "flow", QueueId: "billing" });
  // The agents' own timers do not keep the process alive.
  const alive = setInterval(() => {}, 1_000);
  await ended.promise;
  clearInterval(alive);
  assert.deepEqual(events, [
    "contact-0 INITIATED",
    "contact-0 DISCONNECTED",
    "contact-1 INITIATED",
    "contact-1 QUEUED",
    "contact-1 CONNECTED_TO_AGENT jane",
    "contact-1 DISCONNECTED jane",
  ]);
});
