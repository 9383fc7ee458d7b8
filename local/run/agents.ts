import { setTimeout as sleep } from "node:timers/promises";
import { ConnectApiError } from "../services/connect/connect-api-error.ts";
import type { ConnectWorld } from "../services/connect/world/connect-world.ts";
import type { ContactEvent } from "../services/connect/world/contact-events.ts";

/** How long a transferred contact waits for an agent, and how long the agent works on it. */
const defaultTimes = { waitMs: 1_000, workMs: 3_000 };

/** Agents who accept every contact that was transferred to a queue, and end it. They never keep the process alive. */
export function employAgents(world: ConnectWorld, { waitMs, workMs } = defaultTimes): void {
  let agents = 0;
  const work = async ({ detail }: ContactEvent) => {
    const contact = { InstanceId: instanceIdOf(detail.instanceArn), ContactId: detail.contactId };
    const { agentQueues } = world.instance(contact.InstanceId);
    const users = [...agentQueues.keys()];
    const agent = users[agents++ % users.length] ?? "agent";
    await sleep(waitMs, undefined, { ref: false });
    world.connectToAgent(contact, agent);
    await sleep(workMs, undefined, { ref: false });
    world.endContact(contact);
  };
  world.onContactEvent((event) => {
    const { eventType, previousContactId } = event.detail;
    if (eventType === "QUEUED" && previousContactId !== undefined) void work(event).catch(ignoreMoved);
  });
}

/** Somebody else has moved the contact meanwhile. */
function ignoreMoved(error: unknown): void {
  if (!(error instanceof ConnectApiError)) throw error;
}

function instanceIdOf(instanceArn: unknown): string {
  return String(instanceArn).replace(/^.*\//, "");
}
