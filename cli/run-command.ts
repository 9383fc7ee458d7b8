import { type Command, CommanderError } from "commander";
import { errorJson, exitCodes, isReportable, UsageError } from "./errors.ts";
import { explainMissingPackage } from "./missing-package.ts";
import { explainOptionsTakenByNpm } from "./npm-options.ts";
import { collect, nonEmpty } from "./option-parsers.ts";
import { printJson, type Terminal } from "./print/terminal.ts";
import { unsetEmptyVariables } from "./unset-empty-variables.ts";

/** What a command gets from the process that runs it. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C, and with `outputClosed` when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Sets the exit code of the process. */
  exit(code: number): void;
}

/** The reason of an abort after a closed pipe, as in `| head`. */
export const outputClosed = "nobody reads the output any more";

/** The module of a command: describes it to commander, options, examples and action. */
export interface CommandModule {
  define(command: Command, context: CommandContext, args: readonly string[]): void | Promise<void>;
}

/** Commands by name, with what the list of commands says about each. */
export type CommandTable = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<CommandModule> }>
>;

/** Adds commands. Only the one that `args` names is loaded, so that no command waits for the libraries of another. */
export async function addCommands(
  parent: Command,
  table: CommandTable,
  context: CommandContext,
  [wanted, ...args]: readonly string[],
): Promise<void> {
  parent.usage("<command> [options]").helpCommand(false);
  for (const [name, { summary, load }] of Object.entries(table)) {
    const command = parent.command(name).summary(summary).description(summary).exitOverride();
    if (name === wanted) await (await load()).define(command, context, args);
    refuseEmptyValues(command);
    if (command.commands.length === 0)
      command.hook("preAction", () => {
        const taken = explainOptionsTakenByNpm(command, process.env);
        if (taken) throw taken;
      });
    command.showHelpAfterError(`See npx ${pathOf(command)} --help.`);
  }
}

/** An empty value, as from an unset variable of a shell, is a mistake, unless an option has a parser of its own. */
function refuseEmptyValues({ options, registeredArguments }: Command): void {
  const values = [
    ...options.filter(({ required, optional }) => required || optional),
    ...registeredArguments,
  ];
  for (const value of values) {
    if (value.parseArg !== undefined) continue;
    if (value.variadic) value.argParser(collect(nonEmpty));
    else value.argParser(nonEmpty);
  }
}

/** The code of a command that has ended with `code`, unless somebody has interrupted it. */
export function exitCodeOf(code: number, { aborted, reason }: AbortSignal): number {
  return aborted && reason !== outputClosed ? exitCodes.interrupted : code;
}

/** Whether the command line asks for a JSON document, even if something else about it is wrong. */
export function isJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).includes("--json");
}

/**
 * Runs the program. An error that a person can fix is one sentence and its exit code, or a JSON document with both; any
 * other is a bug and is thrown.
 */
export async function runProgram(
  program: Command,
  commands: CommandTable,
  args: readonly string[],
  context: CommandContext,
): Promise<void> {
  const { terminal, signal, exit } = context;
  unsetEmptyVariables(process.env);
  try {
    await addCommands(program, commands, context, args);
    await program.parseAsync(args, { from: "user" });
  } catch (thrown) {
    const error = explainMissingPackage(thrown);
    if (error instanceof CommanderError) {
      // Commander has already printed the help, or what is wrong.
      exit(error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse);
      if (error.exitCode === 0) return;
      // What is missing may be what npm took.
      const taken = explainOptionsTakenByNpm(commandOf(program, args), process.env);
      if (isJson(args)) printJson(terminal, errorJson(taken ?? wrongUse(error)));
      else if (taken) terminal.note(taken.message);
    } else if (signal.aborted && isAborted(error, signal)) {
      exit(exitCodeOf(exitCodes.failed, signal));
    } else if (isReportable(error)) {
      if (isJson(args)) printJson(terminal, errorJson(error));
      else terminal.note(error.message);
      exit(exitCodeOf(error.exitCode, signal));
    } else throw error;
  }
}

/** Whether a call ended because of the signal that it was given, explained or not. */
function isAborted(error: unknown, signal: AbortSignal): boolean {
  if (error === signal.reason) return true;
  if (!(error instanceof Error)) return false;
  // A terminal sends Ctrl-C to the program that was asked for credentials too.
  return /^(?:AbortError|CredentialsProviderError)$/.test(error.name) || isAborted(error.cause, signal);
}

function wrongUse({ message }: CommanderError): UsageError {
  const [sentence = "", hint] = message.replace(/^error: /, "").split("\n");
  const ended = /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
  return new UsageError(ended, { hint: hint?.replace(/^\((.*)\)$/, "$1") });
}

/** The command that the arguments name. */
function commandOf(program: Command, [name, ...rest]: readonly string[]): Command {
  const command = program.commands.find((each) => each.name() === name);
  return command ? commandOf(command, rest) : program;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
