import { parseConnectArn } from "../intake/connect-arn.ts";
import type { ConnectInstance, Settings } from "../settings.ts";
import type { Environment, EnvironmentVariable } from "./environment.ts";

/** The function's settings and the queue URLs that its clients need. */
export interface Config extends Settings {
  readonly intentQueueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** The allow-lists in the file beside the function's code, for lists that do not fit into the environment. */
export interface AllowListsFile {
  readonly contactFlowIds?: readonly string[];
  readonly queueIds?: readonly string[];
  readonly userIds?: readonly string[];
}

/**
 * Reads the environment that the stack sets, and the file of allow-lists if it says so. A missing or invalid value stops the start
 * with the variable's name.
 */
export function readConfig(env: Environment, readAllowLists: () => string): Config {
  const inFile = allowListsIn(env, readAllowLists);
  const transfersPerSecond = number(env, "TRANSFERS_PER_SECOND");
  const share = 1 / number(env, "MAX_CONCURRENCY");
  const rules = {
    settleForMs: number(env, "SETTLE_FOR_SECONDS") * 1000,
    transferMethods: text(env, "TRANSFER_METHODS").split(","),
  };
  return {
    instances: instances(env),
    allowLists: {
      contactFlows: allowList(env, "CONTACT_FLOW_IDS", inFile.contactFlowIds),
      queues: allowList(env, "QUEUE_IDS", inFile.queueIds),
      users: allowList(env, "USER_IDS", inFile.userIds),
    },
    eventBusName: text(env, "EVENT_BUS_NAME"),
    outcomeSource: text(env, "OUTCOME_SOURCE"),
    requestsPerSecond: transfersPerSecond * share,
    resolveUnknown: optionalSwitch(env, "RESOLVE_UNKNOWN") ? { ...rules, shareOfReads: share } : undefined,
    retryForMs: number(env, "RETRY_FOR_SECONDS") * 1000,
    maxIntentAgeMs: number(env, "MAX_INTENT_AGE_SECONDS") * 1000,
    notFoundGraceMs: numberFromZero(env, "NOT_FOUND_GRACE_SECONDS") * 1000,
    isShadow: optionalSwitch(env, "SHADOW"),
    intentQueueUrl: text(env, "INTENT_QUEUE_URL"),
    deadLetterQueueUrl: text(env, "DEAD_LETTER_QUEUE_URL"),
    enqueueUnfinished: optionalSwitch(env, "ENQUEUE_UNFINISHED"),
  };
}

function instances(env: Environment): Settings["instances"] {
  const byId = new Map<string, ConnectInstance>();
  for (const arn of text(env, "INSTANCE_ARNS").split(",")) {
    const parsed = parseConnectArn(arn);
    if (!parsed || parsed.kind !== undefined) {
      throw configError("INSTANCE_ARNS", `${JSON.stringify(arn)} is not the ARN of a Connect instance`);
    }
    byId.set(parsed.instanceId, { id: parsed.instanceId, arn });
  }
  const named = env.DEFAULT_INSTANCE_ARN;
  if (named === undefined) {
    const [only, ...others] = byId.values();
    return { byId, defaultInstance: others.length === 0 ? only : undefined };
  }
  const defaultInstance = [...byId.values()].find(({ arn }) => arn === named);
  if (!defaultInstance) throw configError("DEFAULT_INSTANCE_ARN", "it is not one of INSTANCE_ARNS");
  return { byId, defaultInstance };
}

function text(env: Environment, name: EnvironmentVariable): string {
  const value = env[name];
  if (!value) throw configError(name, "it is missing or empty");
  return value;
}

function number(env: Environment, name: EnvironmentVariable): number {
  const value = Number(text(env, name));
  if (!Number.isFinite(value) || value <= 0) throw configError(name, "it must be a number greater than 0");
  return value;
}

function numberFromZero(env: Environment, name: EnvironmentVariable): number {
  return env[name] === "0" ? 0 : number(env, name);
}

function allowListsIn(env: Environment, readAllowLists: () => string): AllowListsFile {
  if (!optionalSwitch(env, "ALLOW_LISTS_IN_FILE")) return {};
  try {
    return JSON.parse(readAllowLists());
  } catch (error) {
    throw configError("ALLOW_LISTS_IN_FILE", `the file of allow-lists cannot be read: ${error}`);
  }
}

function allowList(
  env: Environment,
  name: EnvironmentVariable,
  inFile: readonly string[] = [],
): ReadonlySet<string> | undefined {
  const ids = [...(env[name]?.split(",") ?? []), ...inFile];
  return ids.length > 0 ? new Set(ids) : undefined;
}

function optionalSwitch(env: Environment, name: EnvironmentVariable): boolean {
  const value = env[name];
  if (value === undefined || value === "true") return value === "true";
  throw configError(name, `it must be "true" or unset`);
}

function configError(name: EnvironmentVariable, problem: string): Error {
  return new Error(
    `The function's environment variable ${name} is invalid: ${problem}. The stack sets it: npx cdk deploy --revert-drift restores it.`,
  );
}
