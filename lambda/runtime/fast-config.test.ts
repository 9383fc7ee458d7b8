import assert from "node:assert/strict";
import { it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { ConnectClient } from "@aws-sdk/client-connect";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createAwsCalls } from "./aws-calls.ts";

setFlagsFromString("--allow-natives-syntax");
const isFast: (value: object) => boolean = new Function("value", "return %HasFastProperties(value)").bind(
  null,
);

it("the clients' configurations are quick to copy, which those of the SDK are not", () => {
  process.env.AWS_REGION = "eu-west-2";
  const { connect, eventBridge } = createAwsCalls({ intentQueueUrl: "i", deadLetterQueueUrl: "d" }).clients;
  const clients = [new ConnectClient({}), new EventBridgeClient({}), connect, eventBridge];
  assert.deepEqual(
    clients.map(({ config }) => isFast(config)),
    [false, false, true, true],
  );
});
