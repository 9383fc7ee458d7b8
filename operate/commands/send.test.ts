import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSendOptions } from "./send-options.ts";

it("an intent is made of the arguments", () => {
  const options = parseSendOptions([
    ...["--contact", "task-1", "--flow", "flow-1", "--queue", "queue-1", "--instance", "instance-1"],
    ...["--intent-id", "order-1", "--expires-at", "2026-11-24T11:00:00Z", "--metadata", '{"orderId":"1"}'],
    ...["--bus", "orders", "--source", "com.example.orders"],
  ]);
  assert.deepEqual(options, {
    eventBusName: "orders",
    source: "com.example.orders",
    detail: {
      contactId: "task-1",
      contactFlowId: "flow-1",
      queueId: "queue-1",
      userId: undefined,
      instanceId: "instance-1",
      intentId: "order-1",
      expiresAt: "2026-11-24T11:00:00Z",
      metadata: { orderId: "1" },
    },
  });
});

it("bus and source have defaults", () => {
  const options = parseSendOptions(["--contact", "task-1", "--flow", "flow-1"]);
  assert.ok(options !== "help");
  assert.equal(options.eventBusName, "default");
  assert.equal(options.source, "contact-transfer.send");
});

it("help is given whatever else is missing", () => assert.equal(parseSendOptions(["--help"]), "help"));

describe("wrong use is told in a sentence", () => {
  const cases: [string[], string | RegExp][] = [
    [[], "--contact and --flow must be given."],
    [["--contact", "c"], "--flow must be given."],
    [["--contact", "c", "--flow", "f", "--queue", "q", "--user", "u"], "Give --queue or --user, not both."],
    [["--contact", "c", "--flow", "f", "--metadata", "{"], "--metadata is not JSON."],
    [["--contact", "c", "--flow", "f", "--queu", "q"], /'--queu'/],
  ];
  for (const [args, message] of cases) {
    it(args.join(" ") || "nothing", () =>
      assert.throws(() => parseSendOptions(args), { name: "UsageError", message }),
    );
  }
});
