import type { SQSRecord } from "aws-lambda";
import { createEngine } from "../../lambda/engine.ts";
import type { Ports, RecordLine } from "../../lambda/ports.ts";
import { type InvocationTime, processBatch, processEvent } from "../../lambda/process-batch.ts";
import { type CallOptions, createAwsCalls } from "../../lambda/runtime/aws-calls.ts";
import type { Settings } from "../../lambda/settings.ts";
import type { Pace } from "../../lambda/transfer/pace.ts";
import { AdvancingClock } from "../clocks/advancing-clock.ts";
import { makeSettings } from "../makers.ts";
import type { LocalAws } from "./local-aws.ts";

export interface FunctionInstanceOptions extends CallOptions {
  readonly settings?: Partial<Settings>;
}

/** The request id of the invocations that tests make. */
export const invocationId = "invocation-1";
/** The time of an invocation in milliseconds, unless the test advances its clock. */
export const invocationTimeMs = 600_000;

/** A function instance in the process of the test: the engine on real SDK clients. */
export interface FunctionInstance {
  /** Advances time, for instance to a deadline. */
  readonly clock: AdvancingClock;
  readonly lines: readonly Omit<RecordLine, "durationMs">[];
  /** Messages whose visibility timeout could not be changed, and the errors. */
  readonly visibilityUnchanged: readonly (readonly [messageId: string, error: string])[];
  /** Slots that requests to Connect have acquired. */
  readonly slots: number;
  /** Processes a batch and deletes the records that did not fail; resolves with the ids of those that did. */
  invoke(...records: SQSRecord[]): Promise<string[]>;
  /** Processes an event of direct delivery. */
  invokeWithEvent(event: unknown): Promise<void>;
}

/**
 * Starts an instance. Like the deployed function, it finds AWS by the environment of its process. An invocation that
 * returns while a call is in flight fails the test, and so does a bug in the processing of a record.
 */
export function startFunctionInstance(
  aws: LocalAws,
  { settings, ...timeouts }: FunctionInstanceOptions = {},
): FunctionInstance {
  Object.assign(process.env, aws.env);
  const clock = new AdvancingClock();
  const lines: Omit<RecordLine, "durationMs">[] = [];
  const visibilityUnchanged: [string, string][] = [];
  const bugs: unknown[] = [];
  let inFlight = 0;
  let slots = 0;
  const counted =
    <Input extends unknown[], Answer>(call: (...input: Input) => Promise<Answer>) =>
    async (...input: Input) => {
      inFlight++;
      try {
        return await call(...input);
      } finally {
        inFlight--;
      }
    };
  const calls = createAwsCalls(aws.queueUrls, timeouts);
  const ports: Ports = {
    settings: makeSettings({ requestsPerSecond: 1_000, ...settings }),
    clock,
    random: () => 0.5,
    transferContact: counted(calls.transferContact),
    putEvents: counted(calls.putEvents),
    sendDeadLetters: counted(calls.sendDeadLetters),
    enqueue: counted(calls.enqueue),
    changeVisibility: counted(calls.changeVisibility),
    log: {
      record: ({ durationMs, ...line }) => lines.push(line),
      visibilityUnchanged: (messageId, error) => visibilityUnchanged.push([messageId, error]),
      bug: (error) => bugs.push(error),
    },
    metrics: { received() {}, succeeded() {}, failed() {}, retried() {} },
  };
  const engine = createEngine(ports);
  const pace = {
    ...engine.pace,
    acquire(...waiting: Parameters<Pace["acquire"]>) {
      slots++;
      return engine.pace.acquire(...waiting);
    },
  };
  const invocation = async <T>(work: (time: InvocationTime) => Promise<T>): Promise<T> => {
    const time = { requestId: invocationId, deadlineAt: clock.monotonic() + invocationTimeMs };
    const [result] = await Promise.allSettled([work(time)]);
    if (inFlight > 0) throw new Error(`The function returned with ${inFlight} calls in flight.`);
    if (bugs.length > 0) throw bugs[0];
    if (result.status === "rejected") throw result.reason;
    return result.value;
  };
  return {
    clock,
    lines,
    visibilityUnchanged,
    get slots() {
      return slots;
    },
    async invoke(...records) {
      const answer = await invocation((time) => processBatch(records, time, { ...engine, pace }));
      const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      for (const record of records) if (!failed.includes(record.messageId)) await aws.acknowledge(record);
      return failed;
    },
    invokeWithEvent: (event) => invocation((time) => processEvent(event, time, { ...engine, pace })),
  };
}
