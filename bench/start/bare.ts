import { ConnectClient, TransferContactCommand } from "@aws-sdk/client-connect";
import type { SQSEvent } from "aws-lambda";

const connect = new ConnectClient({});

/** The least code that transfers a contact, as in a tutorial. */
export const handler = async ({ Records }: SQSEvent) => {
  for (const { body } of Records) {
    const { contactId, contactFlowId, instanceId, queueId } = JSON.parse(body).detail;
    await connect.send(
      new TransferContactCommand({
        ContactId: contactId,
        ContactFlowId: contactFlowId,
        InstanceId: instanceId,
        QueueId: queueId,
      }),
    );
  }
};
