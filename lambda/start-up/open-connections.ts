import { isIPv6 } from "node:net";
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
  compileIpv6Pattern();
  const endpoints = [
    getEndpointFromInstructions({}, TransferContactCommand, connect.config),
    getEndpointFromInstructions({}, PutEventsCommand, eventBridge.config),
  ];
  await Promise.all(endpoints.map(async (endpoint) => agent.preconnect((await endpoint).url)));
}

/**
 * Node tests every host against a pattern for IPv6 addresses. V8 compiles it to slow bytecode first, which takes three times as
 * long as the machine code of the second test. For a text of a thousand characters V8 compiles machine code at once.
 */
function compileIpv6Pattern(): void {
  isIPv6(" ".repeat(1_000));
}
