/**
 * The environment variables that the stack sets and the function reads. Lists are comma-separated. One list for both
 * sides, and for the tools that read a deployed function's settings.
 */
export const environmentVariables = [
  "INSTANCE_ARNS",
  "DEFAULT_INSTANCE_ARN",
  "CONTACT_FLOW_IDS",
  "QUEUE_IDS",
  "USER_IDS",
  "ALLOW_LISTS_IN_FILE",
  "EVENT_BUS_NAME",
  "OUTCOME_SOURCE",
  "INTENT_QUEUE_URL",
  "DEAD_LETTER_QUEUE_URL",
  "TRANSFERS_PER_SECOND",
  "MAX_CONCURRENCY",
  "RETRY_FOR_SECONDS",
  "MAX_INTENT_AGE_SECONDS",
  "NOT_FOUND_GRACE_SECONDS",
  "ENQUEUE_UNFINISHED",
  "RESOLVE_UNKNOWN",
  "SETTLE_FOR_SECONDS",
  "TRANSFER_METHODS",
  "SHADOW",
] as const;

export type EnvironmentVariable = (typeof environmentVariables)[number];

/** The variables as they are set, or not. */
export type Environment = { readonly [name in EnvironmentVariable]?: string };
