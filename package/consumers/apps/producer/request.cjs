// The same in CommonJS.
const { EventBridgeClient } = require("@aws-sdk/client-eventbridge");
const { deriveClientToken, requestTransfer } = require("contact-transfer/events");
const schema = require("contact-transfer/schemas/contact-transfer-requested.schema.json");

const intent = { intentId: "order-4711", contactId: "task-1", contactFlowId: "flow", queueId: "queue" };
requestTransfer(intent, { client: new EventBridgeClient({}), source: "com.example.orders" }).then(
  ({ eventId }) => {
    const clientToken = deriveClientToken({ ...intent, instanceId: "instance" });
    process.stdout.write(JSON.stringify({ eventId, clientToken, schema: schema.$id }));
  },
);
