import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../../cli/duration.ts";
import type { Result } from "../outcomes/outcome-tracker.ts";
import type { LocalStack } from "../stack/local-stack.ts";

export interface RunEnd {
  readonly results: readonly Result[];
  /** Events that were not sent any more. */
  readonly unsent: number;
  readonly stack: Pick<LocalStack, "isPaused" | "outputs" | "peek">;
  readonly signal: AbortSignal;
  readonly patienceMs: number;
}

/** What is left after a run: events without an outcome, and dead letters. */
export async function describeEnd({ results, unsent, stack, signal, patienceMs }: RunEnd): Promise<string> {
  const missing = results.filter(({ ending }) => ending === undefined);
  const failed = results.filter(({ ending }) => ending?.kind === "failed").length;
  const interrupted = `Interrupted: ${results.length - missing.length} of ${results.length + unsent} events have ended.`;
  const waited = `none has ended for ${formatDuration(patienceMs)}`;
  const sentences = [
    ...(signal.aborted ? [interrupted] : []),
    ...(missing.length > 0 ? [describeMissing(missing, stack.isPaused, signal.aborted ? "" : waited)] : []),
    describeDeadLetters(await countDeadLetters(stack, failed), stack.outputs.DeadLetterQueueUrl),
  ];
  return sentences.join("\n");
}

const shownNames = 5;

function describeMissing(missing: readonly Result[], isPaused: boolean, waited: string): string {
  const subject = missing.length === 1 ? "1 event waits" : `${missing.length} events wait`;
  if (isPaused)
    return `${subject} in the queue: the stack is paused (paused=true), so nothing is transferred.`;
  const byWhy = Map.groupBy(missing, ({ retried }) =>
    retried ? `retried because of ${retried.reason}` : "not delivered to the function yet",
  );
  const parts = Array.from(byWhy, ([why, these]) => {
    const times = these.reduce((sum, { retried }) => sum + (retried?.times ?? 0), 0);
    const names = these.slice(0, shownNames).map(({ testEvent }) => testEvent.name);
    const more = these.length > shownNames ? `, and ${these.length - shownNames} more` : "";
    return `  ${why}${times > 1 ? `, ${times} times` : ""}: ${names.join(", ")}${more}`;
  });
  const head = `${subject} without an outcome${waited === "" ? "" : `; ${waited}`}:`;
  return [head, ...parts, "--logs shows what the function does."].join("\n");
}

/** A dead letter arrives a moment after the outcome that it belongs to. */
async function countDeadLetters({ peek }: RunEnd["stack"], expected: number): Promise<number> {
  for (let left = 50; ; left--) {
    const { length } = await peek("DeadLetterQueueUrl");
    if (length >= expected || left === 0) return length;
    await sleep(100);
  }
}

function describeDeadLetters(count: number, queueUrl = ""): string {
  if (count === 0) return "No dead letters. Use --serve to keep the stack running.";
  const letters = count === 1 ? "1 dead letter" : `${count} dead letters`;
  return `${letters} in ${queueUrl.split("/").at(-1)}, deleted with this run. Use --serve to keep the stack running.`;
}
