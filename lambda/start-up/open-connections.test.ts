import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createAwsCalls } from "../runtime/aws-calls.ts";
import { openConnections } from "./open-connections.ts";
import { PreconnectingAgent } from "./preconnecting-agent.ts";

class RecordingAgent extends PreconnectingAgent {
  readonly opened: string[] = [];
  override async preconnect({ protocol, hostname, port }: URL) {
    // The first one takes longest.
    for (let turn = 3; turn > this.opened.length; turn--) await setImmediate();
    this.opened.push(`${protocol}//${hostname}:${port}`);
  }
}

it("connections to Connect and EventBridge are opened, and waited for", async () => {
  Object.assign(process.env, {
    AWS_REGION: "eu-west-2",
    AWS_ENDPOINT_URL_CONNECT: "https://connect.test:1",
    AWS_ENDPOINT_URL_EVENTBRIDGE: "https://events.test:2",
  });
  const agent = new RecordingAgent();
  const queues = { intentQueueUrl: "https://sqs/1/intents", deadLetterQueueUrl: "https://sqs/1/dead" };
  await openConnections(createAwsCalls(queues).clients, agent);
  assert.deepEqual(agent.opened, ["https://connect.test:1", "https://events.test:2"]);
});
