import type { ConnectClient } from "@aws-sdk/client-connect";
import type { Terminal } from "../cli/terminal.ts";
import type { Clock } from "../lambda/ports.ts";
import type { Deployment } from "./aws/find-deployment.ts";
import type { Queue } from "./aws/queue.ts";
import type { Letter } from "./letters/letter.ts";
import { LetterHold } from "./receive/lease.ts";
import { type Received, receiveLetters } from "./receive/receive-letters.ts";
import type { AuditLog, Operator } from "./replay/audit-log.ts";
import { openAuditLog } from "./replay/audit-log.ts";

/** What commands work with: made by the command line, or by whoever uses them as a library. */
export interface Session {
  readonly deployment: Deployment;
  readonly deadLetterQueue: Queue;
  /** @throws UsageError where its URL is not known */
  intentQueue(): Queue;
  readonly connect: ConnectClient;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Ends the work cleanly. */
  readonly signal: AbortSignal;
  /** Who does it, for the audit file. */
  operator(): Promise<Operator>;
  /** A name for this run in the audit file. */
  newRunId(): string;
  /** How long an empty queue is asked before it counts as empty. @default 1 */
  readonly waitSeconds?: number;
  /** How often a queue that is followed is asked. @default 2000 */
  readonly followEveryMs?: number;
}

/** Receives every letter, lets `work` have them while they are hidden, and gives back what is left of them. */
export async function withLetters<T, R>(
  session: Session,
  keep: (letter: Letter) => T | undefined,
  work: (received: Received<T>, hold: LetterHold) => Promise<R>,
): Promise<R> {
  const { deadLetterQueue, clock, terminal, deployment, signal, waitSeconds } = session;
  const hold = new LetterHold(deadLetterQueue, clock);
  try {
    const received = await receiveLetters({
      queue: deadLetterQueue,
      hold,
      clock,
      keep,
      instances: deployment.instances,
      onSeen: (count) => terminal.progress(`Looking: ${count} dead letters so far`),
      waitSeconds,
      signal,
    });
    terminal.progress(undefined);
    return await work(received, hold);
  } finally {
    terminal.progress(undefined);
    const unreleased = await hold.release();
    if (unreleased > 0) {
      terminal.note(
        `${unreleased} dead letters could not be given back at once; they are visible again within 30 s.`,
      );
    }
  }
}

/** Opens the audit file for a command that changes something. */
export async function openAudit(
  { operator, deployment, clock, newRunId }: Session,
  file: string,
  command: string,
  options: object,
): Promise<AuditLog> {
  const run = {
    run: newRunId(),
    command,
    operator: await operator(),
    deadLetterQueueUrl: deployment.deadLetterQueueUrl,
    intentQueueUrl: deployment.intentQueueUrl,
    options: { ...options },
  };
  return openAuditLog(file, run, clock.now);
}
