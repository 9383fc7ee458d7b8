import { ConnectClient, TransferContactCommand } from "@aws-sdk/client-connect";
import type { SQSEvent } from "aws-lambda";

const connect = new ConnectClient({});

/** A batch as nothing but SDK calls, all at once. */
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
