import { ConnectClient, TransferContactCommand } from "@aws-sdk/client-connect";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import type { Ports } from "../ports.ts";
import { callNobody } from "../start-up/in-memory-connection.ts";
import { ConnectionsAhead } from "../start-up/preconnecting-agent.ts";
import { within } from "./call-options.ts";
import { collectBody } from "./collect-body.ts";
import { loadLate } from "./load-late.ts";
import type { QueueUrls } from "./sqs-calls.ts";

export interface CallOptions {
  /** Longest time of one request to Connect. @default 5 s */
  readonly requestTimeoutMs?: number;
  /** Longest time of one call to EventBridge or SQS. @default 3 s */
  readonly putTimeoutMs?: number;
}

export type AwsCalls = Pick<
  Ports,
  "transferContact" | "putEvents" | "sendDeadLetters" | "enqueue" | "changeVisibility"
>;

/**
 * The calls that the core makes, on real SDK clients. None retries by itself: retries to Connect go through the pace,
 * those of puts through their batches. Each is ended by a time-out of its own, since the SDK's `requestTimeout` alone
 * only warns of a server that accepts and never answers. SQS's client is loaded by its first call: a transfer that
 * succeeds has none.
 */
export function createAwsCalls(
  queues: QueueUrls & { enqueueUnfinished?: boolean },
  { requestTimeoutMs = 5_000, putTimeoutMs = 3_000 }: CallOptions = {},
): AwsCalls & {
  /** Opens the connections that a transfer needs, so that it does not wait for them. No request is made. */
  openConnections(): Promise<void>;
  /** The calls of a transfer that succeeds, of the same clients, to nobody. */
  readonly rehearsal: Pick<Ports, "transferContact" | "putEvents">;
} {
  const httpsAgent = new ConnectionsAhead();
  // What is given here is not looked up in environment and files.
  const options = {
    maxAttempts: 1,
    retryMode: "standard",
    authSchemePreference: [],
    requestHandler: { httpsAgent },
    streamCollector: collectBody,
  };
  const connect = new ConnectClient(options);
  // And this is looked up once.
  const { region, credentials, useFipsEndpoint, useDualstackEndpoint, userAgentAppId } = connect.config;
  const environment = { region, credentials, useFipsEndpoint, useDualstackEndpoint, userAgentAppId };
  const eventBridge = new EventBridgeClient({ ...options, ...environment });
  const sqs = loadLate(async () => {
    const { createQueueCalls } = await import("./sqs-calls.ts");
    return createQueueCalls(queues, putTimeoutMs);
  });
  return {
    transferContact: (input, signal) =>
      connect.send(new TransferContactCommand(input), { abortSignal: within(requestTimeoutMs, signal) }),
    putEvents: (Entries, signal) =>
      eventBridge.send(new PutEventsCommand({ Entries }), { abortSignal: within(putTimeoutMs, signal) }),
    sendDeadLetters: async (entries, signal) => (await sqs()).sendDeadLetters(entries, signal),
    enqueue: queues.enqueueUnfinished
      ? async (entries, signal) => (await sqs()).enqueue(entries, signal)
      : undefined,
    changeVisibility: async (...message) => (await sqs()).changeVisibility(...message),
    rehearsal: {
      transferContact: (input) =>
        callNobody(connect, new TransferContactCommand(input), { ContactId: "rehearsed" }),
      putEvents: (Entries) =>
        callNobody(eventBridge, new PutEventsCommand({ Entries }), {
          Entries: Entries.map(() => ({ EventId: "rehearsed" })),
        }),
    },
    async openConnections() {
      const endpoints = [
        getEndpointFromInstructions({}, TransferContactCommand, connect.config),
        getEndpointFromInstructions({}, PutEventsCommand, eventBridge.config),
      ];
      await Promise.all(endpoints.map(async (endpoint) => httpsAgent.open((await endpoint).url)));
    },
  };
}
