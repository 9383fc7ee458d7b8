import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";
import exampleRoutes from "../../infra/routes/example-routes.json" with { type: "json" };
import { parseFaults } from "../services/connect/faults.ts";
import { synthesizeAssembly } from "../template/synthesize-assembly.ts";
import type { RuleDelivery } from "./deliver-event.ts";
import { startLocalStack } from "./local-stack.ts";

const instanceArns = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";

/** Sends one cancelled order to the synthesized stack; resolves with its delivery and its first outcome. */
async function cancelOrder(settings: Readonly<Record<string, unknown>>, faults: string) {
  await using synthesized = await synthesizeAssembly({ instanceArns, routes: exampleRoutes, ...settings });
  const deliveries: RuleDelivery[] = [];
  const outcome = Promise.withResolvers<EventBridgeEvent>();
  await using stack = await startLocalStack({
    assembly: synthesized.assembly,
    connectFaults: parseFaults(faults, { random: Math.random, now: Date.now }),
    timeScale: 60,
    onDelivery: (delivery) => deliveries.push(delivery),
    onEvent: (event) => event["detail-type"].startsWith("Contact Transfer ") && outcome.resolve(event),
  });
  const Detail = JSON.stringify({ orderId: "4711", contactId: "task-of-cancelled-order" });
  await stack.eventBridge.putEvents([
    { Source: "com.example.orders", DetailType: "Order Cancelled", Detail },
  ]);
  const event = await outcome.promise;
  return { event, deliveries };
}

describe("direct delivery, on the synthesized stack", () => {
  it("finishes an event in the function without the queue", async () => {
    const { event, deliveries } = await cancelOrder({ delivery: "direct" }, "latency=1ms");
    assert.equal(deliveries[0]?.kind, "invoked");
    assert.equal(event["detail-type"], "Contact Transfer Succeeded");
    assert.equal(event.detail.receiveCount, undefined);
  });

  it("enqueues what Connect denies, and the queue finishes it", async () => {
    const { event, deliveries } = await cancelOrder({ delivery: "direct" }, "deny=1x");
    assert.equal(deliveries[0]?.kind, "invoked");
    assert.equal(event["detail-type"], "Contact Transfer Succeeded");
    assert.equal(event.detail.receiveCount, 1, "the outcome is that of a message");
    assert.match(String(event.detail.intentId), /^CancelledOrder:/);
  });
});
