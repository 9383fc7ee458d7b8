import type { Command } from "commander";
import { addCommands, type CommandContext, type CommandTable } from "../../cli/run-command.ts";

const commands: CommandTable = {
  list: { summary: "count by reason, then list the dead letters", load: () => import("./dlq/list.ts") },
  show: { summary: "show dead letters in full", load: () => import("./dlq/show.ts") },
  replay: { summary: "send dead letters to the intent queue again", load: () => import("./dlq/replay.ts") },
  resolve: { summary: "find out what became of unknown effects", load: () => import("./dlq/resolve.ts") },
  discard: {
    summary: "write dead letters to a file and delete them",
    load: () => import("./dlq/discard.ts"),
  },
  export: { summary: "write dead letters to a file", load: () => import("./dlq/export.ts") },
  import: {
    summary: "send the dead letters of a file to the dead-letter queue",
    load: () => import("./dlq/import.ts"),
  },
};

export function define(command: Command, context: CommandContext, args: readonly string[]): Promise<void> {
  command.description("Inspects the dead-letter queue, and replays what can succeed.").addHelpText(
    "after",
    `
Usual order:
  npx contact-transfer dlq list               what is there, why, and what to do
  npx contact-transfer dlq show 0f3a1b2c      one dead letter in full
  npx contact-transfer dlq replay --reason AccessDenied         a preview
  npx contact-transfer dlq replay --reason AccessDenied --yes --follow

In the shell of contact-transfer start --serve, all of them know the stack.`,
  );
  return addCommands(command, commands, context, args);
}
