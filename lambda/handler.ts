import { setTimeout } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createAwsCalls } from "./aws-calls.ts";
import { readConfig } from "./config.ts";
import { createEngine } from "./create-engine.ts";
import { createRecordLog, createRecordMetrics } from "./observe.ts";
import { processBatch, processEvent } from "./process-batch.ts";
import { rehearseTransfer } from "./rehearse-transfer.ts";
import { shadowTransfer } from "./shadow-transfer.ts";

const config = readConfig(process.env);
const logger = new Logger();
const metrics = new Metrics();
const counted = createRecordMetrics(metrics);

const { warmUp, ...awsCalls } = createAwsCalls(config);

const engine = createEngine({
  settings: config,
  clock: { now: Date.now, sleep: (ms, signal) => setTimeout(ms, undefined, { signal }) },
  random: Math.random,
  ...awsCalls,
  ...(config.isShadow && { transferContact: shadowTransfer }),
  log: createRecordLog(logger),
  metrics: counted,
});

// Work that the first intent would wait for: an instance has a whole CPU while it starts, and a seventh of one after that.
await Promise.allSettled([warmUp(), rehearseTransfer(engine.deps)]);

/** Takes a batch of the intent queue, or an intent as its own event (a rule that targets the function). */
export const handler = middy<unknown, SQSBatchResponse | undefined>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(async (event, context: Context) => {
    const time = {
      requestId: context.awsRequestId,
      deadlineAt: Date.now() + context.getRemainingTimeInMillis(),
    };
    try {
      if (isBatch(event)) return await processBatch(event.Records, time, engine);
      await processEvent(event, time, engine);
      return undefined;
    } finally {
      counted.paced(engine.pace.takeFigures());
    }
  });

function isBatch(event: unknown): event is SQSEvent {
  const records = (event as Partial<SQSEvent> | null)?.Records;
  return Array.isArray(records) && records[0]?.eventSource === "aws:sqs";
}
