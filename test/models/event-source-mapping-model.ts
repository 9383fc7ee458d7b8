import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Clock } from "../../lambda/ports.ts";
import type { InvocationTime } from "../../lambda/process-batch.ts";
import type { QueueModel } from "./queue-model.ts";

/** One execution environment of the function. */
export interface FunctionInstance {
  /** The handler: an error fails the whole batch. */
  invoke(event: SQSEvent, time: InvocationTime): Promise<SQSBatchResponse>;
  /** Called when Lambda ends the environment: nothing in progress has an effect any more. */
  end(): void;
}

export interface MappingOptions {
  readonly queue: QueueModel;
  readonly clock: Clock;
  readonly random: () => number;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  /** The function's timeout. */
  readonly timeoutMs: number;
  createInstance(): FunctionInstance;
  /** The number of the environment that takes a poller's next invocation: a new number starts a new one. @default always 0 */
  nextEnvironment?(): number;
  /** Called for each invocation and each start of an environment. */
  onBilled(durationMs: number): void;
}

/** From a receive to the start of the handler, and from its response to the next receive. */
const overheadMs = 15;
/** An explicit reason: without one, every invocation would create an exception with a stack. */
const answeredInTime = "answered in time";
/** How long an environment takes to start; it is billed. */
const startMs = { least: 200, most: 500 };

/**
 * Lambda's event source mapping at its maximum concurrency: as many pollers as concurrent invocations, each with an
 * environment that stays warm. It deletes records that the response does not list as failed; the others wait for their
 * visibility timeout. A timeout fails the whole batch and ends the environment.
 */
export async function runEventSourceMapping(options: MappingOptions, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: options.maxConcurrency }, () => poll(options, signal)));
}

async function poll(options: MappingOptions, signal: AbortSignal): Promise<void> {
  const { queue, clock, batchSize, timeoutMs, onBilled, nextEnvironment = () => 0 } = options;
  const environments = new Map<number, FunctionInstance>();
  while (!signal.aborted) {
    const Records = await queue.receive(batchSize, signal);
    if (Records.length === 0) continue;
    await clock.sleep(overheadMs);
    const number = nextEnvironment();
    const instance = environments.get(number) ?? (await start(options));
    environments.set(number, instance);
    const startedAt = clock.monotonic();
    const answer = await withinTime(
      instance.invoke({ Records }, { requestId: "bench", deadlineAt: startedAt + timeoutMs }),
      timeoutMs,
      clock,
    );
    onBilled(clock.monotonic() - startedAt);
    if (answer === "timed out") {
      instance.end();
      environments.delete(number);
    } else {
      for (const record of acknowledged(Records, answer)) queue.delete(record.receiptHandle);
    }
    await clock.sleep(overheadMs);
  }
  for (const instance of environments.values()) instance.end();
}

async function start({ clock, random, createInstance, onBilled }: MappingOptions): Promise<FunctionInstance> {
  const durationMs = startMs.least + random() * (startMs.most - startMs.least);
  await clock.sleep(durationMs);
  onBilled(durationMs);
  return createInstance();
}

function acknowledged(records: SQSRecord[], answer: SQSBatchResponse | "failed"): SQSRecord[] {
  if (answer === "failed") return [];
  const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return records.filter(({ messageId }) => !failed.has(messageId));
}

async function withinTime(
  invocation: Promise<SQSBatchResponse>,
  timeoutMs: number,
  clock: Clock,
): Promise<SQSBatchResponse | "failed" | "timed out"> {
  const answered = new AbortController();
  const timeout = clock.sleep(timeoutMs, answered.signal).then(
    () => "timed out" as const,
    () => "failed" as const,
  );
  try {
    return await Promise.race([invocation.catch(() => "failed" as const), timeout]);
  } finally {
    answered.abort(answeredInTime);
  }
}
