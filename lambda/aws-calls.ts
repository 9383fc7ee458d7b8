import { setTimeout } from "node:timers/promises";
import { ConnectClient, TransferContactCommand } from "@aws-sdk/client-connect";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ConnectionsAhead } from "./connections-ahead.ts";
import type { Deps } from "./deps.ts";
import { loadLate } from "./load-late.ts";
import type { QueueUrls } from "./queue-calls.ts";
import { rehearse } from "./rehearse.ts";
import { within } from "./within.ts";

export interface Timeouts {
  /** Longest time of one request to Connect. @default 5 s */
  readonly requestTimeoutMs?: number;
  /** Longest time of one call to EventBridge or SQS. @default 3 s */
  readonly putTimeoutMs?: number;
}

export interface AwsCalls
  extends Pick<Deps, "transferContact" | "putEvents" | "sendDeadLetters" | "handOver" | "changeVisibility"> {
  /** Makes ready what a transfer needs: code, credentials, connections. Never rejects, and takes a second at most. */
  warmUp(): Promise<void>;
}

/** A network that does not answer must not hold up the start for longer. */
const warmUpMs = 1_000;

/**
 * The calls that the core makes, on real SDK clients. None retries by itself: retries to Connect go through the pace,
 * those of puts through their batches. Each is ended by a time-out of its own, since the SDK's `requestTimeout` alone
 * only warns of a server that accepts and never answers. SQS's client is loaded by its first call: a transfer that
 * succeeds has none.
 */
export function createAwsCalls(
  queues: QueueUrls & { handOverToQueue?: boolean },
  { requestTimeoutMs = 5_000, putTimeoutMs = 3_000 }: Timeouts = {},
): AwsCalls {
  const httpsAgent = new ConnectionsAhead();
  const connect = new ConnectClient({ maxAttempts: 1, requestHandler: { httpsAgent } });
  const eventBridge = new EventBridgeClient({ maxAttempts: 1, requestHandler: { httpsAgent } });
  const sqs = loadLate(async () => {
    const { createQueueCalls } = await import("./queue-calls.ts");
    return createQueueCalls(queues, putTimeoutMs);
  });
  return {
    transferContact: (input, signal) =>
      connect.send(new TransferContactCommand(input), { abortSignal: within(requestTimeoutMs, signal) }),
    putEvents: (Entries, signal) =>
      eventBridge.send(new PutEventsCommand({ Entries }), { abortSignal: within(putTimeoutMs, signal) }),
    sendDeadLetters: async (entries, signal) => (await sqs()).sendDeadLetters(entries, signal),
    handOver: queues.handOverToQueue
      ? async (entries, signal) => (await sqs()).handOver(entries, signal)
      : undefined,
    changeVisibility: async (...message) => (await sqs()).changeVisibility(...message),
    async warmUp() {
      const transfer = new TransferContactCommand({ InstanceId: "i", ContactId: "c", ContactFlowId: "f" });
      const put = new PutEventsCommand({ Entries: [] });
      const ready = Promise.allSettled([
        rehearse(connect, transfer).then((endpoint) => httpsAgent.open(endpoint)),
        rehearse(eventBridge, put).then((endpoint) => httpsAgent.open(endpoint)),
      ]);
      const timer = new AbortController();
      const timeIsUp = setTimeout(warmUpMs, undefined, timer).catch(() => {});
      await Promise.race([ready, timeIsUp]);
      timer.abort();
    },
  };
}
