import type { Logger } from "@aws-lambda-powertools/logger";
import type { PaceMetrics, RecordLog, RecordMetrics } from "../ports.ts";
import type { MetricByReason, MetricFacts, MetricName, metricList } from "./metric-list.ts";
import { sourceMappedStack } from "./source-mapped-stack.ts";

/** What an operator reads first; the details are in the line's fields. */
const messages = {
  succeeded: "contact transferred",
  failed: "intent failed",
  retry: "intent will be retried",
} as const;

const levels = { succeeded: "info", failed: "error", retry: "warn" } as const;

/** One structured line (JSON) per record, by Powertools Logger. */
export function createRecordLog(logger: Logger): RecordLog {
  return {
    record: (line) => logger[levels[line.status]](messages[line.status], { ...line }),
    visibilityUnchanged: (messageId, error) =>
      logger.warn(
        "could not change the visibility timeout; the message reappears after the queue's default",
        {
          messageId,
          error,
        },
      ),
    bug: (thrown, messageId) =>
      logger.error("bug: the record was not processed and will be retried", {
        messageId,
        error: thrown instanceof Error ? thrown.name : typeof thrown,
        stack: thrown instanceof Error ? sourceMappedStack(thrown) : undefined,
      }),
  };
}

/** The units of the list, whose texts stay out of the bundle. The compiler keeps the two in step. */
const units: { readonly [name in MetricName]: (typeof metricList)[name]["unit"] } = {
  Received: "Count",
  Replayed: "Count",
  Succeeded: "Count",
  Failed: "Count",
  Expired: "Count",
  Retried: "Count",
  Deferred: "Count",
  SeveralSuccessors: "Count",
  Requests: "Count",
  ThrottledRequests: "Count",
  PaceAllowed: "Count/Second",
  IntentAge: "Seconds",
  AgeAtTransfer: "Seconds",
};

/** The part of Powertools Metrics that is used. */
export interface MetricSink {
  addMetric(name: string, unit: MetricFacts["unit"], value: number): unknown;
  /** Starts a separate document with its own dimensions. */
  singleMetric(): Pick<MetricSink, "addMetric"> & { addDimension(name: string, value: string): unknown };
}

/** Metrics in the embedded metric format, by Powertools Metrics: one document per invocation, and one per reason. */
export function createRecordMetrics(metrics: MetricSink): RecordMetrics & PaceMetrics {
  const add = (name: MetricName, value = 1) => metrics.addMetric(name, units[name], value);
  const addByReason = (name: MetricByReason, reason: string) => {
    add(name);
    const single = metrics.singleMetric();
    single.addDimension("reason", reason);
    single.addMetric(name, units[name], 1);
  };
  const addAge = (name: MetricName, ageMs: number | undefined) => {
    // A `time` in the future would make the age negative.
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
    failed(reason, ageMs, found) {
      addByReason("Failed", reason);
      if (found === "several") add("SeveralSuccessors");
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
