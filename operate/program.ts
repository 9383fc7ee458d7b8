import { Command, Option } from "commander";
import { runDiscard, runExport, runImport } from "./commands/export.ts";
import { runList } from "./commands/list.ts";
import { runReplay } from "./commands/replay.ts";
import { runShow } from "./commands/show.ts";
import type { SessionOptions } from "./open-session.ts";
import {
  addCommonOptions,
  type CommonOptions,
  collectSet,
  collectUnset,
  count,
  rate,
  selectionOf,
} from "./options.ts";
import type { Edit } from "./replay/edit-body.ts";
import type { Session } from "./session.ts";

/** What the command line needs from the process that runs it. */
export interface CommandLineDeps {
  openSession(options: SessionOptions): Promise<Session>;
  /** Told of a command's exit code. */
  onExit(code: number): void;
}

interface ReplayFlags extends CommonOptions {
  readonly yes?: true;
  readonly check?: true;
  readonly rate?: number;
  readonly set?: readonly Edit[];
  readonly unset?: readonly Edit[];
  readonly renew?: true;
  readonly newIdentity?: true;
  readonly ignoreExpiresAt?: true;
  readonly acceptUnknownEffect?: true;
  readonly includeInvalid?: true;
  readonly follow?: true;
  readonly report?: string;
  readonly audit: string;
}

const auditOption = () =>
  new Option("--audit <file>", "where every change is noted, a JSON line each").default("dlq-audit.jsonl");

/** `npm run dlq`: thin, each command is a function of its own. */
export function createCommandLine(deps: CommandLineDeps): Command {
  const program = new Command("dlq")
    .description("Looks into the dead-letter queue, and puts back what can succeed.")
    .usage("COMMAND [options]")
    .addHelpText("after", programHelp)
    .helpCommand(false)
    .showHelpAfterError("See npm run dlq -- --help.");
  const add = (name: string, description: string, examples: string) =>
    addCommonOptions(program.command(name).description(description))
      .addHelpText("after", `\n${examples}`)
      .showHelpAfterError(`See npm run dlq -- ${name} --help.`);
  const run = async (options: CommonOptions, command: (session: Session) => Promise<number>) => {
    const session = await deps.openSession({ ...options, maxIntentAgeMs: options.maxIntentAge });
    deps.onExit(await command(session));
  };

  add(
    "list",
    "What is in there and why: counts by reason, then each dead letter. Changes nothing.",
    listExamples,
  )
    .option("--check", "ask Connect whether each contact can still be transferred")
    .action((options: CommonOptions & { check?: true }) =>
      run(options, (session) => runList({ ...selectionOf(options), check: options.check ?? false }, session)),
    );
  add("show", "Dead letters whole: intent, failure, history, time left. Changes nothing.", showExamples)
    .argument("<id...>", "message id or its beginning, or intentId")
    .option("--check", "ask Connect whether the contact can still be transferred")
    .action((ids: string[], options: CommonOptions & { check?: true }) =>
      run(options, (session) =>
        runShow({ ...selectionOf(options), ids, check: options.check ?? false }, session),
      ),
    );
  addReplayOptions(
    add(
      "replay",
      "Puts dead letters back into the intent queue. Without --yes it only shows what would happen.",
      replayExamples,
    ),
  ).action((options: ReplayFlags) =>
    run(options, (session) =>
      runReplay(
        {
          ...options,
          ...selectionOf(options),
          edits: [...(options.set ?? []), ...(options.unset ?? [])],
          yes: options.yes ?? false,
          check: options.check ?? false,
          follow: options.follow ?? false,
          perSecond: options.rate,
        },
        session,
      ),
    ),
  );
  add(
    "discard",
    "Removes dead letters, after writing them to a file. Without --yes it only shows what would happen.",
    discardExamples,
  )
    .option("--yes", "do it")
    .option("--to <file>", "the file (default: discarded-TIME.jsonl)")
    .addOption(auditOption())
    .action((options: CommonOptions & { yes?: true; to?: string; audit: string }) =>
      run(options, (session) => {
        const file =
          options.to ??
          `discarded-${new Date(session.clock.now()).toISOString().replaceAll(/[:.]/g, "-")}.jsonl`;
        return runDiscard(
          { ...selectionOf(options), file, yes: options.yes ?? false, audit: options.audit },
          session,
        );
      }),
    );
  add(
    "export",
    "Writes dead letters to a new file, attributes included. They stay in the queue.",
    exportExamples,
  )
    .argument("<file>", "JSON lines; - is standard output")
    .action((file: string, options: CommonOptions) =>
      run(options, (session) => runExport({ ...selectionOf(options), file }, session)),
    );
  add("import", "Puts dead letters of a file back into the dead-letter queue.", importExamples)
    .argument("<file>", "what export or discard has written; - is standard input")
    .addOption(new Option("--from-line <n>", "begin at this line").argParser(count).default(1))
    .addOption(auditOption())
    .action((file: string, options: CommonOptions & { fromLine: number; audit: string }) =>
      run(options, (session) =>
        runImport(
          { ...selectionOf(options), file, fromLine: options.fromLine, audit: options.audit },
          session,
        ),
      ),
    );
  return program;
}

function addReplayOptions(command: Command): Command {
  return command
    .optionsGroup("How to put back:")
    .option("--yes", "do it")
    .option("--check", "ask Connect first, and skip what cannot succeed")
    .addOption(
      new Option("--rate <n>", "messages a second, or max (default: half of the function's pace)").argParser(
        rate,
      ),
    )
    .addOption(
      new Option("--set <edit>", "change a member: detail.queueId=VALUE, or PATH:=JSON").argParser(
        collectSet,
      ),
    )
    .addOption(new Option("--unset <path>", "take a member away").argParser(collectUnset))
    .option(
      "--renew",
      "expired ones too: age counts from now, same token, up to 6 days after they were first sent",
    )
    .option("--new-identity", "under a new intentId: another request, which may move a contact a second time")
    .option("--ignore-expires-at", "take the producer's expiresAt away")
    .option("--accept-unknown-effect", "another request even where an earlier one may have moved the contact")
    .option("--include-invalid", "put back even what is no intent")
    .option("--follow", "wait until the intent queue is empty, then say which came back")
    .option("--report <file>", "write the report as JSON")
    .addOption(auditOption());
}

const programHelp = `
The usual way:
  npm run dlq -- list --stack contact-transfer          what is in there, why, and what to do about it
  npm run dlq -- show 0f3a1b2c --stack …                one of them whole
  npm run dlq -- replay --reason AccessDenied --stack … what putting back would do; nothing is changed
  npm run dlq -- replay --reason AccessDenied --stack … --yes --follow

Against npm start -- --serve: paste the variables it prints, and leave --stack out.
Exit code: 0 done, 1 some failed, 2 wrong use, 130 interrupted. With --json use npm run --silent.`;

const listExamples = `Examples:
  npm run dlq -- list --stack contact-transfer
  npm run dlq -- list --reason InvalidIntent,NotAllowed --newer-than 6h
  npm run dlq -- list --where detail.metadata.region=eu --check`;

const showExamples = `Examples:
  npm run dlq -- show 0f3a1b2c
  npm run dlq -- show order-4711-cancelled --check`;

const replayExamples = `Examples:
  npm run dlq -- replay --reason AccessDenied                          what would happen
  npm run dlq -- replay --reason AccessDenied --limit 1 --yes --follow   try one
  npm run dlq -- replay --reason AccessDenied --yes --follow             then the rest
  npm run dlq -- replay --queue queue-old --set detail.queueId=queue-new
  npm run dlq -- replay --reason IntentExpired --newer-than 2d --renew --check --yes`;

const discardExamples = `Examples:
  npm run dlq -- discard --reason EventIdsOnly
  npm run dlq -- discard --older-than 10d --to old.jsonl --yes`;

const exportExamples = `Examples:
  npm run dlq -- export letters.jsonl
  npm run --silent dlq -- export - --reason InvalidIntent | jq .body`;

const importExamples = `Examples:
  npm run dlq -- import letters.jsonl
  npm run dlq -- import letters.jsonl --from-line 41`;
