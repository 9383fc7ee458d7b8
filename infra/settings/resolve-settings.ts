import { type Duration, Token } from "aws-cdk-lib/core";
import type { ContactTransferProps, Delivery } from "../contact-transfer-props.ts";
import { checkFits } from "./check-fits.ts";
import {
  type Environment,
  type NonEmptyList,
  quote,
  resolveDefaultInstanceArn,
  resolveIds,
  resolveInstanceArns,
  resolveList,
} from "./connect-settings.ts";
import { type CheckedProducers, resolveProducers } from "./producers.ts";
import { SettingError } from "./setting-error.ts";

/** The props with their defaults, checked: what the construct builds from. Values that are tokens pass unchecked. */
export interface Settings {
  readonly instanceArns: NonEmptyList;
  readonly defaultInstanceArn: string | undefined;
  readonly contactFlowIds: NonEmptyList | undefined;
  readonly queueIds: NonEmptyList | undefined;
  readonly userIds: NonEmptyList | undefined;
  /** The existing bus that is used by name; undefined where `eventBus` says which. */
  readonly eventBusName: string | undefined;
  readonly eventSources: NonEmptyList | undefined;
  readonly outcomeSource: string;
  readonly transfersPerSecond: number;
  readonly maxConcurrency: number;
  readonly batchSize: number;
  readonly retryForSeconds: number;
  readonly maxIntentAgeSeconds: number;
  readonly producers: CheckedProducers;
  readonly delivery: Delivery;
  readonly isPaused: boolean;
  readonly memorySize: number;
  readonly isShadow: boolean;
  readonly hasOutcomeLog: boolean;
  readonly alarmTopicArn: string | undefined;
}

/** Checks the props of a stack and fills in their defaults. Throws a `SettingError` at the first one that cannot be used. */
export function resolveSettings(props: ContactTransferProps, stack: Environment): Settings {
  const instanceArns = resolveInstanceArns(props.instanceArns, stack);
  const outcomeSource = resolveSource("outcomeSource", props.outcomeSource ?? "contact-transfer");
  const maxIntentAgeSeconds = resolveMaxIntentAge(props.maxIntentAge);
  const eventSources = resolveEventSources(props.eventSources, outcomeSource);
  const delivery = resolveDelivery(props.delivery);
  const settings: Settings = {
    instanceArns,
    defaultInstanceArn: resolveDefaultInstanceArn(props.defaultInstanceArn, instanceArns),
    contactFlowIds: resolveIds(contactFlows, props.contactFlowIds, instanceArns),
    queueIds: resolveIds(queues, props.queueIds, instanceArns),
    userIds: resolveIds(users, props.userIds, instanceArns),
    eventBusName: resolveEventBusName(props),
    eventSources,
    outcomeSource,
    transfersPerSecond: resolveNumber("transfersPerSecond", props.transfersPerSecond ?? 2, 0.1, 1000),
    maxConcurrency: resolveMaxConcurrency(props.maxConcurrency, delivery),
    batchSize: resolveWholeNumber("batchSize", props.batchSize ?? 10, 1, 10),
    retryForSeconds: resolveRetryFor(props.retryFor, maxIntentAgeSeconds),
    maxIntentAgeSeconds,
    producers: resolveProducers(props.producers, eventSources),
    delivery,
    isPaused: props.paused ?? false,
    memorySize: resolveWholeNumber("memorySize", props.memorySize ?? 256, 128, 10_240),
    isShadow: props.shadow ?? false,
    hasOutcomeLog: props.outcomeLog ?? true,
    alarmTopicArn: resolveTopicArn(props.alarmTopicArn),
  };
  checkFits(settings);
  return settings;
}

const contactFlows = { setting: "contactFlowIds", kind: "contact-flow", maxLength: 500 } as const;
const queues = { setting: "queueIds", kind: "queue", maxLength: 256 } as const;
const users = { setting: "userIds", kind: "agent", maxLength: 256 } as const;

function resolveEventBusName({ eventBus, eventBusName }: ContactTransferProps): string | undefined {
  if (eventBus !== undefined && eventBusName !== undefined) {
    throw new SettingError(
      `eventBus and eventBusName (${quote(eventBusName)}) are both given: leave one out, as there is one bus.`,
    );
  }
  if (eventBus !== undefined) {
    if (eventBus === "own" || typeof eventBus === "object") return undefined;
    throw new SettingError(
      `eventBus: ${quote(eventBus)} is neither "own" nor a bus: give eventBusName for an existing bus by its name.`,
    );
  }
  const name = eventBusName ?? "default";
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

function resolveTopicArn(arn: string | undefined): string | undefined {
  if (
    arn === undefined ||
    Token.isUnresolved(arn) ||
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(arn)
  ) {
    return arn;
  }
  throw new SettingError(
    `alarmTopicArn: ${quote(arn)} is not the ARN of an SNS topic, such as arn:aws:sns:us-east-1:111122223333:operators.`,
  );
}

function resolveNumber(setting: string, value: number, least: number, most: number): number {
  if (Token.isUnresolved(value) || (value >= least && value <= most)) return value;
  throw new SettingError(`${setting}: ${value} is not from ${least} to ${most}.`);
}

function resolveWholeNumber(setting: string, value: number, least: number, most: number): number {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return value;
  throw new SettingError(`${setting}: ${value} is not a whole number from ${least} to ${most}.`);
}

function resolveDelivery(delivery: Delivery = "queue"): Delivery {
  if (delivery === "queue" || delivery === "direct") return delivery;
  throw new SettingError(`delivery: ${quote(delivery)} is neither "queue" nor "direct".`);
}

/** With direct delivery, the queue leaves one instance to events, and an event source mapping takes two at least. */
function resolveMaxConcurrency(value: number | undefined, delivery: Delivery): number {
  const least = delivery === "direct" ? 3 : 2;
  const concurrency = resolveWholeNumber("maxConcurrency", value ?? least, 2, 1000);
  if (Token.isUnresolved(concurrency) && delivery === "direct") {
    throw new SettingError(
      'maxConcurrency is a token: with delivery: "direct" give a number, as the queue gets one instance less.',
    );
  }
  if (Token.isUnresolved(concurrency) || concurrency >= least) return concurrency;
  throw new SettingError(
    `maxConcurrency: ${concurrency} is below ${least}, the least with delivery: "direct", as one instance is left to events and the queue takes two at least.`,
  );
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
