import { ConnectClient, TransferContactCommand } from "@aws-sdk/client-connect";
import type { SQSEvent } from "aws-lambda";

const connect = new ConnectClient({});

/** All SDK calls of a batch at once, and nothing else. */
export const handler = async ({ Records }: SQSEvent) => {
  await Promise.all(
    Records.map(({ body }) => {
      const { contactId, contactFlowId, instanceId, queueId } = JSON.parse(body).detail;
      return connect.send(
        new TransferContactCommand({
          ContactId: contactId,
          ContactFlowId: contactFlowId,
          InstanceId: instanceId,
          QueueId: queueId,
        }),
      );
    }),
  );
};
