import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import type { Engine } from "./engine.ts";
import { fromEvent, fromSqsRecord, type IntentRecord } from "./intake/record.ts";
import { type Invocation, withInvocation } from "./invocation.ts";
import type { Ports } from "./ports.ts";
import { processRecord } from "./process-record.ts";
import type { Disposition } from "./settle/record-context.ts";
import { hideAfterBug } from "./settle/retry-later.ts";

/** An invocation as the engine sees it. */
export interface InvocationTime {
  readonly requestId: string;
  /** When Lambda ends the invocation, by the monotonic clock. */
  readonly deadlineAt: number;
}

/** Records processed at the same time; batches of the stack are no larger. */
const maxConcurrentRecords = 10;

/**
 * Processes a batch; `batchItemFailures` lists exactly the records to retry. Never throws because of a record: no record
 * affects another.
 */
export async function processBatch(
  records: readonly SQSRecord[],
  time: InvocationTime,
  engine: Engine,
): Promise<SQSBatchResponse> {
  return withInvocation(time.requestId, time.deadlineAt, engine.ports, async (invocation) => {
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    const waiting = records.values();
    const work = async () => {
      for (const record of waiting) {
        const read = () => fromSqsRecord(record);
        const { kind } = await processSafely(read, record.messageId, invocation, engine);
        if (kind === "retry") batchItemFailures.push({ itemIdentifier: record.messageId });
      }
    };
    await Promise.all(Array.from({ length: maxConcurrentRecords }, work));
    return { batchItemFailures };
  });
}

/** Thrown so that Lambda delivers an unfinished event again. */
export class RetryEventError extends Error {
  override readonly name = "RetryEventError";
}

/** Processes an intent that came as the function's own event. Throws RetryEventError if it must be delivered again. */
export async function processEvent(event: unknown, time: InvocationTime, engine: Engine): Promise<void> {
  const disposition = await withInvocation(time.requestId, time.deadlineAt, engine.ports, (invocation) =>
    processSafely(() => fromEvent(event), undefined, invocation, engine),
  );
  if (disposition.kind === "retry") {
    const { reason, error } = disposition;
    const cause = error ? `${reason}, ${error}` : reason;
    throw new RetryEventError(`Processing did not finish (${cause}); Lambda will deliver the event again.`);
  }
}

/** A bug in one record is logged and returns only that record; the others continue. */
async function processSafely(
  read: () => IntentRecord,
  messageId: string | undefined,
  invocation: Invocation,
  engine: Engine,
): Promise<Disposition> {
  let record: IntentRecord | undefined;
  try {
    record = read();
    return await processRecord(record, invocation, engine);
  } catch (error) {
    reportBug(error, messageId, engine.ports);
    if (record) await hideAfterBug(record, invocation.signal, engine.ports);
    return { kind: "retry", reason: "InternalError" };
  }
}

/** A logger that throws must not fail the batch, of which other records may have been transferred. */
function reportBug(error: unknown, messageId: string | undefined, { log, metrics }: Ports) {
  for (const report of [() => log.bug(error, messageId), () => metrics.retried("InternalError", undefined)]) {
    try {
      report();
    } catch {}
  }
}
