import { Duration } from "aws-cdk-lib/core";
import { distance } from "fastest-levenshtein";
import { exampleInstanceArn, quote } from "./connect-settings.ts";
import type { ContactTransferProps } from "./contact-transfer-props.ts";
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
  "eventSources",
  "outcomeSource",
  "transfersPerSecond",
  "maxConcurrency",
  "batchSize",
  "retryFor",
  "maxIntentAge",
] as const;
type Setting = (typeof settings)[number];

/** Reads the settings out of the context. Throws a `SettingError` at the first one that cannot be read or is misspelt. */
export function readContext(context: Context): { stackName: string; props: ContactTransferProps } {
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
      eventSources: read("eventSources", readList),
      outcomeSource: read("outcomeSource", readText),
      transfersPerSecond: read("transfersPerSecond", readNumber),
      maxConcurrency: read("maxConcurrency", readNumber),
      batchSize: read("batchSize", readNumber),
      retryFor: read("retryFor", readDuration),
      maxIntentAge: read("maxIntentAge", readDuration),
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
