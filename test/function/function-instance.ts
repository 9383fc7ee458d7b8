import type { SQSRecord } from "aws-lambda";
import { createEngine } from "../../lambda/engine.ts";
import type { Ports, RecordLine } from "../../lambda/ports.ts";
import { type InvocationTime, processBatch, processEvent } from "../../lambda/process-batch.ts";
import { type CallOptions, createAwsCalls } from "../../lambda/runtime/aws-calls.ts";
import type { Settings } from "../../lambda/settings.ts";
import { AdvancingClock } from "../clocks/advancing-clock.ts";
import { makeSettings } from "../makers.ts";
import type { LocalAws } from "./local-aws.ts";

export interface FunctionInstanceOptions extends CallOptions {
  readonly settings?: Partial<Settings>;
}

/** The request id of the invocations that tests make. */
export const invocationId = "invocation-1";
/** What an invocation has, in milliseconds, unless the test moves its clock on. */
export const invocationTimeMs = 600_000;

/** A function instance within the test: the engine on real SDK clients. */
export interface FunctionInstance {
  /** Moves time on, up to a deadline for instance. */
  readonly clock: AdvancingClock;
  readonly lines: readonly Omit<RecordLine, "durationMs">[];
  /** Messages whose visibility timeout could not be changed, and why. */
  readonly visibilityUnchanged: readonly (readonly [messageId: string, error: string])[];
  /** Turns that requests to Connect have taken. */
  readonly turns: number;
  /** Works on a batch and acknowledges what it does not list; answers the ids that it lists. */
  invoke(...records: SQSRecord[]): Promise<string[]>;
  /** Works on an event without a queue. */
  invokeWithEvent(event: unknown): Promise<void>;
}

/**
 * Starts an instance. It finds AWS by the environment of this process, as the deployed function does. An invocation
 * that answers while a call is in flight fails the test, and so does a bug in the work on a record.
 */
export function startFunctionInstance(
  aws: LocalAws,
  { settings, ...timeouts }: FunctionInstanceOptions = {},
): FunctionInstance {
  Object.assign(process.env, aws.env);
  const clock = new AdvancingClock();
  const lines: Omit<RecordLine, "durationMs">[] = [];
  const visibilityUnchanged: [string, string][] = [];
  let inFlight = 0;
  let turns = 0;
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
    changeVisibility: counted(calls.changeVisibility),
    log: {
      record: ({ durationMs, ...line }) => lines.push(line),
      visibilityUnchanged: (messageId, error) => visibilityUnchanged.push([messageId, error]),
      bug(error) {
        throw error;
      },
    },
    metrics: { received() {}, succeeded() {}, failed() {}, retried() {} },
  };
  const engine = createEngine(ports);
  const pace = {
    ...engine.pace,
    acquire(latestAt: number) {
      turns++;
      return engine.pace.acquire(latestAt);
    },
  };
  const invocation = async <T>(work: (time: InvocationTime) => Promise<T>): Promise<T> => {
    const time = { requestId: invocationId, deadlineAt: clock.now() + invocationTimeMs };
    const [result] = await Promise.allSettled([work(time)]);
    if (inFlight > 0) throw new Error(`The function has answered with ${inFlight} calls in flight.`);
    if (result.status === "rejected") throw result.reason;
    return result.value;
  };
  return {
    clock,
    lines,
    visibilityUnchanged,
    get turns() {
      return turns;
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
