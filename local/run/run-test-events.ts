import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../../cli/duration.ts";
import { foldLines } from "../../cli/print/fold-lines.ts";
import type { TestEvent } from "../input/test-event.ts";
import { OutcomeTracker, type Result } from "../outcomes/outcome-tracker.ts";
import { readRetryLine } from "../outcomes/read-retry-line.ts";
import { whyDropped } from "../report/describe-dropped.ts";
import { describeEnd } from "../report/describe-end.ts";
import { count, describeProgress } from "../report/describe-progress.ts";
import { formatSummary, OutcomeText, type Paint } from "../report/print-results.ts";
import type { LocalStack, LocalStackOptions } from "../stack/local-stack.ts";
import { sendTestEvents } from "./send-test-events.ts";

export interface RunDeps {
  readonly startStack: (
    listeners: Pick<LocalStackOptions, "onEvent" | "onDelivery" | "onDropped" | "onLog">,
  ) => Promise<LocalStack>;
  readonly print: (line: string) => void;
  /** A line that replaces the last one; undefined removes it. */
  readonly progress: (line: string | undefined) => void;
  readonly paint: Paint;
  /** Columns; undefined if nothing must be cut. */
  readonly width?: number;
  /** Ends the run early, and cleanly. */
  readonly signal: AbortSignal;
  /** How long to wait while no event ends. @default 60,000 */
  readonly patienceMs?: number;
}

/** Sends all events into the stack, prints each result as it arrives, then a summary. */
export async function runTestEvents(
  testEvents: readonly TestEvent[],
  { startStack, print, progress, paint, width, signal, patienceMs = 60_000 }: RunDeps,
): Promise<readonly Result[]> {
  const { length } = testEvents;
  const events = length === 1 ? "1 event" : `${count(length)} events`;
  print(paint("dim", `Running the synthesized stack on this machine; sending ${events}.`));
  const text = new OutcomeText(paint);
  const tracker = new OutcomeTracker((result) => print(foldLines(text.ofResult(result), width)));
  await using stack = await startStack({
    onEvent: (event) => tracker.onEvent(event),
    onDelivery: (delivery) => tracker.onDelivery(delivery),
    onDropped(event, eventBusName) {
      // Connect's own, three for each transfer, are no test events.
      if (event.source === "aws.connect") return;
      tracker.onDropped(event.id, whyDropped(event, eventBusName, stack));
    },
    onLog(source, line) {
      const retry = source === "function" ? readRetryLine(line) : undefined;
      if (retry) tracker.onRetry(retry);
    },
  });
  const estimate = estimateOf(length, stack);
  if (estimate) print(paint("dim", estimate));
  const startedAt = performance.now();
  const showProgress = () =>
    progress(
      describeProgress({
        total: length,
        sent: tracker.results.length,
        ended: tracker.endedCount,
        elapsedMs: performance.now() - startedAt,
      }),
    );
  await sendTestEvents(stack, testEvents, {
    signal,
    onSent(...sent) {
      tracker.sent(...sent);
      showProgress();
    },
  });
  tracker.complete();
  await waitForEnds(tracker, { patienceMs, isHopeless: stack.isPaused, signal, onWait: showProgress });
  progress(undefined);
  // Batches are sent at the same time, and an event is tracked once it was sent.
  const order = new Map(testEvents.map((testEvent, index) => [testEvent, index]));
  const results = tracker.results.toSorted(
    (a, b) => (order.get(a.testEvent) ?? 0) - (order.get(b.testEvent) ?? 0),
  );
  if (length > 1 && !signal.aborted) print(`\n${formatSummary(results, paint, width)}\n`);
  const end = await describeEnd({ results, unsent: length - results.length, stack, signal, patienceMs });
  print(foldLines(end, width));
  return results;
}

/** Undefined if it takes less than half a minute. */
function estimateOf(events: number, { settings }: LocalStack): string | undefined {
  const perSecond = Number(settings.TRANSFERS_PER_SECOND);
  const seconds = events / perSecond;
  if (!(seconds > 30)) return undefined;
  return `At ${perSecond} per second (transfersPerSecond) they take about ${formatDuration(seconds * 1000)}. Press Ctrl-C to stop.`;
}

interface Wait {
  readonly patienceMs: number;
  /** Nothing takes intents from the queue, so no event will end. */
  readonly isHopeless: boolean;
  readonly signal: AbortSignal;
  readonly onWait: () => void;
}

/** Waits until all have ended, or none has for so long. */
async function waitForEnds(
  tracker: OutcomeTracker,
  { patienceMs, isHopeless, signal, onWait }: Wait,
): Promise<void> {
  let { endedCount } = tracker;
  let newsAt = performance.now();
  const allEnded = tracker.allEnded().then(() => true);
  for (;;) {
    const tick = new AbortController();
    const either = AbortSignal.any([signal, tick.signal]);
    const waited = sleep(Math.min(patienceMs, 500), false, { signal: either }).catch(() => false);
    const isOver = await Promise.race([allEnded, waited]);
    tick.abort();
    if (isOver || signal.aborted || isHopeless) return;
    onWait();
    if (tracker.endedCount > endedCount) newsAt = performance.now();
    ({ endedCount } = tracker);
    if (performance.now() - newsAt >= patienceMs) return;
  }
}
