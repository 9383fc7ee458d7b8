import { Duration } from "aws-cdk-lib/core";
import { distance } from "fastest-levenshtein";
import { exampleInstanceArn, quote } from "./connect-settings.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";
import { SettingError } from "./setting-error.ts";

/** What the app takes from CDK's context: `-c` gives texts, `cdk.json` may give lists and numbers too. */
export type Context = Readonly<Record<string, unknown>>;

type Reader = (setting: string, value: unknown) => unknown;

const readers = {
  stackName: readText,
  instanceArns: readList,
  defaultInstanceArn: readText,
  contactFlowIds: readList,
  queueIds: readList,
  userIds: readList,
  eventBusName: readText,
  eventSources: readList,
  outcomeSource: readText,
  transfersPerSecond: readNumber,
  maxConcurrency: readNumber,
  batchSize: readNumber,
  retryFor: readDuration,
  maxIntentAge: readDuration,
} satisfies Record<string, Reader>;

type Setting = keyof typeof readers;
type Read<S extends Setting> = ReturnType<(typeof readers)[S]> | undefined;

/** Reads the settings out of the context. Throws a `SettingError` at the first one that cannot be read or is misspelt. */
export function readContext(context: Context): { stackName: string; props: ContactTransferProps } {
  refuseMisspelt(context);
  const read = <S extends Setting>(setting: S): Read<S> =>
    context[setting] === undefined ? undefined : (readers[setting](setting, context[setting]) as Read<S>);
  const instanceArns = read("instanceArns");
  if (instanceArns === undefined) {
    throw new SettingError(
      `instanceArns is missing: name the Amazon Connect instances that may be used, as in \`-c instanceArns=${exampleInstanceArn}\` (several are separated by commas).`,
    );
  }
  return {
    stackName: read("stackName") ?? "ContactTransfer",
    props: {
      instanceArns,
      defaultInstanceArn: read("defaultInstanceArn"),
      contactFlowIds: read("contactFlowIds"),
      queueIds: read("queueIds"),
      userIds: read("userIds"),
      eventBusName: read("eventBusName"),
      eventSources: read("eventSources"),
      outcomeSource: read("outcomeSource"),
      transfersPerSecond: read("transfersPerSecond"),
      maxConcurrency: read("maxConcurrency"),
      batchSize: read("batchSize"),
      retryFor: read("retryFor"),
      maxIntentAge: read("maxIntentAge"),
    },
  };
}

/** Others may have put keys of their own into the context, so only what is nearly a setting is taken for one. */
function refuseMisspelt(context: Context): void {
  for (const key of Object.keys(context)) {
    if (key in readers) continue;
    const nearest = Object.keys(readers).find(
      (setting) => distance(key.toLowerCase(), setting.toLowerCase()) < Math.min(4, key.length / 2),
    );
    if (nearest) throw new SettingError(`${key} is not a setting: did you mean ${nearest}?`);
  }
}

function readText(setting: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new SettingError(
    `${setting}: ${JSON.stringify(value)} is not a text: give one, or leave ${setting} out.`,
  );
}

function readList(setting: string, value: unknown): string[] {
  const elements = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(elements)) {
    throw new SettingError(
      `${setting}: ${JSON.stringify(value)} is not a list: separate its elements by commas.`,
    );
  }
  const texts = elements.map((element) => (typeof element === "string" ? element.trim() : element));
  if (texts.every((text) => typeof text === "string" && text !== "")) return texts as string[];
  throw new SettingError(
    `${setting}: ${JSON.stringify(value)} has an empty element: separate its elements by single commas, or leave ${setting} out.`,
  );
}

function readNumber(setting: string, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new SettingError(
    `${setting}: ${JSON.stringify(value)} is not a number: write digits, such as 2 or 0.5.`,
  );
}

function readDuration(setting: string, value: unknown): Duration {
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
        `${setting}: ${JSON.stringify(value)} is not a duration: write a whole number and its unit, such as 90s, 15m, 24h or 6d.`,
      );
  }
}
