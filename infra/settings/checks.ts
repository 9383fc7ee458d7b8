import type { IEventBus } from "aws-cdk-lib/aws-events";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { type Duration, Token, TokenComparison } from "aws-cdk-lib/core";
import { quote, SettingError } from "./setting-error.ts";
import type { Settings } from "./settings.ts";

/** An AWS account and a Region in it. */
export interface Environment {
  readonly account: string;
  readonly region: string;
}

/** What a check may compare a value with. */
export interface Surroundings {
  /** The settings so far: those above in the list are checked. */
  readonly settings: Settings;
  readonly stack: Environment;
}

/** Returns the value as the construct uses it; throws a `SettingError` if it cannot be used. Tokens pass. */
export type Check<Value> = (name: string, value: Value, surroundings: Surroundings) => Value;

export function between(least: number, most: number): Check<number> {
  return (name, value) => {
    if (Token.isUnresolved(value) || (value >= least && value <= most)) return value;
    throw new SettingError(`${name}: ${value} is not between ${least} and ${most}.`);
  };
}

export function wholeNumber(least: number, most: number): Check<number> {
  return (name, value) => {
    if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most))
      return value;
    throw new SettingError(`${name}: ${value} is not a whole number between ${least} and ${most}.`);
  };
}

export function oneOf<const Value extends string>(...values: readonly Value[]): Check<Value> {
  return (name, value) => {
    if (values.includes(value)) return value;
    throw new SettingError(`${name}: ${quote(value)} is not ${values.map(quote).join(" or ")}.`);
  };
}

/** Whole seconds between two limits. */
export function wholeSeconds(
  least: number,
  limit: string,
  most: (settings: Settings) => Duration,
): Check<Duration> {
  return (name, duration, { settings }) => {
    const [seconds, mostSeconds] = [duration, most(settings)].map((d) => d.toSeconds({ integral: false }));
    if (seconds === undefined || mostSeconds === undefined || Token.isUnresolved(seconds)) return duration;
    const isWithin = Token.isUnresolved(mostSeconds) || seconds <= mostSeconds;
    if (Number.isInteger(seconds) && seconds >= least && isWithin) return duration;
    throw new SettingError(
      `${name}: ${seconds} s is not a whole number of seconds between ${least} s and ${limit} (${mostSeconds} s).`,
    );
  };
}

/** With direct delivery, one instance is left to events, and an event source mapping needs two at least. */
export const checkMaxConcurrency: Check<number> = (name, value, surroundings) => {
  const concurrency = wholeNumber(2, 1000)(name, value, surroundings);
  if (surroundings.settings.delivery !== "direct") return concurrency;
  if (Token.isUnresolved(concurrency)) {
    throw new SettingError(
      `${name} is a token: with delivery: "direct" it must be a number, because the queue gets one instance less.`,
    );
  }
  if (concurrency >= 3) return concurrency;
  throw new SettingError(
    `${name}: ${concurrency} is less than 3, the minimum with delivery: "direct": one instance is left to events, and the queue needs at least two.`,
  );
};

export const checkEventBus: Check<IEventBus | "own"> = (name, eventBus, { stack }) => {
  if (eventBus === "own") return eventBus;
  if (typeof eventBus === "object") {
    requireBusOf(name, eventBus, stack);
    return eventBus;
  }
  throw new SettingError(
    `${name}: ${quote(eventBus)} is neither "own" nor a bus: to use an existing bus by its name, set eventBusName.`,
  );
};

/** The form of the ARN of a bus, and what it is in words. */
export const eventBusArn = [
  /^arn:[a-z0-9-]+:events:[a-z0-9-]+:\d{12}:event-bus\/[A-Za-z0-9._-]{1,256}$/,
  "the ARN of an event bus, such as arn:aws:events:us-east-1:444455556666:event-bus/default",
] as const;

/** In another account or Region, CloudFormation would take a bus of the same name in its own. */
export function requireBusOf(
  name: string,
  { env: { account, region } }: IEventBus,
  stack: Environment,
): void {
  if (!isKnownToDiffer(account, stack.account) && !isKnownToDiffer(region, stack.region)) return;
  throw new SettingError(
    `${name}: the bus is in ${account}, ${region}, but the stack is in ${stack.account}, ${stack.region}. Rules and outcomes need a bus of the stack's own account and Region: use one there, and send events to it from the other bus.`,
  );
}

function isKnownToDiffer(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}

export const checkEventBusName: Check<string> = (name, busName, { settings: { eventBus } }) => {
  if (eventBus !== undefined) {
    throw new SettingError(
      `eventBus and ${name} (${quote(busName)}) are both set: leave one of them out, because there is only one bus.`,
    );
  }
  if (Token.isUnresolved(busName) || /^[A-Za-z0-9._-]{1,255}$/.test(busName)) return busName;
  throw new SettingError(
    `${name}: ${quote(busName)} is not the name of an event bus (1–255 of A–Z a–z 0–9 . _ -): set the name of a bus in the stack's account and Region, such as orders, not an ARN or a partner's bus.`,
  );
};

export const checkSource: Check<string> = (name, source) => {
  requireSource(name, source);
  return source;
};

/** Refuses what no event of one's own can have as its source. */
export function requireSource(name: string, source: string): void {
  if (Token.isUnresolved(source)) return;
  if (!/^[A-Za-z0-9._/:-]{1,256}$/.test(source)) {
    throw new SettingError(
      `${name}: ${quote(source)} is not a source of events (1–256 of A–Z a–z 0–9 . - _ / :, no wildcards), such as com.example.orders.`,
    );
  }
  if (source.startsWith("aws.")) {
    throw new SettingError(
      `${name}: ${quote(source)} starts with aws., which is reserved for AWS: use a source of your own, such as com.example.orders.`,
    );
  }
}

export const checkEventSources: Check<string[]> = (name, values, surroundings) =>
  checkSources(name, values, surroundings, "leave it out to accept requests from every source");

/** The sources of a producer, which must be named. */
export const checkRequestSources: Check<string[]> = (name, values, surroundings) =>
  checkSources(name, values, surroundings, "name the sources of its requests, such as com.example.orders");

function checkSources(
  name: string,
  values: readonly string[],
  surroundings: Surroundings,
  ifEmpty: string,
): string[] {
  const sources = checkList(name, values, ifEmpty);
  for (const source of sources) {
    checkSource(name, source, surroundings);
    if (source === surroundings.settings.outcomeSource) {
      throw new SettingError(
        `${name}: ${quote(source)} is also the outcomeSource, so the function could receive its own events: set outcomeSource to a source that sends no requests.`,
      );
    }
  }
  return sources;
}

export const checkTopicArn: Check<string> = (name, arn, { stack }) => {
  if (Token.isUnresolved(arn)) return arn;
  const [, region] = /^arn:[a-z-]+:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}$/.exec(arn) ?? [];
  if (region !== undefined && !Token.isUnresolved(stack.region) && region !== stack.region) {
    throw new SettingError(
      `${name}: ${arn} is not in the stack's Region (${stack.region}): CloudWatch notifies topics of its own Region only.`,
    );
  }
  if (region !== undefined) return arn;
  throw new SettingError(
    `${name}: ${quote(arn)} is not the ARN of an SNS topic, such as arn:aws:sns:us-east-1:111122223333:operators.`,
  );
};

export const checkContactEvents: Check<boolean> = (name, isOn, { settings: { outcomeLog } }) => {
  if (!isOn || outcomeLog) return isOn;
  throw new SettingError(`${name}: the outcome log would keep the events, and outcomeLog is false.`);
};

const retentions = Object.values(RetentionDays).filter((days) => typeof days === "number");

export const checkLogRetention: Check<RetentionDays> = (name, days) => {
  if (Token.isUnresolved(days) || retentions.includes(days)) return days;
  const finite = retentions.filter((each) => each !== RetentionDays.INFINITE);
  throw new SettingError(
    `${name}: ${days} is not a retention of CloudWatch Logs in days: use ${finite.join(", ")}, or ${RetentionDays.INFINITE}, which keeps logs for ever.`,
  );
};

export const checkRunbookUrl: Check<string> = (name, url) => {
  if (Token.isUnresolved(url) || (URL.canParse(url) && /^https?:[^#\s]{1,500}$/.test(url))) return url;
  throw new SettingError(
    `${name}: ${quote(url)} is not a URL without an anchor, such as https://wiki.example.com/contact-transfer: each alarm adds the anchor of its section.`,
  );
};

/** The elements of a list, each once. A list that is itself a token is refused: its elements could not be used. */
export function checkList(name: string, values: readonly string[], ifEmpty: string): string[] {
  if (Token.isUnresolved(values)) {
    throw new SettingError(
      `${name} is a token for a whole list: set a list, whose elements may be tokens, so that each can be used.`,
    );
  }
  if (values.length === 0) throw new SettingError(`${name} is an empty list: ${ifEmpty}.`);
  return [...new Set(values)];
}
