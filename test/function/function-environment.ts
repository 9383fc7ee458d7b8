import type { EnvironmentVariable } from "../../lambda/runtime/environment.ts";
import { instanceArn } from "../makers.ts";
import type { LocalAws } from "./local-aws.ts";

const queues = "https://sqs.us-east-1.amazonaws.com/000000000000";

/** The variables that the stack sets with its default settings. */
const defaults = {
  INSTANCE_ARNS: instanceArn,
  EVENT_BUS_NAME: "default",
  OUTCOME_SOURCE: "contact-transfer",
  INTENT_QUEUE_URL: `${queues}/intents`,
  DEAD_LETTER_QUEUE_URL: `${queues}/dead-letters`,
  TRANSFERS_PER_SECOND: "2",
  MAX_CONCURRENCY: "2",
  RETRY_FOR_SECONDS: "3600",
  SETTLE_FOR_SECONDS: "300",
  TRANSFER_METHODS: "TRANSFER,API",
  MAX_INTENT_AGE_SECONDS: "86400",
  NOT_FOUND_GRACE_SECONDS: "10",
} satisfies { readonly [name in EnvironmentVariable]?: string };

const powertools = {
  POWERTOOLS_SERVICE_NAME: "contact-transfer",
  POWERTOOLS_METRICS_NAMESPACE: "ContactTransfer",
  POWERTOOLS_LOG_LEVEL: "INFO",
};

/** The environment that the stack sets, except for the overrides. */
export function functionEnvironment(
  overrides: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { ...defaults, ...powertools, ...overrides };
}

/** The same for a function with local queues, so that no test waits for the pace or for a contact to become visible. */
export function localFunctionEnvironment({ queueUrls }: LocalAws): Record<string, string> {
  return functionEnvironment({
    TRANSFERS_PER_SECOND: "1000",
    NOT_FOUND_GRACE_SECONDS: "0",
    INTENT_QUEUE_URL: queueUrls.intentQueueUrl,
    DEAD_LETTER_QUEUE_URL: queueUrls.deadLetterQueueUrl,
  });
}
