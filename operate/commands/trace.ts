import { type Command, Option } from "commander";
import { formatDuration } from "../../cli/duration.ts";
import { exitCodes, UsageError } from "../../cli/errors.ts";
import { duration } from "../../cli/option-parsers.ts";
import { printJson } from "../../cli/print/terminal.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { findOutcomeEvent } from "../aws/outcome-log.ts";
import { describeRule } from "../checks/check-rule.ts";
import { isAbout } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { outcomeEventIdOf } from "../letters/letter-of-outcome.ts";
import { runWithSession } from "../open-session.ts";
import { addDeploymentOptions, type DeploymentFlags } from "../options.ts";
import { type Session, withLetters } from "../session.ts";
import { chainOf } from "../trace/chain.ts";
import { describeTrace, traceJson } from "../trace/describe-trace.ts";
import { findTrace } from "../trace/find-trace.ts";
import { groupIntents } from "../trace/group-intents.ts";
import { describeUnknown, readChain } from "../trace/read-chain.ts";
import type { Trace } from "../trace/trace.ts";

/** As long as the outcome log keeps its events. */
const defaultSinceMs = 30 * 86_400_000;

interface TraceFlags extends DeploymentFlags {
  readonly since: number;
  readonly check?: true;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Shows what happened to one intent, or to all intents of a contact and of those that it was before or became, from the outcome log, the function's log and the dead-letter queue: also why it waits or is retried. Changes nothing; dead letters are hidden for the seconds that it takes.",
    )
    .argument("<id>", "intentId, contact id, client token or message id")
    .addOption(
      new Option("--since <duration>", "how far back to look: 30m, 6h, 7d")
        .argParser(duration)
        .default(defaultSinceMs, "30d"),
    );
  command.option("--check", "ask Connect too: the whole chain, and what is there now of an unknown effect");
  command.option("--instance-arn <arn>", "with --check: the instance of a contact whose intents name none");
  addDeploymentOptions(command)
    .addHelpText(
      "after",
      `
Exits with 0 if there is an outcome or a dead letter, with 3 while the intent
waits, is retried, or may be in the queue, or if something could not be read,
and with 1 if nothing is known.

Examples:
  npx contact-transfer trace order-4711-cancelled
  npx contact-transfer trace task-1 --since 7d`,
    )
    .action((id: string, options: TraceFlags) =>
      runWithSession(options, context, (session) => runTrace({ id, ...options }, session)),
    );
}

/** No id of Connect, SQS or the contract is longer. */
const maxIdLength = 512;

async function runTrace(
  { id: given, since, check, json }: TraceFlags & { id: string },
  session: Session,
): Promise<number> {
  if (given.length > maxIdLength)
    throw new UsageError(`The id has ${given.length} characters; no id has more than ${maxIdLength}.`);
  const id = await idOfIntent(given, session.clock.now() - since, session);
  const keep = (letter: DeadLetter) => (isAbout(letter, id) ? letter : undefined);
  const { trace, unread } = await findTrace(id, session.clock.now() - since, {
    logs: await session.logs(),
    logGroups: session.outputs(),
    async readLetters() {
      const { kept: letters, mayBeMore } = await withLetters(session, keep, async (found) => found);
      return { letters, mayBeMore };
    },
  });
  const intents = groupIntents(trace);
  const { terminal } = session;
  const read = check ? await readChain(id, trace, session) : undefined;
  session.signal.throwIfAborted();
  const chain = chainOf(trace, read);
  const missing = [...unread, ...(read?.unread ?? [])];
  if (intents.length === 0 && chain.length === 0) return reportUnknown(id, trace, missing, json, session);
  const found = { chain, verdicts: read?.verdicts };
  const unknownContact = read?.unknownContact;
  if (json)
    printJson(terminal, { ...traceJson(trace, intents, found), unread: listOf(missing), unknownContact });
  else {
    const unknown = describeUnknown({ unknownContact });
    terminal.print(
      [describeTrace(intents, found), ...unknown, ...remarks(trace, missing, session)].join("\n"),
    );
  }
  const isOpen = intents.some(({ state }) => state.kind === "waiting" || state.kind === "retrying");
  const isIncomplete = missing.length > 0 || trace.mayBeMore !== undefined;
  return isOpen || isIncomplete ? exitCodes.incomplete : exitCodes.done;
}

/** The console names a failure that it knows from the outcome log by the outcome: traced is the intent behind it. */
async function idOfIntent(id: string, since: number, session: Session): Promise<string> {
  const eventId = outcomeEventIdOf(id);
  const { outcomeLogGroupName } = session.outputs();
  if (eventId === undefined || outcomeLogGroupName === undefined) return id;
  const outcome = await findOutcomeEvent(await session.logs(), outcomeLogGroupName, eventId, since);
  const { intentId, clientToken } = outcome?.detail ?? {};
  const messageId = outcome && "messageId" in outcome.detail ? outcome.detail.messageId : undefined;
  return clientToken ?? intentId ?? messageId ?? id;
}

function listOf(texts: readonly string[]): readonly string[] | undefined {
  return texts.length > 0 ? texts : undefined;
}

function remarks({ mayBeMore }: Trace, unread: readonly string[], session: Session): string[] {
  const { outcomeLogGroupName, functionLogGroupName } = session.outputs();
  return [
    ...(outcomeLogGroupName === undefined ? ["The stack keeps no outcome log (outcomeLog: false)."] : []),
    ...(functionLogGroupName === undefined
      ? ["The stack has no output FunctionLogGroupName, so retries are not shown: deploy this version."]
      : []),
    ...(mayBeMore === undefined ? [] : [`The dead-letter queue was not seen completely: ${mayBeMore}.`]),
    ...unread.map((why) => `Incomplete: ${why}`),
  ];
}

/** Nothing names the id: it may be in the queue, or no rule has taken it. */
async function reportUnknown(
  id: string,
  trace: Trace,
  unread: readonly string[],
  json: true | undefined,
  session: Session,
): Promise<number> {
  const { terminal, deployment } = session;
  const { visible, inFlight, delayed } = await session.intentQueue().counts();
  const waiting = visible + inFlight + delayed;
  const mayBeSomewhere = waiting > 0 || trace.mayBeMore !== undefined || unread.length > 0;
  const state = mayBeSomewhere ? "maybe-queued" : "unknown";
  if (json)
    printJson(terminal, { ...traceJson(trace, [], { chain: [] }), unread: listOf(unread), state, waiting });
  else if (unread.length > 0) {
    const text = [
      `Nothing is known about ${id} from what could be read.`,
      ...remarks(trace, unread, session),
    ];
    terminal.print(text.join("\n"));
  } else {
    const minutes = formatDuration((waiting / deployment.transfersPerSecond) * 1000);
    const queue =
      waiting > 0
        ? `It may be ${waiting === 1 ? "the message in the intent queue, which takes" : `one of the ${waiting} messages in the intent queue, which take`} about ${minutes} at ${deployment.transfersPerSecond} per second${deployment.isPaused ? ", once the stack is resumed: it is paused (paused=true)" : ""}. If it is not:`
        : "The intent queue is empty, so:";
    terminal.print(
      [
        `Nothing is known about ${id}. ${queue} no rule took it, it was never sent, or it is older than --since.`,
        await describeRule(session),
        "Logs lag by a few seconds.",
        ...remarks(trace, unread, session),
      ].join("\n"),
    );
  }
  return mayBeSomewhere ? exitCodes.incomplete : exitCodes.failed;
}
