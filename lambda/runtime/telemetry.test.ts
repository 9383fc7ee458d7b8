import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Logger } from "@aws-lambda-powertools/logger";
import type { PaceMetrics, RecordLog, RecordMetrics } from "../ports.ts";
import { createRecordLog, createRecordMetrics, type MetricSink } from "./telemetry.ts";

/** What Powertools is asked to emit; a metric with dimensions has them behind its value. */
function emittedBy(emit: (metrics: RecordMetrics & PaceMetrics) => void): unknown[][] {
  const emitted: unknown[][] = [];
  const sink: MetricSink = {
    addMetric: (...metric) => emitted.push(metric),
    singleMetric() {
      const dimensions: string[] = [];
      return {
        addDimension: (...dimension) => dimensions.push(...dimension),
        addMetric: (...metric) => emitted.push([...metric, dimensions]),
      };
    },
  };
  emit(createRecordMetrics(sink));
  return emitted;
}

describe("the metrics", () => {
  it("of a delivery", () => {
    assert.deepEqual(
      emittedBy((metrics) => metrics.received(false)),
      [["Received", "Count", 1]],
    );
    assert.deepEqual(
      emittedBy((metrics) => metrics.received(true)),
      [
        ["Received", "Count", 1],
        ["Replayed", "Count", 1],
      ],
    );
  });

  it("of a transfer, with its age in seconds", () => {
    assert.deepEqual(
      emittedBy((metrics) => metrics.succeeded(2_500)),
      [
        ["Succeeded", "Count", 1],
        ["AgeAtTransfer", "Seconds", 2.5],
        ["IntentAge", "Seconds", 2.5],
      ],
    );
  });

  it("have no age that is unknown, and none below zero", () => {
    assert.deepEqual(
      emittedBy((metrics) => metrics.succeeded(undefined)),
      [["Succeeded", "Count", 1]],
    );
    assert.deepEqual(emittedBy((metrics) => metrics.succeeded(-1)).at(-1), ["IntentAge", "Seconds", 0]);
    assert.deepEqual(emittedBy((metrics) => metrics.succeeded(0)).at(-1), ["IntentAge", "Seconds", 0]);
  });

  it("of a failure, once without and once with its reason", () => {
    const failure = (reason: string) => [
      ["Failed", "Count", 1],
      ["Failed", "Count", 1, ["reason", reason]],
    ];
    assert.deepEqual(
      emittedBy((metrics) => metrics.failed("NotAllowed", 1_000)),
      [...failure("NotAllowed"), ["IntentAge", "Seconds", 1]],
    );
    assert.deepEqual(
      emittedBy((metrics) => metrics.failed("IntentExpired", 1_000)),
      [...failure("IntentExpired"), ["Expired", "Count", 1], ["IntentAge", "Seconds", 1]],
    );
    assert.deepEqual(
      emittedBy((metrics) => metrics.failed("InvalidRequest", 1_000, "several")),
      [...failure("InvalidRequest"), ["SeveralSuccessors", "Count", 1], ["IntentAge", "Seconds", 1]],
    );
    assert.deepEqual(
      emittedBy((metrics) => metrics.failed("InvalidRequest", 1_000, "open")),
      [...failure("InvalidRequest"), ["IntentAge", "Seconds", 1]],
    );
  });

  it("of a retry: a wait for a slot is no failure", () => {
    for (const reason of ["WaitsForSlot", "Throttled"] as const) {
      assert.deepEqual(
        emittedBy((metrics) => metrics.retried(reason, 1_000)),
        [
          ["Deferred", "Count", 1],
          ["IntentAge", "Seconds", 1],
        ],
      );
    }
    assert.deepEqual(
      emittedBy((metrics) => metrics.retried("AccessDenied", 1_000)),
      [
        ["Retried", "Count", 1],
        ["Retried", "Count", 1, ["reason", "AccessDenied"]],
        ["IntentAge", "Seconds", 1],
      ],
    );
  });

  it("of an invocation's pace", () => {
    assert.deepEqual(
      emittedBy((metrics) => metrics.paced({ requests: 5, throttled: 2, allowedPerSecond: 1.5 })),
      [
        ["Requests", "Count", 5],
        ["ThrottledRequests", "Count", 2],
        ["PaceAllowed", "Count/Second", 1.5],
      ],
    );
  });
});

/** The lines that Powertools writes, without what it adds to each. */
function linesOf(write: (log: RecordLog) => void): unknown[] {
  const lines: unknown[] = [];
  class ListingLogger extends Logger {
    protected override printLog(_level: unknown, line: { getAttributes(): object }) {
      const { timestamp, service, sampling_rate, ...own } = JSON.parse(JSON.stringify(line.getAttributes()));
      assert.ok(timestamp);
      lines.push(own);
    }
  }
  write(createRecordLog(new ListingLogger({ logLevel: "INFO" })));
  return lines;
}

describe("the log", () => {
  it("has a line per delivery, whose level says whether somebody must look", () => {
    const line = { messageId: "m", durationMs: 5 };
    assert.deepEqual(
      linesOf((log) => {
        log.record({ status: "succeeded", ...line });
        log.record({ status: "failed", reason: "NotAllowed", ...line });
        log.record({ status: "retry", reason: "Throttled", ...line });
      }),
      [
        { level: "INFO", message: "contact transferred", status: "succeeded", ...line },
        { level: "ERROR", message: "intent failed", status: "failed", reason: "NotAllowed", ...line },
        { level: "WARN", message: "intent will be retried", status: "retry", reason: "Throttled", ...line },
      ],
    );
  });

  it("says which message reappears after the queue's default, and why", () => {
    assert.deepEqual(
      linesOf((log) => log.visibilityUnchanged("m", "AccessDenied")),
      [
        {
          level: "WARN",
          message: "could not change the visibility timeout; the message reappears after the queue's default",
          messageId: "m",
          error: "AccessDenied",
        },
      ],
    );
  });

  it("names a bug and where it is, without its message, which can echo a body", () => {
    const message = "bug: the record was not processed and will be retried";
    const [thrown, text] = linesOf((log) => {
      log.bug(new TypeError("secret"), "m");
      log.bug("secret", undefined);
    }) as Record<string, unknown>[];
    const { stack, ...line } = thrown ?? {};
    assert.deepEqual(line, { level: "ERROR", message, messageId: "m", error: "TypeError" });
    assert.match(String(stack), /telemetry\.test\.ts/);
    assert.doesNotMatch(String(stack), /secret/);
    assert.deepEqual(text, { level: "ERROR", message, error: "string" });
  });
});
