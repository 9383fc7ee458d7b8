/** A metric that the function emits. */
export interface MetricFacts {
  readonly unit: "Count" | "Seconds" | "Count/Second";
  /** Dimensions besides `service`: the metric is emitted once without and once with them. */
  readonly dimensions: readonly "reason"[];
  /** The statistic shown by default, as CloudWatch spells it. */
  readonly statistic: "Sum" | "Average" | "Maximum" | "p99";
  /** What one value means. */
  readonly meaning: string;
}

/**
 * Every metric of the function. Emission, alarms, the dashboard and the table in docs/operations.md come from this list.
 * No dimension contains an id.
 */
export const metricList = {
  Received: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a delivery of an intent; deferred and retried intents are received again",
  },
  Replayed: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "an intent that was replayed from the dead-letter queue, counted at its first delivery",
  },
  Succeeded: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a transferred contact whose outcome has been published",
  },
  Failed: {
    unit: "Count",
    dimensions: ["reason"],
    statistic: "Sum",
    meaning: "an intent that failed permanently: its outcome has been published and its dead letter sent",
  },
  Expired: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a failure because of age (`IntentExpired`)",
  },
  Retried: {
    unit: "Count",
    dimensions: ["reason"],
    statistic: "Sum",
    meaning: "a delivery that is retried later because a call failed",
  },
  Deferred: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a delivery that waits in the queue for a slot: not a failure, the allowed pace is used up",
  },
  SeveralSuccessors: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning:
      "a failed intent whose contact has several successors in Connect (`resolveUnknown`): it may have been transferred twice",
  },
  Requests: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a request to Connect; the sum over a period ÷ its seconds is the pace used",
  },
  ThrottledRequests: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a request that Connect throttled",
  },
  PaceAllowed: {
    unit: "Count/Second",
    dimensions: [],
    statistic: "Average",
    meaning:
      "requests per second that one function instance allows itself at the end of an invocation; throttling lowers it",
  },
  IntentAge: {
    unit: "Seconds",
    dimensions: [],
    statistic: "Maximum",
    meaning: "the age of an intent at the end of a delivery, whatever the result",
  },
  AgeAtTransfer: {
    unit: "Seconds",
    dimensions: [],
    statistic: "p99",
    meaning: "the time from an intent's request to its transfer",
  },
} as const satisfies Record<string, MetricFacts>;

export type MetricName = keyof typeof metricList;

/** The metrics that are also emitted by reason. */
export type MetricByReason = {
  [name in MetricName]: (typeof metricList)[name]["dimensions"] extends readonly [] ? never : name;
}[MetricName];
