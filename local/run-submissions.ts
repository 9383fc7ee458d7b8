import { setTimeout as sleep } from "node:timers/promises";
import type { WorldSeed } from "./connect/read-world.ts";
import { OutcomeTracker, type Result } from "./outcome-tracker.ts";
import { formatEnd, formatSummary, isAsExpected, type Paint } from "./print-results.ts";
import { sendSubmission } from "./send-submission.ts";
import type { StartOptions } from "./start-options.ts";
import { startProject } from "./start-project.ts";
import type { Submission } from "./submission.ts";

export interface RunDeps {
  readonly print: (line: string) => void;
  readonly paint: Paint;
  readonly onLog: (source: "function" | "service", line: string) => void;
  /** Ends the run early, and clean. */
  readonly signal: AbortSignal;
}

/** Sends everything into the stack and prints what becomes of it. True where all ended as expected. */
export async function runSubmissions(
  submissions: readonly Submission[],
  options: StartOptions,
  seed: WorldSeed,
  { print, paint, onLog, signal }: RunDeps,
): Promise<boolean> {
  const tracker = new OutcomeTracker((result) => print(formatEnd(result, paint)));
  await using stack = await startProject(options, seed, {
    onEvent: (event) => tracker.onEvent(event),
    onDelivery: (delivery) => tracker.onDelivery(delivery),
    onLog,
  });

  for (const submission of submissions) {
    if (signal.aborted) return false;
    const sentAt = performance.now();
    tracker.sent(submission, await sendSubmission(stack, submission), sentAt);
  }
  await stack.eventBridge.idle();
  tracker.complete();
  await waitFor(tracker.allEnded(), patienceMs(submissions.length), signal);
  if (signal.aborted) return false;

  print(`\n${formatSummary(tracker.results, paint)}\n`);
  printMissing(tracker.results, print);
  if (options.files.length > 0 && !options.openWorld) hintAtWorld(tracker.results, print);
  const deadLetters = await stack.peek("DeadLetterQueueUrl");
  print(`${deadLetters.length} dead letters lie in ${stack.outputs.DeadLetterQueueUrl}, gone with this run.`);
  return tracker.results.every(isAsExpected);
}

/** Twice what the slowest pace of the default settings takes, and a minute for what is retried. */
function patienceMs(submissions: number): number {
  return 60_000 + submissions * 1_000;
}

async function waitFor(ended: Promise<void>, patience: number, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const time = sleep(patience, undefined, { signal: AbortSignal.any([signal, enough.signal]) }).catch(
    () => {},
  );
  await Promise.race([ended, time]);
  enough.abort();
}

function printMissing(results: readonly Result[], print: RunDeps["print"]): void {
  const missing = results.filter(({ end }) => end === undefined).map(({ submission }) => submission.name);
  if (missing.length === 0) return;
  print(
    `No outcome yet of ${missing.join(", ")}: still waiting or being retried; --logs shows what happens.`,
  );
}

function hintAtWorld(results: readonly Result[], print: RunDeps["print"]): void {
  const isUnknown = ({ end }: Result) => end?.kind === "failed" && end.reason === "ResourceNotFound";
  if (!results.some(isUnknown)) return;
  print("The local Connect holds only what its world file says: name your own with --world FILE, or let");
  print("contacts, flows, queues and users come to life as they are named with --open-world.");
}
