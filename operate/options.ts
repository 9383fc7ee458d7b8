import { type Command, Option } from "commander";
import { asArgument, duration, httpUrl, positiveInteger } from "../cli/option-parsers.ts";
import { defaultStackName, stackVariable } from "./aws/find-deployment.ts";
import { privateFile } from "./files/private-folder.ts";
import { type Condition, filters } from "./letters/filters.ts";
import type { SessionOptions } from "./open-session.ts";

/** The options of every command that talks to a deployment. */
export interface DeploymentFlags extends SessionOptions {
  readonly maxIntentAge?: number;
  readonly json?: true;
}

/** The options of every command that reads dead letters. */
export interface LetterFlags extends DeploymentFlags {
  readonly limit?: number;
}

const idOption = [
  "--id <id>",
  "the construct's id, if the stack has several ContactTransfer constructs",
] as const;

/** Adds the deployment by its stack alone, how to reach AWS, and how to answer. */
export function addDeploymentOptions(command: Command): Command {
  command.optionsGroup("Deployment:");
  command
    .addOption(
      new Option("--stack <name>", "the CloudFormation stack").env(stackVariable).default(defaultStackName),
    )
    .option(...idOption);
  return addAwsOptions(command);
}

/** Adds the deployment by its stack or by the URLs of its queues, how to reach AWS, and how to answer. */
export function addQueueOptions(command: Command): Command {
  return addOutputOptions(addQueues(command));
}

/** Adds the deployment by its stack or by the URLs of its queues, and how to reach AWS. */
export function addQueues(command: Command): Command {
  command.optionsGroup("Deployment:");
  command.option(
    "--stack <name>",
    `the CloudFormation stack (default: ${stackVariable}, else ${defaultStackName}; none if a queue is given by URL)`,
  );
  command.option(...idOption);
  command
    .option("--dead-letter-queue-url <url>", "instead of --stack (default: DEAD_LETTER_QUEUE_URL)")
    .option("--instance-arn <arn>", "the Connect instance of intents that name none (default: the stack's)")
    .option("--intent-queue-url <url>", "instead of --stack (default: INTENT_QUEUE_URL)")
    .addOption(
      new Option(
        "--max-intent-age <duration>",
        "the deployment's maxIntentAge (default: the stack's, else 24h)",
      ).argParser(duration),
    );
  return addClientOptions(command);
}

/** Adds how to reach AWS, and how to answer. */
function addAwsOptions(command: Command): Command {
  return addOutputOptions(addClientOptions(command));
}

function addClientOptions(command: Command): Command {
  return command
    .option("--region <region>", "as in the AWS CLI")
    .option("--profile <profile>", "as in the AWS CLI")
    .option("--endpoint-url <url>", "as in the AWS CLI", httpUrl);
}

function addOutputOptions(command: Command): Command {
  return command.optionsGroup("Output:").option("--json", "print one JSON document");
}

/** Adds the filters and `--limit`. Returns the conditions that the command line gives. */
export function addFilterOptions(command: Command): readonly Condition[] {
  const conditions: Condition[] = [];
  command.optionsGroup("Filters (a dead letter must match all; without any, all are selected):");
  for (const { flags, description, read } of filters) {
    const parse = (text: string) => conditions.push(...asArgument(() => read(text)));
    command.addOption(new Option(flags, description).argParser(parse));
  }
  command.addOption(new Option("--limit <n>", "at most this many, oldest first").argParser(positiveInteger));
  return conditions;
}

/** Adds the file that every change is recorded in. */
export function addAuditOption(command: Command): Command {
  return command.option(
    "--audit <file>",
    "record every change as a JSON line",
    privateFile("dlq-audit.jsonl"),
  );
}
