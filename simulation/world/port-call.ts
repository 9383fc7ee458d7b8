import type { Fates } from "../plan/fates.ts";
import type { Received } from "./queue.ts";
import { sdkError } from "./sdk-error.ts";
import type { Scheduled, VirtualTime } from "./virtual-time.ts";

/** What an instance is working on. */
export interface Work {
  readonly invocation: number;
  readonly received: readonly Received[];
}

/** A function instance as the calls out of it see it. */
export interface CallingInstance {
  readonly number: number;
  readonly work: Work;
  readonly isDead: boolean;
  /** Frozen for long: its next request finds the connection closed. */
  isStale: boolean;
  callsInFlight: number;
  crash(): void;
}

/** How one call out of a function instance goes. Times are milliseconds from its start. */
export interface CallCourse<T> {
  readonly crash?: "before" | "after";
  /** When it reaches the service; undefined: never. */
  readonly reachesAfterMs?: number;
  /** How long the answer travels; undefined: it never comes. */
  readonly answerTakesMs?: number;
  /** The client's own time-out. */
  readonly timeoutMs: number;
  /** What the service does; it replies once, with a function that returns or throws the answer. */
  serve(reply: (answer: () => T) => void): void;
  /** The caller has its answer, by name. */
  settled(answer: string): void;
}

/** The clients' own time-outs, as lambda/runtime/aws-calls.ts sets them, in milliseconds. */
const requestTimeoutMs = 5_000;
const putTimeoutMs = 3_000;

/** How a fate lets a call to EventBridge or SQS go; each way takes up to `mostMs`. */
export function putCourse(fate: string, { ms }: Pick<Fates, "ms">, mostMs: number) {
  return {
    crash: crashOf(fate),
    reachesAfterMs: fate === "hangs" ? undefined : ms(2, mostMs),
    answerTakesMs: fate === "answer lost" ? undefined : ms(2, mostMs),
    timeoutMs: putTimeoutMs,
  };
}

/** How a fate lets a request to Connect go. */
export function requestCourse(fate: string, { ms }: Pick<Fates, "ms">) {
  return {
    crash: crashOf(fate),
    reachesAfterMs: fate === "request lost" ? undefined : fate === "late" ? ms(5_100, 60_000) : ms(5, 60),
    answerTakesMs: fate === "answer lost" ? undefined : ms(5, 60),
    timeoutMs: requestTimeoutMs,
  };
}

function crashOf(fate: string): CallCourse<unknown>["crash"] {
  if (fate === "crash before") return "before";
  return fate === "crash after" ? "after" : undefined;
}

/** Makes a call on a course: ended by its answer, the signal or its time-out, and never once the instance is dead. */
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
      course.settled((error as Error).name);
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
        // A call that was given up ends no instance any more: it may have answered long ago.
        if (course.crash === "after" && isOpen) instance.crash();
        else if (answerTakesMs !== undefined) time.after(answerTakesMs, settle);
      }),
    );
  });
}

/** Has the service answer now, and gives what hands that answer to the caller later. */
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
