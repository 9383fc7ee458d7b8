import { type Duration, Token } from "aws-cdk-lib/core";
import { checkFits } from "./check-fits.ts";
import {
  type NonEmptyList,
  type Place,
  quote,
  resolveDefaultInstanceArn,
  resolveIds,
  resolveInstanceArns,
  resolveList,
} from "./connect-settings.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";
import { SettingError } from "./setting-error.ts";

/** The props with their defaults, checked: what the construct builds from. Values that are tokens pass unchecked. */
export interface Settings {
  readonly instanceArns: NonEmptyList;
  readonly defaultInstanceArn: string | undefined;
  readonly contactFlowIds: NonEmptyList | undefined;
  readonly queueIds: NonEmptyList | undefined;
  readonly userIds: NonEmptyList | undefined;
  readonly eventBusName: string;
  readonly eventSources: NonEmptyList | undefined;
  readonly outcomeSource: string;
  readonly transfersPerSecond: number;
  readonly maxConcurrency: number;
  readonly batchSize: number;
  readonly retryForSeconds: number;
  readonly maxIntentAgeSeconds: number;
}

/** Checks the props of a stack and fills in their defaults. Throws a `SettingError` at the first one that cannot be used. */
export function resolveSettings(props: ContactTransferProps, stack: Place): Settings {
  const instanceArns = resolveInstanceArns(props.instanceArns, stack);
  const outcomeSource = resolveSource("outcomeSource", props.outcomeSource ?? "contact-transfer");
  const maxIntentAgeSeconds = resolveMaxIntentAge(props.maxIntentAge);
  const settings: Settings = {
    instanceArns,
    defaultInstanceArn: resolveDefaultInstanceArn(props.defaultInstanceArn, instanceArns),
    contactFlowIds: resolveIds(contactFlows, props.contactFlowIds, instanceArns),
    queueIds: resolveIds(queues, props.queueIds, instanceArns),
    userIds: resolveIds(users, props.userIds, instanceArns),
    eventBusName: resolveEventBusName(props.eventBusName ?? "default"),
    eventSources: resolveEventSources(props.eventSources, outcomeSource),
    outcomeSource,
    transfersPerSecond: resolveNumber("transfersPerSecond", props.transfersPerSecond ?? 2, 0.1, 1000),
    maxConcurrency: resolveWholeNumber("maxConcurrency", props.maxConcurrency ?? 2, 2, 1000),
    batchSize: resolveWholeNumber("batchSize", props.batchSize ?? 10, 1, 10),
    retryForSeconds: resolveRetryFor(props.retryFor, maxIntentAgeSeconds),
    maxIntentAgeSeconds,
  };
  checkFits(settings);
  return settings;
}

const contactFlows = { setting: "contactFlowIds", kind: "contact-flow", maxLength: 500 } as const;
const queues = { setting: "queueIds", kind: "queue", maxLength: 256 } as const;
const users = { setting: "userIds", kind: "agent", maxLength: 256 } as const;

function resolveEventBusName(name: string): string {
  if (Token.isUnresolved(name) || /^[A-Za-z0-9._-]{1,256}$/.test(name)) return name;
  throw new SettingError(
    `eventBusName: ${quote(name)} is not the name of an event bus (1–256 of A–Z a–z 0–9 . _ -): give the name of a bus in the stack's account and Region, such as orders, rather than its ARN or a partner's bus.`,
  );
}

function resolveEventSources(
  values: readonly string[] | undefined,
  outcomeSource: string,
): NonEmptyList | undefined {
  if (values === undefined) return undefined;
  const sources = resolveList("eventSources", values, "leave it out to take requests of every source");
  for (const source of sources) {
    resolveSource("eventSources", source);
    if (source === outcomeSource) {
      throw new SettingError(
        `eventSources: ${quote(source)} is the outcomeSource, so the function's own events could come back to it: give outcomeSource another value than the sources of requests.`,
      );
    }
  }
  return sources;
}

function resolveSource(setting: string, source: string): string {
  if (Token.isUnresolved(source)) return source;
  if (!/^[A-Za-z0-9._/:-]{1,256}$/.test(source)) {
    throw new SettingError(
      `${setting}: ${quote(source)} is not a source of events (1–256 of A–Z a–z 0–9 . - _ / :, no wildcards), such as com.example.orders.`,
    );
  }
  if (source.startsWith("aws.")) {
    throw new SettingError(
      `${setting}: ${quote(source)} starts with aws., which only AWS itself may put events with: name a source of your own, such as com.example.orders.`,
    );
  }
  return source;
}

function resolveNumber(setting: string, value: number, least: number, most: number): number {
  if (Token.isUnresolved(value) || (value >= least && value <= most)) return value;
  throw new SettingError(`${setting}: ${value} is not from ${least} to ${most}.`);
}

function resolveWholeNumber(setting: string, value: number, least: number, most: number): number {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return value;
  throw new SettingError(`${setting}: ${value} is not a whole number from ${least} to ${most}.`);
}

function resolveMaxIntentAge(duration: Duration | undefined): number {
  if (duration === undefined) return 24 * 3600;
  return resolveSeconds("maxIntentAge", duration, 6 * 24 * 3600, "6 days");
}

function resolveRetryFor(duration: Duration | undefined, maxIntentAgeSeconds: number): number {
  if (duration !== undefined) {
    return resolveSeconds(
      "retryFor",
      duration,
      maxIntentAgeSeconds,
      `maxIntentAge (${maxIntentAgeSeconds} s)`,
    );
  }
  return Token.isUnresolved(maxIntentAgeSeconds) ? 3600 : Math.min(3600, maxIntentAgeSeconds);
}

function resolveSeconds(setting: string, duration: Duration, most: number, mostText: string): number {
  const seconds = duration.toSeconds({ integral: false });
  if (Token.isUnresolved(seconds)) return seconds;
  const fits = Token.isUnresolved(most) || seconds <= most;
  if (Number.isInteger(seconds) && seconds >= 1 && fits) return seconds;
  throw new SettingError(
    `${setting}: ${seconds} s is not a whole number of seconds from 1 s to ${mostText}.`,
  );
}
