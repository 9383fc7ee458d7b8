import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { RecordLog, RecordMetrics } from "./deps.ts";

/** The messages that an operator reads first; all else is in the line's fields. */
const messages = {
  succeeded: "contact transferred",
  failed: "intent failed",
  again: "intent is to be delivered again",
} as const;

const levels = { succeeded: "info", failed: "error", again: "warn" } as const;

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
        // Without the error's own message, which can echo a body.
        stack: thrown instanceof Error ? thrown.stack?.replace(/^[\s\S]*?\n(?=\s+at )/, "") : undefined,
      }),
  };
}

/** Metrics in the embedded metric format, by Powertools Metrics: one document an invocation and one a reason. */
export function createRecordMetrics(metrics: Metrics): RecordMetrics {
  const countByReason = (name: string, reason: string) => {
    const single = metrics.singleMetric();
    single.addDimension("reason", reason);
    single.addMetric(name, MetricUnit.Count, 1);
  };
  return {
    received: () => metrics.addMetric("Received", MetricUnit.Count, 1),
    succeeded(ageMs) {
      metrics.addMetric("Succeeded", MetricUnit.Count, 1);
      if (ageMs !== undefined)
        metrics.addMetric("AgeAtTransfer", MetricUnit.Milliseconds, Math.max(0, ageMs));
    },
    failed(reason) {
      metrics.addMetric("Failed", MetricUnit.Count, 1);
      if (reason === "IntentExpired") metrics.addMetric("Expired", MetricUnit.Count, 1);
      countByReason("Failed", reason);
    },
    again(reason) {
      metrics.addMetric("Retried", MetricUnit.Count, 1);
      countByReason("Retried", reason);
    },
  };
}
