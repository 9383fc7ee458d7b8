import { type Command, Option } from "commander";
import { formatDuration } from "../../cli/duration.ts";
import { exitCodes } from "../../cli/errors.ts";
import { positiveInteger } from "../../cli/option-parsers.ts";
import { type DetailedRow, formatDetailedTable } from "../../cli/print/table.ts";
import { printJson } from "../../cli/print/terminal.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { describeRetryReason } from "../../lambda/runtime/retry-reasons.ts";
import { findWaiting, type RetriedIntent, type Waiting, type WaitingLog } from "../checks/find-waiting.ts";
import { runWithSession } from "../open-session.ts";
import { addDeploymentOptions, type DeploymentFlags } from "../options.ts";
import { instant } from "../trace/instant.ts";

interface WaitingFlags extends DeploymentFlags {
  readonly limit: number;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Shows how many intents wait in the intent queue, how long they take, and which of them are retried and why. Reads the queue's attributes and the function's log; receives nothing.",
    )
    .addOption(
      new Option("--limit <n>", "list at most this many intents").argParser(positiveInteger).default(20),
    );
  addDeploymentOptions(command)
    .addHelpText(
      "after",
      `
Exits with 3 if the function's log could not be read.

Examples:
  npx contact-transfer waiting
  npx contact-transfer waiting --stack Orders --json`,
    )
    .action(({ limit, ...options }: WaitingFlags) =>
      runWithSession(options, context, async (session) => {
        const { terminal } = session;
        const waiting = await findWaiting(session);
        if (options.json) printJson(terminal, waitingJson(waiting));
        else terminal.print(describeWaiting(waiting, session.clock.now(), limit, terminal.width));
        return waiting.unread === undefined ? exitCodes.done : exitCodes.incomplete;
      }),
    );
}

/** With instants in ISO 8601. */
function waitingJson({ log, ...counts }: Waiting) {
  const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  const retried = log?.retried.map(({ since, nextAt, ...intent }) => ({
    ...intent,
    since: iso(since),
    nextAt: iso(nextAt),
  }));
  return { ...counts, log: log && { ...log, retried } };
}

/** For a person. */
export function describeWaiting(
  waiting: Waiting,
  now: number,
  limit: number,
  width: number | undefined,
): string {
  const { total, visible, inFlight, delayed, transfersPerSecond, isPaused, secondsAtPace, log, unread } =
    waiting;
  const parts = `${visible} ready, ${inFlight} in flight or waiting for their next delivery, ${delayed} delayed`;
  const intents = total === 1 ? "1 intent is" : `${total} intents are`;
  const queue = `${intents} in the queue: ${parts}. SQS's counts lag by a minute.`;
  const pace = `${isPaused ? "Then, at" : "At"} ${transfersPerSecond} per second (transfersPerSecond) they take about ${formatDuration(secondsAtPace * 1000)}`;
  const lastAt = (log?.retried ?? []).reduce((last, { nextAt = 0 }) => Math.max(last, nextAt), 0);
  const eta =
    lastAt > now + secondsAtPace * 1000
      ? `${pace}; retries take longer: the last is not delivered before ${instant(lastAt)}.`
      : `${pace}.`;
  return [
    total > 0 ? queue : "The intent queue is empty. SQS's counts lag by a minute.",
    ...(isPaused ? ["The stack is paused (paused=true): nothing is transferred until it is resumed."] : []),
    ...(total > 0 ? [eta] : []),
    ...(log ? describeLog(log, total, now, limit, width) : []),
    ...(unread === undefined ? [] : [`Retries are not shown. ${unread}`]),
  ].join("\n");
}

function describeLog(
  { minutes, endedPerSecond, retried }: WaitingLog,
  total: number,
  now: number,
  limit: number,
  width: number | undefined,
): string[] {
  const ended = Math.round(endedPerSecond * minutes * 60);
  const pace =
    ended === 0
      ? `No intent has ended in the last ${minutesText(minutes)}.`
      : paceText(ended, minutes, total);
  if (retried.length === 0) return [pace];
  const byReason = Map.groupBy(retried, ({ reason }) => reason);
  const reasons = Array.from(byReason, ([reason, these]) => `${these.length} ${reason}`);
  const meanings = Array.from(byReason.keys(), (reason) => `  ${reason}: ${describeRetryReason(reason)}.`);
  const rows = retried.slice(0, limit).map((intent) => rowOf(intent, now));
  const head = ["WHY", "FOR", "DELIVERIES", "NEXT AFTER"];
  const more = retried.length > limit ? [`and ${retried.length - limit} more (--limit, --json)`] : [];
  return [
    pace,
    `\nThe function's log knows these, the longest first: ${reasons.join(", ")}.`,
    ...meanings,
    ...formatDetailedTable(head, rows, width, head.length),
    ...more,
  ];
}

function paceText(ended: number, minutes: number, total: number): string {
  const intents = ended === 1 ? "1 intent has" : `${ended} intents have`;
  const eta = formatDuration((total / ended) * minutes * 60_000);
  return `${intents} ended in the last ${minutesText(minutes)}${total > 0 ? `; at that rate the queue takes about ${eta}` : ""}.`;
}

function rowOf(
  { reason, error, since, deliveries, nextAt, ...ids }: RetriedIntent,
  now: number,
): DetailedRow {
  const { intentId, messageId, contactId } = ids;
  return {
    cells: [
      error === undefined || error === reason ? reason : `${reason} (${error})`,
      formatDuration(now - since),
      String(deliveries),
      nextAt === undefined ? "-" : instant(nextAt),
    ],
    details: [
      intentId === undefined ? `message ${messageId ?? "unknown"}` : `intent ${intentId}`,
      contactId === undefined ? "" : `contact ${contactId}`,
    ],
  };
}

function minutesText(minutes: number): string {
  return minutes === 1 ? "minute" : `${minutes} minutes`;
}
