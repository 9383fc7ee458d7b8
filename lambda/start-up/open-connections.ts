import { TransferContactCommand } from "@aws-sdk/client-connect";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import type { AwsClients } from "../runtime/aws-calls.ts";
import type { PreconnectingAgent } from "./preconnecting-agent.ts";

/** Opens the connections that a transfer needs, so that the first one does not wait for them. Sends no request. */
export async function openConnections(
  { connect, eventBridge }: AwsClients,
  agent: PreconnectingAgent,
): Promise<void> {
  const endpoints = [
    getEndpointFromInstructions({}, TransferContactCommand, connect.config),
    getEndpointFromInstructions({}, PutEventsCommand, eventBridge.config),
  ];
  await Promise.all(endpoints.map(async (endpoint) => agent.preconnect((await endpoint).url)));
}
