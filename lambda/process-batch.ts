import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import type { Engine } from "./engine.ts";
import { fromEvent, fromSqsRecord, type IntentRecord } from "./intake/record.ts";
import { type Invocation, withInvocation } from "./invocation.ts";
import { processRecord } from "./process-record.ts";
import type { Disposition } from "./settle/disposition.ts";

/** An invocation as the core sees it. */
export interface InvocationTime {
  readonly requestId: string;
  /** When Lambda ends the invocation, in milliseconds since 1970. */
  readonly deadlineAt: number;
}

/** Most records that are worked on at once; the stack's batches are no larger. */
const maxConcurrentRecords = 10;

/**
 * Processes a batch; `batchItemFailures` lists exactly the records to deliver again. Never throws because of a
 * record: one record does not change another's fate.
 */
export async function processBatch(
  records: readonly SQSRecord[],
  time: InvocationTime,
  engine: Engine,
): Promise<SQSBatchResponse> {
  return withInvocation(time.requestId, time.deadlineAt, engine.ports, async (invocation) => {
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    const waiting = [...records];
    const work = async () => {
      for (let record = waiting.shift(); record; record = waiting.shift()) {
        const { kind } = await processSafely(fromSqsRecord(record), invocation, engine);
        if (kind === "retry") batchItemFailures.push({ itemIdentifier: record.messageId });
      }
    };
    await Promise.all(Array.from({ length: Math.min(maxConcurrentRecords, records.length) }, work));
    return { batchItemFailures };
  });
}

/** The event could not be finished: thrown, so that Lambda delivers it again. */
export class RetryEventError extends Error {
  override readonly name = "RetryEventError";
}

/** Processes an intent that came as the function's own event; throws RetryEventError where it must be delivered again. */
export async function processEvent(event: unknown, time: InvocationTime, engine: Engine): Promise<void> {
  const disposition = await withInvocation(time.requestId, time.deadlineAt, engine.ports, (invocation) =>
    processSafely(fromEvent(event), invocation, engine),
  );
  if (disposition.kind === "retry") {
    const { reason, error } = disposition;
    const because = error ? `${reason} (${error})` : reason;
    throw new RetryEventError(`The intent is not finished: ${because}. It is to be delivered again.`);
  }
}

/** A bug in the work on one record gives that record back and is seen in the log; the others go on. */
async function processSafely(
  record: IntentRecord,
  invocation: Invocation,
  engine: Engine,
): Promise<Disposition> {
  try {
    return await processRecord(record, invocation, engine);
  } catch (error) {
    engine.ports.log.bug(error, record.delivery?.messageId);
    engine.ports.metrics.retried("InternalError", undefined);
    return { kind: "retry", reason: "InternalError" };
  }
}
