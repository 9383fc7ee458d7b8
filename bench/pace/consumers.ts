import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { type ConnectClientConfig, TransferContactCommand } from "@aws-sdk/client-connect";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { instanceId } from "../../test/makers.ts";
import type { FunctionInstance } from "../../test/models/event-source-mapping-model.ts";
import { benchClient } from "./bench-client.ts";
import { engineInstance } from "./engine-instance.ts";
import type { Surroundings } from "./surroundings.ts";

/** A way to consume the intent queue. */
export interface Consumer {
  readonly name: string;
  /** Its behavior, for the report. */
  readonly what: string;
  readonly maxReceiveCount: number;
  /** @default the scenario's */
  readonly batchSize?: number;
  createInstance(surroundings: Surroundings): FunctionInstance;
}

/** A common setting of queues. */
const usualMaxReceiveCount = 5;

export const engine: Consumer = {
  name: "contact-transfer",
  what: "the engine of this project; the SDK does not retry",
  maxReceiveCount: 1000,
  createInstance: engineInstance,
};

const partialBatch: Consumer = {
  name: "partial batch",
  what: "records one by one, a thrown error becomes a batchItemFailure; the SDK's default retries (standard, 3 attempts)",
  maxReceiveCount: usualMaxReceiveCount,
  createInstance: (surroundings) => sdkInstance(surroundings, {}, reportFailures),
};

/** The consumers to compare, the engine first. */
export const consumers: readonly Consumer[] = [
  engine,
  partialBatch,
  {
    name: "throw all",
    what: "records one by one, the first error fails the batch; default retries",
    maxReceiveCount: usualMaxReceiveCount,
    createInstance: (surroundings) => sdkInstance(surroundings, {}, throwFirst),
  },
  {
    ...partialBatch,
    name: "batch size 1",
    what: "partial batch with one record per invocation; default retries",
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
    what: "processPartialResponse of Powertools, all records at once (its default); default retries",
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

/** A function instance that leaves everything to its SDK client and, like most code, sends no client token. */
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
