import type { Construct } from "constructs";
import type { TransferParts } from "../parts.ts";
import type { Settings } from "../settings/resolve-settings.ts";
import { numberText } from "./number-text.ts";
import { metricsNamespace, metricsServiceName } from "./service-name.ts";

/** The function's environment variables: the contract with the function's own configuration. Lists are joined by commas. */
export function functionEnvironment(
  scope: Construct & Pick<TransferParts, "eventBus" | "intentQueue" | "deadLetterQueue">,
  settings: Settings,
): Record<string, string> {
  const { eventBus, intentQueue, deadLetterQueue } = scope;
  const variables = {
    INSTANCE_ARNS: settings.instanceArns.join(","),
    DEFAULT_INSTANCE_ARN: settings.defaultInstanceArn,
    CONTACT_FLOW_IDS: settings.contactFlowIds?.join(","),
    QUEUE_IDS: settings.queueIds?.join(","),
    USER_IDS: settings.userIds?.join(","),
    EVENT_BUS_NAME: eventBus.eventBusName,
    OUTCOME_SOURCE: settings.outcomeSource,
    INTENT_QUEUE_URL: intentQueue.queueUrl,
    DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
    TRANSFERS_PER_SECOND: numberText(settings.transfersPerSecond),
    MAX_CONCURRENCY: numberText(settings.maxConcurrency),
    RETRY_FOR_SECONDS: numberText(settings.retryForSeconds),
    MAX_INTENT_AGE_SECONDS: numberText(settings.maxIntentAgeSeconds),
    ENQUEUE_UNFINISHED: settings.delivery === "direct" ? "true" : undefined,
    SHADOW: settings.isShadow ? "true" : undefined,
    POWERTOOLS_SERVICE_NAME: metricsServiceName(scope),
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
    POWERTOOLS_LOG_LEVEL: "INFO",
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
