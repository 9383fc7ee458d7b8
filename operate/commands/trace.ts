import { type Command, Option } from "commander";
import { exitCodes } from "../../cli/errors.ts";
import { duration, nonEmpty } from "../../cli/option-parsers.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { findOutcomes } from "../aws/outcome-log.ts";
import { isAbout } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { runWithSession } from "../open-session.ts";
import { addDeploymentOptions, type DeploymentFlags } from "../options.ts";
import { describeTimeline, traceJson } from "../print/describe-timeline.ts";
import { type Session, withLetters } from "../session.ts";

/** As long as the outcome log keeps its events. */
const defaultSinceMs = 30 * 86_400_000;

interface TraceFlags extends DeploymentFlags {
  readonly since: number;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Shows what happened to one intent, or to all intents of one contact, from the outcome log and the dead-letter queue. Changes nothing; dead letters are hidden for the seconds that it takes.",
    )
    .argument("<id>", "intentId, contact id, client token or message id", nonEmpty)
    .addOption(
      new Option("--since <duration>", "how far back to look: 30m, 6h, 7d")
        .argParser(duration)
        .default(defaultSinceMs, "30d"),
    );
  addDeploymentOptions(command)
    .addHelpText(
      "after",
      `
Exits with 1 if nothing is known.

Examples:
  npx contact-transfer trace order-4711-cancelled
  npx contact-transfer trace task-1 --since 7d`,
    )
    .action((id: string, options: TraceFlags) =>
      runWithSession(options, context, (session) => runTrace({ id, ...options }, session)),
    );
}

async function runTrace({ id, since, json }: TraceFlags & { id: string }, session: Session): Promise<number> {
  const { clock, terminal } = session;
  const { outcomeLogGroupName } = session.outputs();
  const keep = (letter: DeadLetter) => (isAbout(letter, id) ? letter : undefined);
  const [outcomes, letters] = await Promise.all([
    outcomeLogGroupName === undefined
      ? []
      : findOutcomes(await session.logs(), outcomeLogGroupName, id, clock.now() - since),
    withLetters(session, keep, async ({ kept }) => kept),
  ]);
  const isKnown = outcomes.length + letters.length > 0;
  if (json) terminal.print(JSON.stringify(traceJson({ outcomes, letters }), undefined, 2));
  else {
    if (outcomeLogGroupName === undefined)
      terminal.print("The stack keeps no outcome log (outcomeLog: false).");
    terminal.print(
      isKnown
        ? describeTimeline({ outcomes, letters })
        : `Nothing is known about ${id}: it is still waiting, no rule matched it, or it is older than --since.`,
    );
  }
  return isKnown ? exitCodes.done : exitCodes.failed;
}
