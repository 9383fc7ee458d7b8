import type { Command } from "commander";
import type { CommandContext } from "../../cli/run-command.ts";
import { countWaiting } from "../checks/count-waiting.ts";
import { runWithSession } from "../open-session.ts";
import { addQueueOptions, type DeploymentFlags } from "../options.ts";
import { seenCode } from "../receive/select-letters.ts";

export function define(command: Command, context: CommandContext): void {
  command.description(
    "Counts the intents that wait in the intent queue, and those that are too old by now. It receives every message and releases it, so pause the queue first.",
  );
  addQueueOptions(command, { intentQueueOnly: true })
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer waiting
  npx contact-transfer waiting --intent-queue-url "$INTENT_QUEUE_URL" --max-intent-age 24h`,
    )
    .action((options: DeploymentFlags) =>
      runWithSession(options, context, async (session) => {
        const waiting = await countWaiting(session);
        const { total, tooOld, mayBeMore } = waiting;
        if (options.json) context.terminal.print(JSON.stringify(waiting, undefined, 2));
        else {
          const intents = total === 1 ? "1 intent is" : `${total} intents are`;
          const more = mayBeMore === undefined ? "" : ` There may be more: ${mayBeMore}.`;
          context.terminal.print(
            `${intents} waiting; ${tooOld} of them are too old and would fail as IntentExpired.${more}`,
          );
        }
        return seenCode(waiting);
      }),
    );
}
