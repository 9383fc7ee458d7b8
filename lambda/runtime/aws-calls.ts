import type { Agent } from "node:https";
import { ConnectClient, TransferContactCommand } from "@aws-sdk/client-connect";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Ports } from "../ports.ts";
import { callWithin, collectBody, withoutRetries } from "./call-options.ts";
import { speedUp } from "./fast-config.ts";
import { lazy } from "./lazy.ts";
import { Sha256 } from "./sha256.ts";
import type { QueueUrls } from "./sqs-calls.ts";

export interface CallOptions {
  /** Time limit of one request to Connect. @default 5 s */
  readonly requestTimeoutMs?: number;
  /** Time limit of one call to EventBridge or SQS. @default 3 s */
  readonly putTimeoutMs?: number;
  /** @default the SDK's own */
  readonly httpsAgent?: Agent;
}

export type AwsCalls = Pick<
  Ports,
  "transferContact" | "reads" | "putEvents" | "sendDeadLetters" | "enqueue" | "changeVisibility"
>;

/** The clients that every transfer needs. */
export interface AwsClients {
  readonly connect: ConnectClient;
  readonly eventBridge: EventBridgeClient;
}

/**
 * The engine's calls on real SDK clients. None retries by itself: retries to Connect go through the pace, those of puts
 * through their batches. Each call has a time-out of its own, because the SDK's `requestTimeout` only warns about a
 * server that accepts the connection and never responds. The SQS client loads on its first call: a successful transfer
 * makes none.
 */
export function createAwsCalls(
  queues: QueueUrls,
  { requestTimeoutMs = 5_000, putTimeoutMs = 3_000, httpsAgent }: CallOptions = {},
): AwsCalls & { readonly clients: AwsClients } {
  const options = {
    retryMode: "standard",
    requestHandler: { httpsAgent },
    streamCollector: collectBody,
    sha256: Sha256,
  };
  const connect = withoutRetries(new ConnectClient(options));
  const eventBridge = withoutRetries(new EventBridgeClient(options));
  speedUp(connect);
  speedUp(eventBridge);
  const sqs = lazy(async () => {
    const { createSqsCalls } = await import("./sqs-calls.ts");
    return createSqsCalls(queues, putTimeoutMs);
  });
  const reads = lazy(async () => {
    const { createReadCalls } = await import("./read-calls.ts");
    return createReadCalls(connect, requestTimeoutMs);
  });
  return {
    clients: { connect, eventBridge },
    transferContact: (input, signal) =>
      callWithin(signal, requestTimeoutMs, (abortSignal) =>
        connect.send(new TransferContactCommand(input), { abortSignal }),
      ),
    reads: {
      describeContact: async (input, signal) => (await reads()).describeContact(input, signal),
      listAssociatedContacts: async (input, signal) => (await reads()).listAssociatedContacts(input, signal),
    },
    async putEvents(Entries, signal) {
      let isPublished = false;
      try {
        const answer = await callWithin(signal, putTimeoutMs, (abortSignal) =>
          eventBridge.send(new PutEventsCommand({ Entries }), { abortSignal }),
        );
        isPublished = !answer.FailedEntryCount;
        return answer;
      } finally {
        // SQS may now be needed at the very end of the invocation, which leaves no time to load its part: 20 ms on a whole CPU.
        if (!isPublished) void sqs().catch(() => {});
      }
    },
    sendDeadLetters: async (entries, signal) => (await sqs()).sendDeadLetters(entries, signal),
    enqueue: async (entries, signal) => (await sqs()).enqueue(entries, signal),
    changeVisibility: async (...message) => (await sqs()).changeVisibility(...message),
  };
}
