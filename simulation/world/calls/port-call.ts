import type { Scheduled, VirtualTime } from "../../../test/clocks/virtual-time.ts";
import type { Choices } from "../../plan/choices.ts";
import type { Received } from "../queue.ts";
import { sdkError } from "./sdk-error.ts";

/** The invocation of an instance. */
export interface Work {
  readonly invocation: number;
  readonly received: readonly Received[];
}

/** The part of a function instance that its calls use. */
export interface CallingInstance {
  readonly number: number;
  readonly work: Work;
  readonly isDead: boolean;
  /** Its next request finds the connection closed, after a long freeze. */
  isStale: boolean;
  callsInFlight: number;
  crash(): void;
}

/** The course of one call. Times are milliseconds. */
export interface CallCourse<T> {
  readonly crash?: "before" | "after";
  /** When it reaches the service; undefined if never. */
  readonly reachesAfterMs?: number;
  /** How long the response takes; undefined if it never arrives. */
  readonly answerTakesMs?: number;
  /** The client's own timeout. */
  readonly timeoutMs: number;
  /** The work of the service; it replies once, with a function that returns the response or throws. */
  serve(reply: (answer: () => T) => void): void;
  /** Called when the caller has its response: "ok", or the name of an error. */
  settled(answer: string): void;
}

/** The clients' own timeouts, as lambda/runtime/aws-calls.ts sets them, in milliseconds. */
const requestTimeoutMs = 5_000;
const sendTimeoutMs = 3_000;

/** The course of a call to EventBridge or SQS; each way takes up to `mostMs`. */
export function sendCourse(fault: string, { ms }: Pick<Choices, "ms">, mostMs: number) {
  return {
    crash: crashOf(fault),
    reachesAfterMs: fault === "hangs" ? undefined : ms(2, mostMs),
    answerTakesMs: fault === "answer lost" ? undefined : ms(2, mostMs),
    timeoutMs: sendTimeoutMs,
  };
}

/** The course of a request to Connect. */
export function transferCourse(fault: string, { ms }: Pick<Choices, "ms">) {
  return {
    crash: crashOf(fault),
    reachesAfterMs: fault === "request lost" ? undefined : fault === "late" ? ms(5_100, 60_000) : ms(5, 60),
    answerTakesMs: fault === "answer lost" ? undefined : ms(5, 60),
    timeoutMs: requestTimeoutMs,
  };
}

function crashOf(fault: string): CallCourse<unknown>["crash"] {
  if (fault === "crash before") return "before";
  return fault === "crash after" ? "after" : undefined;
}

/** Makes a call. Its response, the signal or its timeout ends it; after the instance has died, nothing does. */
export function makeCall<T>(
  instance: CallingInstance,
  time: VirtualTime,
  signal: AbortSignal,
  course: CallCourse<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (instance.isDead) return;
    instance.callsInFlight += 1;
    let isOpen = true;
    let timer: Scheduled | undefined;
    const end = () => {
      const ends = isOpen && !instance.isDead;
      if (ends) {
        isOpen = false;
        instance.callsInFlight -= 1;
        if (timer) timer.isCancelled = true;
        signal.removeEventListener("abort", abort);
      }
      return ends;
    };
    const fail = (error: unknown) => {
      if (!end()) return;
      course.settled(answerOf(error));
      reject(error);
    };
    const abort = () => fail(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    if (course.crash === "before") return instance.crash();

    const { reachesAfterMs, answerTakesMs, timeoutMs } = course;
    timer = time.after(timeoutMs, () => fail(sdkError("TimeoutError", "No answer in time")));
    if (reachesAfterMs === undefined) return;
    time.after(reachesAfterMs, () =>
      course.serve((answer) => {
        const settle = settling(
          answer,
          (value) => {
            if (!end()) return;
            course.settled("ok");
            resolve(value);
          },
          fail,
        );
        // An abandoned call crashes no instance: its invocation may have returned long ago.
        if (course.crash === "after" && isOpen) instance.crash();
        else if (answerTakesMs !== undefined) time.after(answerTakesMs, settle);
      }),
    );
  });
}

/** The error's name, with its status if that is 500 or more, which says nothing about the request. */
function answerOf(thrown: unknown): string {
  const { name, $metadata } = thrown as { name: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 500 ? `${name} ${status}` : name;
}

/** Computes the response now; the returned function delivers it to the caller later. */
function settling<T>(
  answer: () => T,
  resolve: (value: T) => void,
  fail: (error: unknown) => void,
): () => void {
  try {
    const value = answer();
    return () => resolve(value);
  } catch (error) {
    return () => fail(error);
  }
}
