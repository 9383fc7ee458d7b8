/** A metric that the function emits. */
export interface MetricFacts {
  readonly unit: "Count" | "Seconds" | "Count/Second";
  /** Dimensions besides `service`: the metric is emitted without them, and once more with them. */
  readonly dimensions: readonly "reason"[];
  /** What is shown of it where nothing else is asked for: an extended statistic as CloudWatch writes it. */
  readonly statistic: "Sum" | "Average" | "Maximum" | "p99";
  /** One value stands for this. */
  readonly meaning: string;
}

/**
 * Every metric of the function, by name. The function's emission, the alarms, the dashboard and the page on metrics
 * are made from this list; no dimension holds an id.
 */
export const metricList = {
  Received: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a delivery of an intent; one that is deferred or retried is received again",
  },
  Replayed: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning:
      "an intent that an operator has put back from the dead-letter queue, counted at its first delivery",
  },
  Succeeded: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a contact that Connect has transferred and whose outcome is told",
  },
  Failed: {
    unit: "Count",
    dimensions: ["reason"],
    statistic: "Sum",
    meaning: "an intent that is given up: its outcome is told and its dead letter sent",
  },
  Expired: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a failure for age alone (`IntentExpired`)",
  },
  Retried: {
    unit: "Count",
    dimensions: ["reason"],
    statistic: "Sum",
    meaning: "a delivery given back because something did not work, to be tried again",
  },
  Deferred: {
    unit: "Count",
    dimensions: [],
    statistic: "Sum",
    meaning: "a delivery given back because its turn comes later: no failure, the pace is used up",
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
    meaning: "a request that Connect has throttled",
  },
  PaceAllowed: {
    unit: "Count/Second",
    dimensions: [],
    statistic: "Average",
    meaning:
      "requests a second that one function instance allows itself, at the end of an invocation; throttling lowers it",
  },
  IntentAge: {
    unit: "Seconds",
    dimensions: [],
    statistic: "Maximum",
    meaning: "the age of an intent when its delivery ends, whatever becomes of it",
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
