import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { ToolError, UsageError } from "../../cli/errors.ts";
import { isObject, parseJson } from "../../cli/json.ts";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import { defaultTransferMethods } from "../../lambda/resolve/successors.ts";
import type { Environment } from "../../lambda/runtime/environment.ts";
import type { Instances } from "../../lambda/settings.ts";
import { askAws, notAnAnswerOfAws } from "./explain-error.ts";

/** The stack of a deployment that nobody names. */
export const defaultStackName = "ContactTransfer";
/** The variable that names the stack, which knows more than the URLs of its queues. */
export const stackVariable = "CONTACT_TRANSFER_STACK";

/** The stack's outputs that the commands read. */
export interface StackOutputs {
  readonly eventBusName: string;
  readonly intentQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Undefined with `outcomeLog: false`. */
  readonly outcomeLogGroupName?: string;
  /** Undefined in stacks of earlier versions. */
  readonly functionLogGroupName?: string;
  readonly ruleName?: string;
}

/** The queues, and the settings of the function that the commands need. */
export interface Deployment {
  readonly deadLetterQueueUrl?: string;
  readonly intentQueueUrl?: string;
  /** The stack that was read; undefined if the queues were given by URL. */
  readonly stack?: string;
  /** Undefined if no stack was read. */
  readonly outputs?: StackOutputs;
  readonly instances: Instances;
  readonly maxIntentAgeMs: number;
  readonly transfersPerSecond: number;
  /** With `paused` nothing takes intents from the queue; undefined if no stack was read. */
  readonly isPaused?: boolean;
  /** The source of outcomes; undefined if no stack was read. */
  readonly outcomeSource?: string;
  /** How long Connect's reads may lag behind its writes. @default 5 minutes */
  readonly settleForMs?: number;
  /** The initiation methods that count as a transfer. */
  readonly transferMethods: readonly string[];
  /** What is assumed because nothing specifies it; undefined if everything is known. */
  readonly assumed?: string;
}

/** Where to look for the deployment, as given on the command line and in the environment. */
export interface DeploymentOptions {
  /** @default `ContactTransfer`, unless a queue is given by URL */
  readonly stack?: string;
  /** The id of the construct, if the stack has several. */
  readonly id?: string;
  readonly deadLetterQueueUrl?: string;
  readonly intentQueueUrl?: string;
  /** The instance of intents that name none. */
  readonly instanceArn?: string;
  readonly maxIntentAgeMs?: number;
}

const defaults = { maxIntentAgeMs: 24 * 3_600_000, transfersPerSecond: 2 };

/** Finds the deployment by its stack, by queue URLs, or both. What is given takes precedence over the stack. */
export async function findDeployment(
  options: DeploymentOptions,
  makeCloudFormation: () => Promise<CloudFormationClient>,
): Promise<Deployment> {
  const { stack, id, deadLetterQueueUrl, intentQueueUrl } = options;
  const isFoundByUrl = stack === undefined && (deadLetterQueueUrl ?? intentQueueUrl) !== undefined;
  const stackName = isFoundByUrl ? undefined : (stack ?? defaultStackName);
  const found =
    stackName === undefined ? undefined : await readStack(stackName, id, await makeCloudFormation());
  const settings = found?.settings ?? {};
  const maxIntentAgeSeconds = positive(settings.MAX_INTENT_AGE_SECONDS);
  const maxIntentAgeMs = options.maxIntentAgeMs ?? (maxIntentAgeSeconds && maxIntentAgeSeconds * 1000);
  const settleForSeconds = positive(settings.SETTLE_FOR_SECONDS);
  const transfersPerSecond = positive(settings.TRANSFERS_PER_SECOND);
  return {
    deadLetterQueueUrl: deadLetterQueueUrl ?? found?.outputs.deadLetterQueueUrl,
    intentQueueUrl: intentQueueUrl ?? found?.outputs.intentQueueUrl,
    stack: stackName,
    outputs: found?.outputs,
    instances: instancesOf(settings, options.instanceArn),
    maxIntentAgeMs: maxIntentAgeMs ?? defaults.maxIntentAgeMs,
    transfersPerSecond: transfersPerSecond ?? defaults.transfersPerSecond,
    isPaused: found?.isPaused,
    outcomeSource: settings.OUTCOME_SOURCE,
    settleForMs: settleForSeconds && settleForSeconds * 1000,
    transferMethods: settings.TRANSFER_METHODS?.split(",") ?? defaultTransferMethods,
    assumed: describeAssumptions(maxIntentAgeMs === undefined, transfersPerSecond === undefined),
  };
}

function describeAssumptions(isAgeAssumed: boolean, isRateAssumed: boolean): string | undefined {
  const assumed = [
    isAgeAssumed && "maxIntentAge is 24h (--max-intent-age)",
    isRateAssumed && "the function makes 2 transfers per second (--rate)",
  ].filter((part) => part !== false);
  return assumed.length > 0 ? assumed.join(" and ") : undefined;
}

async function readStack(StackName: string, id: string | undefined, client: CloudFormationClient) {
  const { DescribeStacksCommand, GetTemplateCommand } = await import("@aws-sdk/client-cloudformation");
  const [{ Stacks = [] }, { TemplateBody = "" }] = await Promise.all([
    askStack("DescribeStacks", StackName, client, () =>
      client.send(new DescribeStacksCommand({ StackName })),
    ),
    askStack("GetTemplate", StackName, client, () => client.send(new GetTemplateCommand({ StackName }))),
  ]);
  const [found] = Stacks;
  // CloudFormation refuses a stack that does not exist, and a page of a proxy parses as no stack at all.
  if (!found)
    throw notAnAnswerOfAws({ action: "cloudformation:DescribeStacks", of: `The stack ${StackName}` });
  const values = new Map(found.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const prefix = choosePrefix(StackName, [...values.keys()], id);
  const output = (name: string) => {
    const value = values.get(prefix + name);
    if (value) return value;
    throw new ToolError(
      `The stack ${StackName} has no output ${name}: is it a contact-transfer stack, deployed with outputs?`,
    );
  };
  const outputs: StackOutputs = {
    eventBusName: output("EventBusName"),
    intentQueueUrl: output("IntentQueueUrl"),
    deadLetterQueueUrl: output("DeadLetterQueueUrl"),
    outcomeLogGroupName: values.get(`${prefix}OutcomeLogGroupName`),
    functionLogGroupName: values.get(`${prefix}FunctionLogGroupName`),
    ruleName: values.get(`${prefix}RuleName`),
  };
  const template = parseJson(TemplateBody);
  return {
    outputs,
    settings: functionSettings(template, `${prefix}FunctionName`),
    isPaused: isMappingOff(template, `${prefix}EventSourceMappingId`),
  };
}

/** Whether the template switches the mapping that the output names off. One that was switched off by hand looks switched on. */
function isMappingOff(template: unknown, mappingOutput: string): boolean {
  const { Resources } = isObject(template) ? template : {};
  const mapping = isObject(Resources) ? Resources[logicalIdOf(template, mappingOutput) ?? ""] : undefined;
  return isObject(mapping) && isObject(mapping.Properties) && mapping.Properties.Enabled === false;
}

/** The resource whose `Ref` is the value of the output. */
function logicalIdOf(template: unknown, outputName: string): string | undefined {
  const { Outputs } = isObject(template) ? template : {};
  const output = isObject(Outputs) ? Outputs[outputName] : undefined;
  const { Ref } = isObject(output) && isObject(output.Value) ? output.Value : {};
  return typeof Ref === "string" ? Ref : undefined;
}

/** What the names of the construct's outputs begin with: its id, or nothing in a stack that is one deployment. */
function choosePrefix(stackName: string, outputs: readonly (string | undefined)[], id?: string): string {
  const prefixes = outputs.flatMap((name) => /^(.*)IntentQueueUrl$/.exec(name ?? "")?.[1] ?? []);
  if (id === undefined) {
    const [only, ...others] = prefixes;
    if (only === undefined || prefixes.includes("")) return "";
    if (others.length === 0) return only;
    throw new UsageError(
      `The stack ${stackName} has several ContactTransfer constructs: give ${prefixes.map((prefix) => `--id ${prefix}`).join(" or ")}.`,
    );
  }
  const prefix = id.replace(/[^A-Za-z0-9]/g, "");
  if (prefixes.includes(prefix)) return prefix;
  const known = prefixes.filter((found) => found !== "");
  throw new ToolError(
    `The stack ${stackName} has no ContactTransfer ${id}${known.length > 0 ? `: it has ${known.join(", ")}` : "; try it without --id"}.`,
  );
}

function askStack<T>(
  action: string,
  stackName: string,
  { config }: CloudFormationClient,
  call: () => Promise<T>,
): Promise<T> {
  return askAws(`cloudformation:${action}`, `the stack ${stackName}`, async () => {
    try {
      return await call();
    } catch (error) {
      const { name, message } = error as Error;
      if (name !== "ValidationError" || !/does not exist/.test(message)) throw error;
      throw new ToolError(
        `There is no stack ${stackName} in ${await config.region()}: check --stack (or ${stackVariable}), --region and --profile.`,
        { cause: error },
      );
    }
  });
}

/** The environment of the function that the output names, or else of the only one, without the values that are not plain text. */
function functionSettings(template: unknown, functionOutput: string): Environment {
  const { Resources } = isObject(template) ? template : {};
  const named = logicalIdOf(template, functionOutput);
  const resources = isObject(Resources) ? Object.entries(Resources) : [];
  for (const [logicalId, resource] of resources) {
    if (named !== undefined && logicalId !== named) continue;
    const { Type, Properties } = isObject(resource) ? resource : {};
    const environment = isObject(Properties) ? Properties.Environment : undefined;
    const variables = isObject(environment) ? environment.Variables : undefined;
    if (Type !== "AWS::Lambda::Function" || !isObject(variables) || !("INSTANCE_ARNS" in variables)) continue;
    return Object.fromEntries(
      Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  }
  return {};
}

function instancesOf({ INSTANCE_ARNS = "", DEFAULT_INSTANCE_ARN }: Environment, given?: string): Instances {
  const arns = [...INSTANCE_ARNS.split(","), given ?? ""].filter((arn) => arn !== "");
  const byId = new Map(arns.map((arn) => [instanceIdOf(arn), { id: instanceIdOf(arn), arn }]));
  const named = given ?? DEFAULT_INSTANCE_ARN ?? (byId.size === 1 ? arns[0] : undefined);
  return { byId, defaultInstance: named === undefined ? undefined : byId.get(instanceIdOf(named)) };
}

function instanceIdOf(arn: string): string {
  const parsed = parseConnectArn(arn);
  if (parsed && parsed.kind === undefined) return parsed.instanceId;
  throw new UsageError(
    `${arn} is not the ARN of a Connect instance, which looks like arn:aws:connect:us-east-1:111122223333:instance/ID.`,
  );
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
