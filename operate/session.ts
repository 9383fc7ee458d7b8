import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ConnectClient } from "@aws-sdk/client-connect";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { Message } from "@aws-sdk/client-sqs";
import type { Terminal } from "../cli/print/terminal.ts";
import type { Clock } from "../lambda/ports.ts";
import type { Deployment, StackOutputs } from "./aws/find-deployment.ts";
import type { Queue } from "./aws/queue.ts";
import type { DeadLetter } from "./letters/letter.ts";
import { MessageLease } from "./receive/lease.ts";
import { type Received, receiveLetters } from "./receive/receive-letters.ts";
import type { AuditLog, Operator } from "./replay/audit-log.ts";
import { openAuditLog } from "./replay/audit-log.ts";

/** What commands work with: made by `openSession`, or by code that uses them as a library. */
export interface Session {
  readonly deployment: Deployment;
  /** @throws UsageError if no stack was read */
  outputs(): StackOutputs;
  /** @throws UsageError if its URL is not known */
  deadLetterQueue(): Queue;
  /** @throws UsageError if its URL is not known */
  intentQueue(): Queue;
  connect(): Promise<ConnectClient>;
  eventBridge(): Promise<EventBridgeClient>;
  logs(): Promise<CloudWatchLogsClient>;
  cloudWatch(): Promise<CloudWatchClient>;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Ends the work in an orderly way. */
  readonly signal: AbortSignal;
  /** Who runs this, for the audit file. */
  operator(): Promise<Operator>;
  /** An id for this run in the audit file. */
  newRunId(): string;
  /** How long an empty queue is polled before it counts as empty. @default 1 */
  readonly waitSeconds?: number;
  /** How often a queue that is followed is polled. @default 2000 */
  readonly followEveryMs?: number;
}

/** To read more than so many takes seconds; a pipe or a log shows at once that something happens. */
const manyMessages = 10_000;

/**
 * Receives every message of the dead-letter queue, lets `work` have what `keep` returns while the messages are hidden, and
 * then makes visible what is left of them.
 */
export async function withLetters<T, R>(
  session: Session,
  keep: (letter: DeadLetter, message: Message) => T | undefined,
  work: (received: Received<T>, lease: MessageLease) => Promise<R>,
): Promise<R> {
  const queue = session.deadLetterQueue();
  const { clock, terminal, deployment, signal, waitSeconds } = session;
  const lease = new MessageLease(queue, clock);
  try {
    const received = await receiveLetters({
      queue,
      lease,
      clock,
      keep,
      instances: deployment.instances,
      onSeen(count, about) {
        if (count === 0 && about >= manyMessages) terminal.note(`Reading about ${about} messages.`);
        terminal.progress(`Reading the queue: ${count} of about ${Math.max(count, about)} messages`);
      },
      waitSeconds,
      isReady: () => terminal.drained(),
      signal,
    });
    terminal.progress(undefined);
    return await work(received, lease);
  } finally {
    terminal.progress(undefined);
    const unreleased = await lease.release(showReleased(terminal));
    terminal.progress(undefined);
    if (unreleased > 0) {
      terminal.note(
        `Could not release ${unreleased} of the messages; they become visible again within 30 s.`,
      );
    }
  }
}

/** Shows how far the release of messages is, which takes a call for each ten. */
export function showReleased({ progress }: Terminal): (done: number, total: number) => void {
  return (done, total) => progress(`Making messages visible again: ${done} of ${total}`);
}

/** Opens the audit file for a command that changes something. */
export async function openAudit(
  { operator, deployment, clock, newRunId }: Session,
  file: string,
  command: string,
  options: object,
): Promise<AuditLog> {
  const { deadLetterQueueUrl, intentQueueUrl } = deployment;
  const run = {
    run: newRunId(),
    command,
    operator: await operator(),
    deadLetterQueueUrl,
    intentQueueUrl,
    options: { ...options },
  };
  return openAuditLog(file, run, clock.now);
}
