import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { type ConnectClientConfig, TransferContactCommand } from "@aws-sdk/client-connect";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { instanceId } from "../../test/makers.ts";
import type { FunctionInstance } from "../../test/models/event-source-mapping-model.ts";
import { benchClient } from "./bench-client.ts";
import { ourInstance } from "./engine-instance.ts";
import type { Surroundings } from "./surroundings.ts";

/** A way to work on the intent queue. */
export interface Policy {
  readonly name: string;
  /** What it does, for the report. */
  readonly what: string;
  readonly maxReceiveCount: number;
  /** @default the scenario's */
  readonly batchSize?: number;
  createInstance(surroundings: Surroundings): FunctionInstance;
}

/** What most queues are set to. */
const usualMaxReceiveCount = 5;

export const ours: Policy = {
  name: "ours",
  what: "this project's engine; the SDK does not retry",
  maxReceiveCount: 1000,
  createInstance: ourInstance,
};

const partialBatch: Policy = {
  name: "partial batch",
  what: "one record after the other, each that throws is a batchItemFailure; the SDK's default retries (standard, 3 attempts)",
  maxReceiveCount: usualMaxReceiveCount,
  createInstance: (surroundings) => sdkInstance(surroundings, {}, reportFailures),
};

/** The policies side by side; ours first. */
export const policies: readonly Policy[] = [
  ours,
  partialBatch,
  {
    name: "throw all",
    what: "one record after the other, the first that throws fails the batch; default retries",
    maxReceiveCount: usualMaxReceiveCount,
    createInstance: (surroundings) => sdkInstance(surroundings, {}, throwFirst),
  },
  {
    ...partialBatch,
    name: "batch size 1",
    what: "partial batch with one record an invocation; default retries",
    batchSize: 1,
  },
  {
    name: "SDK adaptive",
    what: "partial batch with the SDK's `retryMode: adaptive`",
    maxReceiveCount: usualMaxReceiveCount,
    createInstance: (surroundings) => sdkInstance(surroundings, { retryMode: "adaptive" }, reportFailures),
  },
  {
    name: "Powertools",
    what: "processPartialResponse of Powertools, all records at once as is its default; default retries",
    maxReceiveCount: usualMaxReceiveCount,
    createInstance: (surroundings) => {
      const processor = new BatchProcessor(EventType.SQS);
      return sdkInstance(surroundings, {}, (event, transfer) =>
        processPartialResponse(event, transfer, processor),
      );
    },
  },
];

type Transfer = (record: SQSRecord) => Promise<void>;

/** A function instance with its own client that leaves all to the SDK, without a client token as most code does. */
function sdkInstance(
  { connect }: Surroundings,
  config: ConnectClientConfig,
  handle: (event: SQSEvent, transfer: Transfer) => Promise<SQSBatchResponse>,
): FunctionInstance {
  let hasEnded = false;
  const client = benchClient({ ...config, requestHandler: connect.requestHandler(() => hasEnded) });
  const transfer: Transfer = async ({ body }) => {
    const { contactId, contactFlowId, queueId } = JSON.parse(body).detail;
    await client.send(
      new TransferContactCommand({
        InstanceId: instanceId,
        ContactId: contactId,
        ContactFlowId: contactFlowId,
        QueueId: queueId,
      }),
    );
  };
  return {
    invoke: (event) => handle(event, transfer),
    end() {
      hasEnded = true;
    },
  };
}

async function reportFailures({ Records }: SQSEvent, transfer: Transfer): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  for (const record of Records) {
    try {
      await transfer(record);
    } catch {
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}

async function throwFirst({ Records }: SQSEvent, transfer: Transfer): Promise<SQSBatchResponse> {
  for (const record of Records) await transfer(record);
  return { batchItemFailures: [] };
}
