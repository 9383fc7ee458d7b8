import { once } from "node:events";
import { type Command, Option } from "commander";
import { exitCodes } from "../cli/errors.ts";
import { positiveInteger } from "../cli/option-parsers.ts";
import type { CommandContext } from "../cli/run-command.ts";
import { runWithSession, type SessionOptions } from "../operate/open-session.ts";
import { addAuditOption, addQueues, type DeploymentFlags } from "../operate/options.ts";
import type { Session } from "../operate/session.ts";
import { openConsole } from "./open-console.ts";

interface ConsoleFlags extends DeploymentFlags, SessionOptions {
  readonly write?: true;
  readonly port?: number;
  readonly idle: number;
  readonly audit: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Serves dead letters, traces and pace as a page on this machine, with your own AWS credentials. Read-only without --write. Looking at failures reads the outcome log; the dead-letter queue is received only when you ask for it.",
    )
    .optionsGroup("Console:")
    .option("--write", "allow replay, edit, resolve and discard")
    .addOption(
      new Option("--port <port>", "on 127.0.0.1 (default: any free port)").argParser(positiveInteger),
    )
    .addOption(
      new Option("--idle <minutes>", "end when no page has been visible for so many minutes")
        .argParser(positiveInteger)
        .default(30),
    );
  addAuditOption(command);
  addQueues(command)
    .addHelpText(
      "after",
      `
The address that it prints opens the console in one browser, once. Nothing but
this machine can reach it.

Examples:
  npx contact-transfer console
  npx contact-transfer console --stack Orders --profile support --write`,
    )
    .action((options: ConsoleFlags) =>
      runWithSession(
        options,
        context,
        (session) => serve(session, options, context),
        "Stopping the console.",
      ),
    );
}

async function serve(session: Session, options: ConsoleFlags, { terminal, signal }: CommandContext) {
  // Otherwise a wrong stack would be seen in the browser only.
  await session.deadLetterQueue().counts();
  await using console = await openConsole({
    session,
    options,
    canWrite: options.write ?? false,
    auditFile: options.audit,
    idleMinutes: options.idle,
    port: options.port,
    note: (text) => terminal.note(text),
  });
  const mode = options.write
    ? "It can replay, edit, resolve and discard"
    : "It is read-only (--write allows changes)";
  terminal.print(
    `The console is at ${console.address}\n\n${mode}. The address opens it once. Ctrl-C ends it.`,
  );
  const ended = new AbortController();
  const stopped = once(signal, "abort", { signal: ended.signal }).catch(() => {});
  if (!signal.aborted) {
    const isIdle = await Promise.race([console.idle.then(() => true), stopped.then(() => false)]);
    if (isIdle) terminal.note(`The console has ended: no page has been visible for ${options.idle} minutes.`);
  }
  ended.abort();
  return exitCodes.done;
}
