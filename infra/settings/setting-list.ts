import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Duration, RemovalPolicy, Token } from "aws-cdk-lib/core";
import { projectPage } from "../../cli/project-page.ts";
import { defaultTransferMethods } from "../../lambda/resolve/successors.ts";
import type { EnvironmentVariable } from "../../lambda/runtime/environment.ts";
import {
  between,
  type Check,
  checkContactEvents,
  checkEventBus,
  checkEventBusName,
  checkEventSources,
  checkLogRetention,
  checkMaxConcurrency,
  checkRunbookUrl,
  checkSource,
  checkTopicArn,
  oneOf,
  wholeNumber,
  wholeSeconds,
} from "./checks.ts";
import { deliveries, removalPolicies, rollouts } from "./choices.ts";
import {
  checkDefaultInstanceArn,
  checkIds,
  checkInstanceArns,
  checkTransferMethods,
} from "./connect-settings.ts";
import { numberText } from "./number-text.ts";
import { checkProducers, checkQueuePrincipals } from "./producers.ts";
import type { PropType } from "./prop-type.ts";
import {
  readBoolean,
  readDelivery,
  readDuration,
  readList,
  readNumber,
  readOwn,
  readProducers,
  readRemovalPolicy,
  readRollout,
  readText,
} from "./read-setting.ts";
import type { GivenSettings, SettingName, Settings } from "./settings.ts";

/** Everything about a setting but its documentation, which is at its prop. */
export interface SettingRow<Name extends SettingName> {
  /** The type of a value that code passes; undefined if `check` says it. */
  readonly type?: PropType;
  /** Reads the text of `-c`, or the value in a file of settings. */
  readonly read: (name: string, value: unknown) => GivenSettings[Name];
  /** The value of an omitted setting; it may depend on the others as given. */
  readonly default: (given: GivenSettings) => Settings[Name];
  /** Returns the value if it can be used; otherwise throws a `SettingError`. Tokens pass. */
  readonly check?: Check<NonNullable<GivenSettings[Name]>>;
  /** The function's environment variable, if the function needs the setting; undefined leaves it unset. */
  readonly environment?: readonly [
    variable: EnvironmentVariable,
    text: (value: NonNullable<GivenSettings[Name]>) => string | undefined,
  ];
}

const joined = (values: readonly string[]) => values.join(",");
const verbatim = (text: string) => text;
const flag = (isOn: boolean) => (isOn ? "true" : undefined);
const inSeconds = (duration: Duration) => numberText(duration.toSeconds());

const defaultTransfersPerSecond = 2;
const largestBatchSize = 10;
/** In a short backlog, the instances end at most this long after one another. */
const batchSeconds = 10;
const defaultMaxIntentAge = Duration.hours(24);
const defaultRetryFor = Duration.hours(1);

/**
 * Every setting of the construct. A prop without a row does not compile; reading of `-c` and of files, checks, defaults
 * and the function's environment all come from here. Checks run from top to bottom, so a row may rely on those above it.
 */
export const settingList: { readonly [Name in SettingName]: SettingRow<Name> } = {
  instanceArns: {
    type: "a list of strings",
    read: readList,
    default: () => [],
    check: checkInstanceArns,
    environment: ["INSTANCE_ARNS", joined],
  },
  defaultInstanceArn: {
    type: "a string",
    read: readText,
    default: ({ instanceArns }) => (new Set(instanceArns).size === 1 ? instanceArns[0] : undefined),
    check: checkDefaultInstanceArn,
    environment: ["DEFAULT_INSTANCE_ARN", verbatim],
  },
  contactFlowIds: {
    type: "a list of strings",
    read: readList,
    default: () => undefined,
    check: checkIds("contact-flow", 500),
    environment: ["CONTACT_FLOW_IDS", joined],
  },
  queueIds: {
    type: "a list of strings",
    read: readList,
    default: () => undefined,
    check: checkIds("queue", 256),
    environment: ["QUEUE_IDS", joined],
  },
  userIds: {
    type: "a list of strings",
    read: readList,
    default: () => undefined,
    check: checkIds("agent", 256),
    environment: ["USER_IDS", joined],
  },
  eventBus: { read: readOwn, default: () => undefined, check: checkEventBus },
  eventBusName: {
    type: "a string",
    read: readText,
    default: ({ eventBus }) => (eventBus === undefined ? "default" : undefined),
    check: checkEventBusName,
  },
  outcomeSource: {
    type: "a string",
    read: readText,
    default: () => "contact-transfer",
    check: checkSource,
    environment: ["OUTCOME_SOURCE", verbatim],
  },
  eventSources: {
    type: "a list of strings",
    read: readList,
    default: () => undefined,
    check: checkEventSources,
  },
  producers: { type: "a list of producers", read: readProducers, default: () => [], check: checkProducers },
  queuePrincipalArns: {
    type: "a list of strings",
    read: readList,
    default: () => [],
    check: checkQueuePrincipals,
  },
  transfersPerSecond: {
    type: "a number",
    read: readNumber,
    default: () => defaultTransfersPerSecond,
    check: between(0.1, 1000),
    environment: ["TRANSFERS_PER_SECOND", numberText],
  },
  delivery: {
    type: "a string",
    read: readDelivery,
    default: () => "queue",
    check: oneOf(...deliveries),
    environment: ["ENQUEUE_UNFINISHED", (delivery) => flag(delivery === "direct")],
  },
  maxConcurrency: {
    type: "a number",
    read: readNumber,
    default: defaultMaxConcurrency,
    check: checkMaxConcurrency,
    environment: ["MAX_CONCURRENCY", numberText],
  },
  batchSize: {
    type: "a number",
    read: readNumber,
    default: defaultBatchSize,
    check: wholeNumber(1, largestBatchSize),
  },
  maxIntentAge: {
    type: "a Duration",
    read: readDuration,
    default: () => defaultMaxIntentAge,
    check: wholeSeconds(1, "6 days", () => Duration.days(6)),
    environment: ["MAX_INTENT_AGE_SECONDS", inSeconds],
  },
  retryFor: {
    type: "a Duration",
    read: readDuration,
    default: ({ maxIntentAge = defaultMaxIntentAge }) =>
      !maxIntentAge.isUnresolved() && maxIntentAge.toMilliseconds() < defaultRetryFor.toMilliseconds()
        ? maxIntentAge
        : defaultRetryFor,
    check: wholeSeconds(1, "maxIntentAge", ({ maxIntentAge }) => maxIntentAge),
    environment: ["RETRY_FOR_SECONDS", inSeconds],
  },
  notFoundGrace: {
    type: "a Duration",
    read: readDuration,
    default: () => Duration.seconds(10),
    check: wholeSeconds(0, "15 minutes", () => Duration.minutes(15)),
    environment: ["NOT_FOUND_GRACE_SECONDS", inSeconds],
  },
  resolveUnknown: {
    type: "a boolean",
    read: readBoolean,
    default: () => false,
    environment: ["RESOLVE_UNKNOWN", flag],
  },
  settleFor: {
    type: "a Duration",
    read: readDuration,
    default: () => Duration.minutes(5),
    check: wholeSeconds(60, "30 minutes", () => Duration.minutes(30)),
    environment: ["SETTLE_FOR_SECONDS", inSeconds],
  },
  transferMethods: {
    type: "a list of strings",
    read: readList,
    default: () => [...defaultTransferMethods],
    check: checkTransferMethods,
    environment: ["TRANSFER_METHODS", joined],
  },
  paused: { type: "a boolean", read: readBoolean, default: () => false },
  shadow: { type: "a boolean", read: readBoolean, default: () => false, environment: ["SHADOW", flag] },
  outcomeLog: { type: "a boolean", read: readBoolean, default: () => true },
  contactEvents: { type: "a boolean", read: readBoolean, default: () => false, check: checkContactEvents },
  logRetention: {
    type: "a number",
    read: readNumber,
    default: () => RetentionDays.ONE_MONTH,
    check: checkLogRetention,
  },
  removalPolicy: {
    type: "a string",
    read: readRemovalPolicy,
    default: () => RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    check: oneOf(...removalPolicies),
  },
  tracing: { type: "a boolean", read: readBoolean, default: () => true },
  outputs: { type: "a boolean", read: readBoolean, default: () => true },
  alarmTopicArn: { type: "a string", read: readText, default: () => undefined, check: checkTopicArn },
  runbookUrl: {
    type: "a string",
    read: readText,
    default: () => projectPage("docs/operations.md"),
    check: checkRunbookUrl,
  },
  rollout: { type: "a string", read: readRollout, default: () => "latest", check: oneOf(...rollouts) },
  memorySize: { type: "a number", read: readNumber, default: () => 256, check: wholeNumber(256, 10_240) },
};

export const settingNames = Object.keys(settingList) as readonly SettingName[];

function defaultMaxConcurrency({ delivery }: GivenSettings): number {
  return delivery === "direct" ? 3 : 2;
}

/** As many intents as an instance can transfer in ten seconds. */
function defaultBatchSize(given: GivenSettings): number {
  const { transfersPerSecond = defaultTransfersPerSecond, maxConcurrency = defaultMaxConcurrency(given) } =
    given;
  if ([transfersPerSecond, maxConcurrency].some(Token.isUnresolved)) return largestBatchSize;
  const inTime = Math.floor((batchSeconds * transfersPerSecond) / maxConcurrency);
  return Math.min(largestBatchSize, Math.max(1, inTime));
}
