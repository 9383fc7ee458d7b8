import type { Construct } from "constructs";
import type { EnvironmentVariable } from "../../lambda/runtime/environment.ts";
import type { TransferParts } from "../parts.ts";
import { metricsNamespace, metricsServiceName } from "../resources/service-name.ts";
import { type SettingRow, settingList, settingNames } from "../settings/setting-list.ts";
import type { SettingName, Settings } from "../settings/settings.ts";

/** The function's environment variables: its resources, and the settings whose rows name a variable. */
export function functionEnvironment(
  scope: Construct & Pick<TransferParts, "eventBus" | "intentQueue" | "deadLetterQueue">,
  settings: Settings,
): Record<string, string> {
  const { eventBus, intentQueue, deadLetterQueue } = scope;
  const resources = {
    EVENT_BUS_NAME: eventBus.eventBusName,
    INTENT_QUEUE_URL: intentQueue.queueUrl,
    DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
  } satisfies { [name in EnvironmentVariable]?: string };
  return {
    ...Object.fromEntries(settingNames.flatMap((name) => variableOf(name, settings))),
    ...resources,
    POWERTOOLS_SERVICE_NAME: metricsServiceName(scope),
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
    POWERTOOLS_LOG_LEVEL: "INFO",
  };
}

function variableOf<Name extends SettingName>(name: Name, settings: Settings): [string, string][] {
  const row: SettingRow<Name> = settingList[name];
  const value: Settings[Name] = settings[name];
  if (value == null || !row.environment) return [];
  const [variable, write] = row.environment;
  const text = write(value);
  return text === undefined ? [] : [[variable, text]];
}
