import { distance } from "fastest-levenshtein";
import { exampleInstanceArn, quote } from "../settings/connect-settings.ts";
import {
  readBoolean,
  readDelivery,
  readDuration,
  readKey,
  readList,
  readNumber,
  readOwn,
  readProducers,
  readRoutes,
  readStackName,
  readText,
} from "../settings/read-setting.ts";
import { SettingError } from "../settings/setting-error.ts";
import type { ContactTransferStackProps } from "../stack.ts";

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
