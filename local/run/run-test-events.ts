import { setTimeout as sleep } from "node:timers/promises";
import type { LocalStack, LocalStackOptions } from "../stack/local-stack.ts";
import { OutcomeTracker, type Result } from "./outcome-tracker.ts";
import { formatEnding, formatSummary, type Paint } from "./print-results.ts";
import { sendTestEvent } from "./send-test-event.ts";
import type { TestEvent } from "./test-event.ts";

export interface RunDeps {
  readonly startStack: (listeners: Pick<LocalStackOptions, "onEvent" | "onDelivery">) => Promise<LocalStack>;
  readonly print: (line: string) => void;
  readonly paint: Paint;
  /** Ends the run early, and cleanly. */
  readonly signal: AbortSignal;
  /** How long to wait for the last outcome. @default one minute, plus one second per event */
  readonly patienceMs?: number;
}

/** Sends all events into the stack, prints each result as it arrives, then a summary. */
export async function runTestEvents(
  testEvents: readonly TestEvent[],
  { startStack, print, paint, signal, patienceMs = 60_000 + testEvents.length * 1_000 }: RunDeps,
): Promise<readonly Result[]> {
  print(paint("dim", `Running the synthesized stack on this machine; sending ${testEvents.length} events.`));
  const tracker = new OutcomeTracker((result) => print(formatEnding(result, paint)));
  await using stack = await startStack({
    onEvent: (event) => tracker.onEvent(event),
    onDelivery: (delivery) => tracker.onDelivery(delivery),
  });
  for (const testEvent of testEvents) {
    if (signal.aborted) break;
    const sentAt = performance.now();
    tracker.sent(testEvent, await sendTestEvent(stack, testEvent), sentAt);
  }
  await stack.eventBridge.idle();
  tracker.complete();
  await waitFor(tracker.allEnded(), patienceMs, signal);
  if (!signal.aborted) await printSummary(tracker.results, stack, print, paint);
  return tracker.results;
}

async function waitFor(ended: Promise<void>, patienceMs: number, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const time = sleep(patienceMs, undefined, { signal: AbortSignal.any([signal, enough.signal]) }).catch(
    () => {},
  );
  await Promise.race([ended, time]);
  enough.abort();
}

async function printSummary(
  results: readonly Result[],
  { peek, outputs }: LocalStack,
  print: RunDeps["print"],
  paint: Paint,
): Promise<void> {
  print(`\n${formatSummary(results, paint)}\n`);
  const missing = results.filter(({ ending }) => ending === undefined).map(({ testEvent }) => testEvent.name);
  if (missing.length > 0) {
    print(
      `No outcome yet for ${missing.join(", ")}: still queued, or being retried. --logs shows what the function does.`,
    );
  }
  const deadLetters = await peek("DeadLetterQueueUrl");
  const place = outputs.DeadLetterQueueUrl?.split("/").at(-1);
  print(
    `${deadLetters.length} dead letter${deadLetters.length === 1 ? "" : "s"} in ${place}, deleted with this run. Use --serve to keep the stack running.`,
  );
}
