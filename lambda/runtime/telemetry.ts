import type { Logger } from "@aws-lambda-powertools/logger";
import type { PaceMetrics, RecordLog, RecordMetrics } from "../ports.ts";
import type { MetricByReason, MetricFacts, MetricName, metricList } from "./metric-list.ts";
import { sourceMappedStack } from "./source-mapped-stack.ts";

/** The messages that an operator reads first; all else is in the line's fields. */
const messages = {
  succeeded: "contact transferred",
  failed: "intent failed",
  retry: "intent is to be delivered again",
} as const;

const levels = { succeeded: "info", failed: "error", retry: "warn" } as const;

/** One structured line a record (JSON), by Powertools Logger. */
export function createRecordLog(logger: Logger): RecordLog {
  return {
    record: (line) => logger[levels[line.status]](messages[line.status], { ...line }),
    visibilityUnchanged: (messageId, error) =>
      logger.warn("visibility timeout unchanged: the message comes back after the queue's own", {
        messageId,
        error,
      }),
    bug: (thrown, messageId) =>
      logger.error("bug: the record was not processed and is to be delivered again", {
        messageId,
        error: thrown instanceof Error ? thrown.name : typeof thrown,
        stack: thrown instanceof Error ? sourceMappedStack(thrown) : undefined,
      }),
  };
}

/** The list's units; its words are no part of the bundle. The compiler holds the two together. */
const units: { readonly [name in MetricName]: (typeof metricList)[name]["unit"] } = {
  Received: "Count",
  Replayed: "Count",
  Succeeded: "Count",
  Failed: "Count",
  Expired: "Count",
  Retried: "Count",
  Deferred: "Count",
  Requests: "Count",
  ThrottledRequests: "Count",
  PaceAllowed: "Count/Second",
  IntentAge: "Seconds",
  AgeAtTransfer: "Seconds",
};

/** As much of Powertools Metrics as is used. */
export interface MetricSink {
  addMetric(name: string, unit: MetricFacts["unit"], value: number): unknown;
  /** For a document of its own, with dimensions of its own. */
  singleMetric(): Pick<MetricSink, "addMetric"> & { addDimension(name: string, value: string): unknown };
}

/** Metrics in the embedded metric format, by Powertools Metrics: one document an invocation and one a reason. */
export function createRecordMetrics(metrics: MetricSink): RecordMetrics & PaceMetrics {
  const add = (name: MetricName, value = 1) => metrics.addMetric(name, units[name], value);
  const addByReason = (name: MetricByReason, reason: string) => {
    add(name);
    const single = metrics.singleMetric();
    single.addDimension("reason", reason);
    single.addMetric(name, units[name], 1);
  };
  const addAge = (name: MetricName, ageMs: number | undefined) => {
    // A `time` in the future makes no intent younger than new.
    if (ageMs !== undefined) add(name, Math.max(0, ageMs) / 1000);
  };
  return {
    received(isReplayed) {
      add("Received");
      if (isReplayed) add("Replayed");
    },
    succeeded(ageMs) {
      add("Succeeded");
      addAge("AgeAtTransfer", ageMs);
      addAge("IntentAge", ageMs);
    },
    failed(reason, ageMs) {
      addByReason("Failed", reason);
      if (reason === "IntentExpired") add("Expired");
      addAge("IntentAge", ageMs);
    },
    retried(reason, ageMs) {
      if (reason === "WaitsForSlot" || reason === "Throttled") add("Deferred");
      else addByReason("Retried", reason);
      addAge("IntentAge", ageMs);
    },
    paced({ requests, throttled, allowedPerSecond }) {
      add("Requests", requests);
      add("ThrottledRequests", throttled);
      add("PaceAllowed", allowedPerSecond);
    },
  };
}
