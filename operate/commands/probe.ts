import { ConnectClient } from "@aws-sdk/client-connect";
import { type Command, Option } from "commander";
import { exitCodes, UsageError } from "../../cli/errors.ts";
import { duration } from "../../cli/option-parsers.ts";
import { wrapText } from "../../cli/print/table.ts";
import { printJson, type Terminal } from "../../cli/print/terminal.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import type { Clock } from "../../lambda/ports.ts";
import { endCalls, graceMs } from "../aws/end-calls.ts";
import { askAws } from "../aws/explain-error.ts";
import { defaultStackName, findDeployment } from "../aws/find-deployment.ts";
import { privateFile } from "../files/private-folder.ts";
import { clientConfig, type SessionOptions, systemClock } from "../open-session.ts";
import { addDeploymentOptions } from "../options.ts";
import { type Conclusions, conclude } from "../probe/conclude.ts";
import { createJournal, readJournal } from "../probe/journal.ts";
import { planProbe } from "../probe/plan.ts";
import { cleanUpProbe, type ProbeTarget, runProbe } from "../probe/run-probe.ts";
import { openSources, type SourceClients } from "../probe/sources.ts";

interface ProbeFlags extends SessionOptions {
  readonly instance?: string;
  readonly flow?: string;
  readonly queue?: string;
  readonly yes?: true;
  readonly cleanUp?: string;
  readonly journal?: string;
  readonly patience: number;
  readonly contactEvents?: string | true;
  readonly cloudtrail?: number | true;
  readonly json?: true;
}

/** 0.5 requests per second: a quarter of the default quota of transfers. */
const pauseMs = 2_000;

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Finds out what nothing public says about a Connect instance, on a task of its own: how it answers a repeated client token, how a transferred task looks, and how long reads lag. The authors of contact-transfer could not run it on AWS. Without --yes it only shows the plan.",
    )
    .option("--instance <id>", "the instance, id or ARN")
    .option(
      "--flow <id>",
      "a flow that may start tasks and receive transfers, best one that only waits; id or ARN",
    )
    .option("--queue <id>", "a queue that no agent serves, id or ARN")
    .option("--yes", "do it")
    .option("--clean-up <journal>", "end the contacts that an earlier run has left behind")
    .option("--journal <file>", `the journal (default: ${privateFile("probe-TIME.jsonl")})`)
    .addOption(
      new Option("--patience <duration>", "how long reads may take to show the transfer")
        .argParser(duration)
        .default(600_000, "10m"),
    )
    .option(
      "--contact-events [log-group]",
      "also wait for Connect's contact events there (default: the outcome log of --stack, with contactEvents)",
    )
    .addOption(
      new Option(
        "--cloudtrail [duration]",
        "also look the requests up in CloudTrail, for so long (default: 15m); records take minutes to show",
      ).argParser(duration),
    );
  addDeploymentOptions(command)
    .addHelpText(
      "after",
      `
Needs connect:StartTaskContact, TransferContact, DescribeContact,
ListAssociatedContacts and StopContact. It makes one request every two seconds,
and ends what it made; Connect ends it after an hour in any case.
--contact-events needs logs:FilterLogEvents, and to find the stack's log
cloudformation:DescribeStacks and GetTemplate; --cloudtrail needs
cloudtrail:LookupEvents. What they do not show within their time may come later:
it proves nothing.

Examples:
  npx contact-transfer probe --instance 11111111-1111-4111-8111-111111111111 --flow FLOW --queue QUEUE
  npx contact-transfer probe --instance 11111111-1111-4111-8111-111111111111 --flow FLOW --queue QUEUE --yes
  npx contact-transfer probe --instance … --flow FLOW --queue QUEUE --yes --contact-events --cloudtrail
  npx contact-transfer probe --clean-up .contact-transfer/probe-TIME.jsonl`,
    )
    .action(async (flags: ProbeFlags) => {
      const { terminal, signal, exit } = context;
      const connect = endCalls(new ConnectClient(clientConfig(flags)), signal, graceMs);
      const deps = {
        connect,
        clock: systemClock,
        terminal,
        signal,
        pauseMs,
        sources: sourceClients(flags, signal),
      };
      exit(await probeOrCleanUp(flags, deps));
    });
}

interface Deps {
  readonly connect: ConnectClient;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly pauseMs: number;
  readonly sources: SourceClients;
}

function sourceClients(flags: ProbeFlags, signal: AbortSignal): SourceClients {
  const config = clientConfig(flags);
  return {
    async logs() {
      const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
      return endCalls(new CloudWatchLogsClient(config), signal);
    },
    async cloudTrail() {
      const { CloudTrailClient } = await import("@aws-sdk/client-cloudtrail");
      return endCalls(new CloudTrailClient(config), signal);
    },
    async outcomeLog() {
      const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
      const { outputs } = await findDeployment(flags, async () =>
        endCalls(new CloudFormationClient(config), signal),
      );
      if (outputs?.outcomeLogGroupName !== undefined) return outputs.outcomeLogGroupName;
      throw new UsageError(
        "The stack keeps no outcome log (outcomeLog: false): give --contact-events LOG-GROUP.",
      );
    },
  };
}

/** Runs a probe, shows its plan, or ends what an earlier one has left behind. */
export function probeOrCleanUp(flags: ProbeFlags, deps: Deps): Promise<number> {
  return flags.cleanUp === undefined ? probe(flags, deps) : cleanUp(flags.cleanUp, flags, deps);
}

/** AWS speaks of five minutes on average, and promises nothing. */
const defaultCloudTrailMs = 15 * 60_000;

/** Runs a probe, or shows its plan. */
async function probe(flags: ProbeFlags, deps: Deps): Promise<number> {
  const { terminal } = deps;
  const target = targetOf(flags);
  const { contactEvents, cloudtrail, patience } = flags;
  const asked = {
    contactEvents,
    cloudtrail: cloudtrail === true ? defaultCloudTrailMs : cloudtrail,
    patience,
  };
  if (!flags.yes) {
    const steps = planProbe(target, asked, flags.stack ?? defaultStackName);
    if (flags.json) printJson(terminal, { dryRun: true, target, steps });
    else terminal.print([...steps, "Nothing has been done. Add --yes to do it."].join("\n"));
    return exitCodes.done;
  }
  // Without a Region or credentials there is nothing to write down.
  await askAws("connect:StartTaskContact", `the instance ${target.instanceId}`, async () => {
    await deps.connect.config.region();
    await deps.connect.config.credentials();
  });
  const runId = new Date(deps.clock.now()).toISOString().replaceAll(/[:.]/g, "-");
  using journal = createJournal(flags.journal ?? privateFile(`probe-${runId}.jsonl`), deps.clock.now);
  terminal.note(`Journal: ${journal.file}`);
  const onStep = (text: string) => terminal.note(`probe ${text}`);
  const probeDeps = { ...deps, journal, runId, patienceMs: flags.patience, onStep };
  const lookElsewhere = await openSources(asked, deps.sources, probeDeps);
  const run = await runProbe(target, probeDeps).catch((error) => {
    if (deps.signal.aborted) return undefined;
    throw error;
  });
  if (run === undefined) return exitCodes.interrupted;
  journal.write({ facts: run.facts });
  const elsewhere = await lookElsewhere(run);
  const conclusions = conclude(run, elsewhere);
  journal.write({ ...elsewhere, conclusions });
  const { file } = journal;
  if (flags.json)
    printJson(terminal, {
      dryRun: false,
      target,
      facts: run.facts,
      ...elsewhere,
      ...conclusions,
      journal: file,
    });
  else terminal.print(describeConclusions(conclusions, terminal.width));
  if (deps.signal.aborted) return exitCodes.interrupted;
  const failed = Object.values(elsewhere).some(({ error }) => error !== undefined);
  return failed ? exitCodes.incomplete : exitCodes.done;
}

function describeConclusions({ findings, settings }: Conclusions, width: number | undefined): string {
  const values = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const text = [...findings, `Settings that follow: ${values.join(" ")}`];
  return text.map((line) => wrapText(line, "", width)).join("\n");
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

/** By ids, as Connect's calls name things; an ARN is reduced to its id. */
function targetOf(flags: ProbeFlags): ProbeTarget {
  const missing = Object.keys(targetKinds).filter((name) => flags[name as TargetName] === undefined);
  const options = new Intl.ListFormat("en-GB").format(missing.map((name) => `--${name}`));
  if (missing.length > 0) throw new UsageError(`Give ${options}.`);
  const idOf = (name: TargetName) => {
    const text = flags[name] ?? "";
    const arn = parseConnectArn(text);
    if (!arn && !text.startsWith("arn:")) return text;
    if (arn && arn.kind === targetKinds[name]) return arn.id;
    throw new UsageError(`--${name} is an ARN, but not that of ${whatItNames[name]}: ${text}.`);
  };
  return { instanceId: idOf("instance"), contactFlowId: idOf("flow"), queueId: idOf("queue") };
}

/** What the resource is called in its ARN: an instance has no kind. */
const targetKinds = { instance: undefined, flow: "contact-flow", queue: "queue" } as const;
const whatItNames = { instance: "an instance", flow: "a flow", queue: "a queue" } as const;
type TargetName = keyof typeof targetKinds;
