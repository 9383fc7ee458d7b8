import { TransferContactCommand } from "@aws-sdk/client-connect";
import { createEngine } from "../../lambda/engine.ts";
import type { Ports } from "../../lambda/ports.ts";
import { processBatch } from "../../lambda/process-batch.ts";
import { allSent, makePorts, makeSettings } from "../../test/makers.ts";
import type { FunctionInstance } from "../../test/models/event-source-mapping-model.ts";
import { benchClient } from "./bench-client.ts";
import type { Surroundings } from "./surroundings.ts";

/** How long a call to EventBridge or SQS takes, in milliseconds. */
const callLatencyMs = 20;

/**
 * A function instance of this project: its real engine, by default with a real client against the model of Connect. Its
 * other calls always succeed. A bug in the engine stops the benchmark.
 */
export function engineInstance(
  { connect, queue, requestsPerSecond, clock, random, onDeadLetter }: Surroundings,
  transferContact?: Ports["transferContact"],
): FunctionInstance {
  let hasEnded = false;
  const client = benchClient({ maxAttempts: 1, requestHandler: connect.requestHandler(() => hasEnded) });
  const { ports, seen } = makePorts({
    settings: makeSettings({ requestsPerSecond }),
    clock,
    random,
    transferContact:
      transferContact ??
      ((input, abortSignal) => client.send(new TransferContactCommand(input), { abortSignal })),
    async putEvents(entries, signal) {
      await clock.sleep(callLatencyMs, signal);
      return { Entries: entries.map(() => ({ EventId: "bench" })) };
    },
    async sendDeadLetters(entries, signal) {
      await clock.sleep(callLatencyMs, signal);
      for (const _ of entries) onDeadLetter();
      return allSent(entries);
    },
    async changeVisibility(receiptHandle, seconds, signal) {
      await clock.sleep(callLatencyMs, signal);
      queue.changeVisibility(receiptHandle, seconds);
    },
  });
  const engine = createEngine(ports);
  return {
    invoke: ({ Records }, time) => processBatch(Records, time, engine),
    end() {
      hasEnded = true;
      if (seen.bugs.length > 0) throw new Error("The engine has a bug.", { cause: seen.bugs[0] });
    },
  };
}
