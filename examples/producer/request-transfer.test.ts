/** A unit test of a producer, without AWS: `npx node --test examples/producer/request-transfer.test.ts`. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { EventBridgeClient, type PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { onOrderCancelled } from "./request-transfer.ts";

it("a cancelled order requests the transfer of its contact", async (t) => {
  const sent: PutEventsCommand[] = [];
  t.mock.method(EventBridgeClient.prototype, "send", async (command: PutEventsCommand) => {
    sent.push(command);
    return { Entries: [{ EventId: "event-1" }] };
  });
  await onOrderCancelled({ orderId: "4711", contactId: "task-1" });
  const [entry] = sent[0]?.input.Entries ?? [];
  assert.equal(entry?.DetailType, "Contact Transfer Requested");
  assert.equal(JSON.parse(entry.Detail ?? "").intentId, "order-4711-cancelled");
});
