import { setImmediate, setTimeout } from "node:timers/promises";
import type { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import type { Metrics } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createEngine } from "../engine.ts";
import { processBatch, processEvent } from "../process-batch.ts";
import type { Settings } from "../settings.ts";
import type { AwsCalls } from "./aws-calls.ts";
import { createRecordLog, createRecordMetrics } from "./telemetry.ts";

/** The function's time-out. More cannot be left, whatever a clock that was set back makes of it. */
const timeoutMs = 30_000;

export interface HandlerParts {
  readonly settings: Settings;
  readonly awsCalls: AwsCalls;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Handles a batch of the intent queue, or an intent as the function's own event (from a rule that targets it). */
export function createHandler({ settings, awsCalls, logger, metrics }: HandlerParts) {
  const counted = createRecordMetrics(metrics);
  const engine = createEngine({
    settings,
    clock: { now: Date.now, monotonic: () => performance.now(), sleep },
    random: Math.random,
    ...awsCalls,
    log: createRecordLog(logger),
    metrics: counted,
  });
  return middy<unknown, SQSBatchResponse | undefined>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event, context: Context) => {
      const time = {
        requestId: context.awsRequestId,
        deadlineAt: performance.now() + timeLeftMs(context),
      };
      try {
        if (isBatch(event)) return await processBatch(event.Records, time, engine);
        await processEvent(event, time, engine);
        return undefined;
      } finally {
        counted.paced(engine.pace.takeFigures());
      }
    });
}

/** The time left of an invocation, by the platform's clock. */
export function timeLeftMs(context: Pick<Context, "getRemainingTimeInMillis">): number {
  return Math.min(timeoutMs, context.getRemainingTimeInMillis());
}

/** Zero means the next iteration of the event loop: a timer would take at least a millisecond. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return ms > 0 ? setTimeout(ms, undefined, { signal }) : setImmediate(undefined, { signal });
}

function isBatch(event: unknown): event is SQSEvent {
  const { Records: records, ...others } = (event ?? {}) as Partial<SQSEvent>;
  if (!Array.isArray(records)) return false;
  // Lambda sends no empty batch, but a person may test with one; an intent has other members.
  return records.length > 0 ? records[0]?.eventSource === "aws:sqs" : Object.keys(others).length === 0;
}
