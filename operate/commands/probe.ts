import { ConnectClient } from "@aws-sdk/client-connect";
import { type Command, Option } from "commander";
import { exitCodes, UsageError } from "../../cli/errors.ts";
import { duration, nonEmpty } from "../../cli/option-parsers.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { wrapText } from "../../cli/table.ts";
import { printJson, type Terminal } from "../../cli/terminal.ts";
import type { Clock } from "../../lambda/ports.ts";
import { privateFile } from "../files/private-folder.ts";
import { clientConfig, type SessionOptions, systemClock } from "../open-session.ts";
import { addAwsOptions } from "../options.ts";
import { conclude } from "../probe/conclude.ts";
import { createJournal, readJournal } from "../probe/journal.ts";
import { cleanUpProbe, type ProbeTarget, runProbe } from "../probe/run-probe.ts";

interface ProbeFlags extends SessionOptions {
  readonly instance?: string;
  readonly flow?: string;
  readonly queue?: string;
  readonly yes?: true;
  readonly cleanUp?: string;
  readonly journal?: string;
  readonly patience: number;
  readonly json?: true;
}

/** 0.5 requests per second: a quarter of the default quota of transfers. */
const pauseMs = 2_000;

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Finds out what nothing public says about a Connect instance, on a task of its own: how it answers a repeated client token, how a transferred task looks, and how long reads lag. The authors of contact-transfer could not run it on AWS. Without --yes it only shows the plan.",
    )
    .option("--instance <id>", "the instance", nonEmpty)
    .option(
      "--flow <id>",
      "a flow that may start tasks and receive transfers, best one that only waits",
      nonEmpty,
    )
    .option("--queue <id>", "a queue that no agent serves", nonEmpty)
    .option("--yes", "do it")
    .option("--clean-up <journal>", "end the contacts that an earlier run has left behind", nonEmpty)
    .option("--journal <file>", `the journal (default: ${privateFile("probe-TIME.jsonl")})`, nonEmpty)
    .addOption(
      new Option("--patience <duration>", "how long reads may take to show the transfer")
        .argParser(duration)
        .default(600_000, "10m"),
    );
  addAwsOptions(command)
    .addHelpText(
      "after",
      `
Needs connect:StartTaskContact, TransferContact, DescribeContact, ListAssociatedContacts and StopContact. It makes one
request every two seconds, and ends what it made; Connect ends it after an hour in any case.

Examples:
  npx contact-transfer probe --instance 11111111-1111-4111-8111-111111111111 --flow FLOW --queue QUEUE
  npx contact-transfer probe --instance 11111111-1111-4111-8111-111111111111 --flow FLOW --queue QUEUE --yes
  npx contact-transfer probe --clean-up .contact-transfer/probe-TIME.jsonl`,
    )
    .action(async (flags: ProbeFlags) => {
      const { terminal, signal, exit } = context;
      const connect = new ConnectClient(clientConfig(flags));
      const deps = { connect, clock: systemClock, terminal, signal, pauseMs };
      exit(await probeOrCleanUp(flags, deps));
    });
}

interface Deps {
  readonly connect: ConnectClient;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly pauseMs: number;
}

/** Runs a probe, shows its plan, or ends what an earlier one has left behind. */
export function probeOrCleanUp(flags: ProbeFlags, deps: Deps): Promise<number> {
  return flags.cleanUp === undefined ? probe(flags, deps) : cleanUp(flags.cleanUp, flags, deps);
}

/** Runs a probe, or shows its plan. */
async function probe(flags: ProbeFlags, deps: Deps): Promise<number> {
  const { terminal } = deps;
  const target = targetOf(flags);
  if (!flags.yes) {
    if (flags.json) printJson(terminal, { dryRun: true, target, steps: plan(target) });
    else terminal.print([...plan(target), "Nothing has been done. Add --yes to do it."].join("\n"));
    return exitCodes.done;
  }
  const runId = new Date(deps.clock.now()).toISOString().replaceAll(/[:.]/g, "-");
  using journal = createJournal(flags.journal ?? privateFile(`probe-${runId}.jsonl`), deps.clock.now);
  terminal.note(`Journal: ${journal.file}`);
  const facts = await runProbe(target, {
    ...deps,
    journal,
    runId,
    patienceMs: flags.patience,
    onStep: (text) => terminal.note(`probe ${text}`),
  }).catch((error) => {
    if (deps.signal.aborted) return undefined;
    throw error;
  });
  if (facts === undefined) return exitCodes.interrupted;
  const conclusions = conclude(facts);
  journal.write({ facts, conclusions });
  if (flags.json)
    printJson(terminal, { dryRun: false, target, facts, ...conclusions, journal: journal.file });
  else {
    const settings = Object.entries(conclusions.settings).map(([name, value]) => `-c ${name}=${value}`);
    const text = [...conclusions.findings, `Settings that follow: ${settings.join(" ")}`];
    terminal.print(text.map((line) => wrapText(line, "", terminal.width)).join("\n"));
  }
  return exitCodes.done;
}

/** Ends what a journal says was made. */
async function cleanUp(file: string, { json }: ProbeFlags, deps: Deps): Promise<number> {
  const { terminal } = deps;
  const probed = readJournal(file);
  const failed = await cleanUpProbe(probed, deps);
  const ended = probed.contactIds.length - failed.size;
  if (json)
    printJson(terminal, { ended, failed: Object.fromEntries(failed), unanswered: probed.unansweredTasks });
  else {
    terminal.print(`Ended ${ended} of ${probed.contactIds.length} contacts.`);
    for (const [contactId, why] of failed) terminal.print(`${contactId} is still open: ${why}`);
    for (const name of probed.unansweredTasks)
      terminal.print(
        `A task named ${name} may exist: its call was not answered. Connect ends it after an hour.`,
      );
  }
  return failed.size > 0 ? exitCodes.failed : exitCodes.done;
}

function targetOf({ instance, flow, queue }: ProbeFlags): ProbeTarget {
  if (instance === undefined || flow === undefined || queue === undefined)
    throw new UsageError("Give --instance, --flow and --queue.");
  return { instanceId: instance, contactFlowId: flow, queueId: queue };
}

function plan({ instanceId, contactFlowId, queueId }: ProbeTarget): string[] {
  return [
    `1. Start a task with the flow ${contactFlowId} in the instance ${instanceId}; it expires after an hour.`,
    `2. Transfer it to the queue ${queueId}, and repeat the request at once under the same client token.`,
    "3. Read the task, its successor and their list until all of them show the transfer.",
    "4. Repeat the request after the end of the task, and once more without the queue.",
    "5. End every contact that this made.",
  ];
}
