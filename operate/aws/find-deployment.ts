import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import { UsageError } from "../../cli/errors.ts";
import { isObject, parseJson } from "../../cli/json.ts";
import { ToolError } from "../../cli/tool-error.ts";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import type { Environment } from "../../lambda/runtime/environment.ts";
import type { Instances } from "../../lambda/settings.ts";
import { explainError } from "./explain-error.ts";

/** The queues, and as much of the function's settings as the tool needs. */
export interface Deployment {
  readonly deadLetterQueueUrl: string;
  readonly intentQueueUrl?: string;
  readonly instances: Instances;
  readonly maxIntentAgeMs: number;
  readonly transfersPerSecond: number;
  /** What is assumed because nobody said it; undefined where all is known. */
  readonly assumed?: string;
}

/** Where to look for the deployment, as given on the command line and in the environment. */
export interface DeploymentOptions {
  readonly stack?: string;
  readonly deadLetterQueueUrl?: string;
  readonly intentQueueUrl?: string;
  /** The instance of intents that name none. */
  readonly instanceArn?: string;
  readonly maxIntentAgeMs?: number;
}

const defaults = { maxIntentAgeMs: 24 * 3_600_000, transfersPerSecond: 2 };

/** Finds the deployment by its stack, by queue URLs, or both: what is given wins over what the stack says. */
export async function findDeployment(
  options: DeploymentOptions,
  makeCloudFormation: () => CloudFormationClient,
): Promise<Deployment> {
  const found =
    options.stack === undefined ? undefined : await readStack(options.stack, makeCloudFormation());
  const deadLetterQueueUrl = options.deadLetterQueueUrl ?? found?.outputs.DeadLetterQueueUrl;
  if (!deadLetterQueueUrl) {
    throw new UsageError(
      options.stack === undefined
        ? "Say which dead-letter queue: --stack NAME, --dead-letter-queue-url URL, or DEAD_LETTER_QUEUE_URL in the environment."
        : `The stack ${options.stack} has no output DeadLetterQueueUrl: is it a contact-transfer stack?`,
    );
  }
  const settings = found?.settings;
  const maxIntentAgeSeconds = positive(settings?.MAX_INTENT_AGE_SECONDS);
  const transfersPerSecond = positive(settings?.TRANSFERS_PER_SECOND);
  return {
    deadLetterQueueUrl,
    intentQueueUrl: options.intentQueueUrl ?? found?.outputs.IntentQueueUrl,
    instances: instancesOf(settings ?? {}, options.instanceArn),
    maxIntentAgeMs:
      options.maxIntentAgeMs ??
      (maxIntentAgeSeconds === undefined ? defaults.maxIntentAgeMs : maxIntentAgeSeconds * 1000),
    transfersPerSecond: transfersPerSecond ?? defaults.transfersPerSecond,
    assumed: whatIsAssumed(
      options.maxIntentAgeMs === undefined && maxIntentAgeSeconds === undefined,
      transfersPerSecond,
    ),
  };
}

function whatIsAssumed(isAgeAssumed: boolean, transfersPerSecond: number | undefined): string | undefined {
  const assumed = [
    isAgeAssumed && "maxIntentAge is 24h (--max-intent-age)",
    transfersPerSecond === undefined && "the function makes 2 transfers a second (--rate)",
  ].filter((part) => part !== false);
  return assumed.length > 0 ? assumed.join(" and ") : undefined;
}

async function readStack(StackName: string, client: CloudFormationClient) {
  const ask = async <T>(action: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      const { name, message } = error as Error;
      if (name === "ValidationError" && /does not exist/.test(message)) {
        throw new ToolError(`There is no stack ${StackName} here: check --region and --profile.`, {
          cause: error,
        });
      }
      throw explainError(error, { action: `cloudformation:${action}`, of: `the stack ${StackName}` });
    }
  };
  const { Stacks = [] } = await ask("DescribeStacks", () =>
    client.send(new DescribeStacksCommand({ StackName })),
  );
  const outputs = Object.fromEntries(
    (Stacks[0]?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
  );
  const { TemplateBody = "" } = await ask("GetTemplate", () =>
    client.send(new GetTemplateCommand({ StackName })),
  );
  return { outputs, settings: functionSettings(parseJson(TemplateBody)) };
}

/** The environment of the template's function, as far as it is plain text. */
function functionSettings(template: unknown): Environment {
  const resources =
    isObject(template) && isObject(template.Resources) ? Object.values(template.Resources) : [];
  for (const resource of resources) {
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
