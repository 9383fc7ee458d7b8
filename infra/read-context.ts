import { Duration } from "aws-cdk-lib/core";
import { distance } from "fastest-levenshtein";
import { exampleInstanceArn, quote } from "./connect-settings.ts";
import type { Delivery } from "./contact-transfer-props.ts";
import type { ContactTransferStackProps } from "./contact-transfer-stack.ts";
import type { Producers } from "./producers.ts";
import { type ReadyRouteName, type ReadyRouteSettings, readyRoutes } from "./ready-routes.ts";
import { SettingError } from "./setting-error.ts";

/** What the app takes from CDK's context: `-c` gives texts, `cdk.json` may give lists and numbers too. */
export type Context = Readonly<Record<string, unknown>>;

/** What `-c` may set. */
export const settings = [
  "stackName",
  "instanceArns",
  "defaultInstanceArn",
  "contactFlowIds",
  "queueIds",
  "userIds",
  "eventBusName",
  "eventBus",
  "eventSources",
  "outcomeSource",
  "transfersPerSecond",
  "maxConcurrency",
  "batchSize",
  "retryFor",
  "maxIntentAge",
  "delivery",
  "paused",
  "memorySize",
  "shadow",
  "outcomeLog",
  "alarmTopicArn",
  "encryptionKey",
  "producers",
  "routes",
] as const;
type Setting = (typeof settings)[number];

/** Reads the settings out of the context. Throws a `SettingError` at the first one that cannot be read or is misspelt. */
export function readContext(context: Context): { stackName: string; props: ContactTransferStackProps } {
  refuseMisspelt(context);
  const read = <T>(setting: Setting, reader: (setting: Setting, value: unknown) => T): T | undefined =>
    context[setting] === undefined ? undefined : reader(setting, context[setting]);
  const instanceArns = read("instanceArns", readList);
  if (instanceArns === undefined) {
    throw new SettingError(
      `instanceArns is missing: name the Amazon Connect instances that may be used, separated by commas, as in \`-c instanceArns=${exampleInstanceArn}\`.`,
    );
  }
  return {
    stackName: read("stackName", readStackName) ?? "ContactTransfer",
    props: {
      instanceArns,
      defaultInstanceArn: read("defaultInstanceArn", readText),
      contactFlowIds: read("contactFlowIds", readList),
      queueIds: read("queueIds", readList),
      userIds: read("userIds", readList),
      eventBusName: read("eventBusName", readText),
      eventBus: read("eventBus", readOwn),
      eventSources: read("eventSources", readList),
      outcomeSource: read("outcomeSource", readText),
      transfersPerSecond: read("transfersPerSecond", readNumber),
      maxConcurrency: read("maxConcurrency", readNumber),
      batchSize: read("batchSize", readNumber),
      retryFor: read("retryFor", readDuration),
      maxIntentAge: read("maxIntentAge", readDuration),
      delivery: read("delivery", readDelivery),
      paused: read("paused", readBoolean),
      memorySize: read("memorySize", readNumber),
      shadow: read("shadow", readBoolean),
      outcomeLog: read("outcomeLog", readBoolean),
      alarmTopicArn: read("alarmTopicArn", readText),
      encryptionKey: read("encryptionKey", readKey),
      producers: read("producers", readProducers),
      routes: read("routes", readRoutes),
    },
  };
}

/** The CDK CLI and others have keys of their own in the context, so only what is nearly a setting is taken for one. */
function refuseMisspelt(context: Context): void {
  for (const key of Object.keys(context)) {
    if (settings.some((setting) => setting === key)) continue;
    const nearest = settings.find(
      (setting) => distance(key.toLowerCase(), setting.toLowerCase()) < Math.min(4, key.length / 2),
    );
    if (nearest) throw new SettingError(`${quote(key)} is not a setting: did you mean ${nearest}?`);
  }
}

function readStackName(setting: Setting, value: unknown): string {
  const name = readText(setting, value);
  if (/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) return name;
  throw new SettingError(
    `${setting}: ${quote(name)} is not the name of a stack (a letter, then up to 127 letters, digits and hyphens), such as ContactTransfer.`,
  );
}

function readText(setting: Setting, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new SettingError(`${setting}: ${quote(value)} is not a text: give one, or leave ${setting} out.`);
}

function readList(setting: Setting, value: unknown): string[] {
  const elements: unknown = typeof value === "string" ? value.split(",") : value;
  if (Array.isArray(elements)) {
    const texts = elements.map((element: unknown) => (typeof element === "string" ? element.trim() : ""));
    if (!texts.includes("")) return texts;
  }
  throw new SettingError(
    `${setting}: ${quote(value)} is not a list of texts with single commas between them, such as one,two.`,
  );
}

function readOwn(setting: Setting, value: unknown): "own" {
  if (value === "own") return value;
  throw new SettingError(
    `${setting}: ${quote(value)} is not own, which makes a bus for this stack: an existing one is named by eventBusName.`,
  );
}

function readKey(setting: Setting, value: unknown): string {
  const key = readText(setting, value);
  if (key === "own" || /^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(key)) return key;
  throw new SettingError(
    `${setting}: ${quote(key)} is neither own, which makes a key in this stack, nor the ARN of a key, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab.`,
  );
}

function readDelivery(setting: Setting, value: unknown): Delivery {
  if (value === "queue" || value === "direct") return value;
  throw new SettingError(`${setting}: ${quote(value)} is neither queue nor direct.`);
}

function readBoolean(setting: Setting, value: unknown): boolean {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw new SettingError(`${setting}: ${quote(value)} is neither true nor false.`);
}

/** The construct itself checks who is named. */
function readProducers(setting: Setting, value: unknown): Producers {
  const members = Object.entries(readObject(setting, value));
  return Object.fromEntries(members.map(([kind, ids]) => [kind, readList(setting, ids)]));
}

function readRoutes(setting: Setting, value: unknown): ReadyRouteSettings {
  const routes = Object.entries(readObject(setting, value));
  return Object.fromEntries(routes.map(([name, route]) => [name, readRoute(setting, name, route)]));
}

function readRoute(setting: Setting, name: string, route: unknown): ReadyRouteSettings[ReadyRouteName] {
  if (!Object.hasOwn(readyRoutes, name)) {
    throw new SettingError(
      `${setting}: ${quote(name)} is not a ready route: known are ${Object.keys(readyRoutes).join(", ")}.`,
    );
  }
  const { contactFlowId, queueId, userId, ruleName, ...unknown } = readObject(setting, route);
  const texts = { contactFlowId, queueId, userId, ruleName };
  const isText = Object.values(texts).every((text) => text === undefined || typeof text === "string");
  if (typeof contactFlowId === "string" && isText && Object.keys(unknown).length === 0) {
    return texts as ReadyRouteSettings[ReadyRouteName];
  }
  throw new SettingError(
    `${setting}.${name}: ${quote(route)} is not { contactFlowId, queueId or userId, ruleName }, each a text.`,
  );
}

/** An object as such, as a config file and cdk.json give it, or as JSON, as -c does. */
function readObject(setting: Setting, value: unknown): Record<string, unknown> {
  const object = typeof value === "string" ? parseJson(value) : value;
  if (typeof object === "object" && object !== null && !Array.isArray(object)) {
    return object as Record<string, unknown>;
  }
  throw new SettingError(`${setting}: ${quote(value)} is not an object, nor JSON of one.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readNumber(setting: Setting, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new SettingError(`${setting}: ${quote(value)} is not a number: write digits, such as 2 or 0.5.`);
}

function readDuration(setting: Setting, value: unknown): Duration {
  const [, digits, unit] = (typeof value === "string" && /^(\d{1,9})([smhd])$/.exec(value)) || [];
  const amount = Number(digits);
  switch (unit) {
    case "s":
      return Duration.seconds(amount);
    case "m":
      return Duration.minutes(amount);
    case "h":
      return Duration.hours(amount);
    case "d":
      return Duration.days(amount);
    default:
      throw new SettingError(
        `${setting}: ${quote(value)} is not a duration: write a whole number and its unit, such as 90s, 15m, 24h or 6d.`,
      );
  }
}
