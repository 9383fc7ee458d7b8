import { TransferContactCommand } from "@aws-sdk/client-connect";
import { createEngine } from "../../lambda/engine.ts";
import type { Ports } from "../../lambda/ports.ts";
import { processBatch } from "../../lambda/process-batch.ts";
import { makeDeps, makeSettings } from "../../test/makers.ts";
import type { FunctionInstance } from "../../test/models/event-source-mapping-model.ts";
import { benchClient } from "./bench-client.ts";
import type { Surroundings } from "./surroundings.ts";

/** How long a put to EventBridge and a call to SQS take, in milliseconds. */
const putLatencyMs = 20;

/** A function instance of this project in virtual time: its real engine with a real client on the model of Connect. */
export function ourInstance(surroundings: Surroundings): FunctionInstance {
  let hasEnded = false;
  const requestHandler = surroundings.connect.requestHandler(() => hasEnded);
  const client = benchClient({ maxAttempts: 1, requestHandler });
  const instance = engineInstance(surroundings, (input, abortSignal) =>
    client.send(new TransferContactCommand(input), { abortSignal }),
  );
  return {
    ...instance,
    end() {
      hasEnded = true;
      instance.end();
    },
  };
}

/** The engine as an instance; its ways out other than to Connect always work. A bug in it ends the benchmark. */
export function engineInstance(
  { queue, requestsPerSecond, clock, random, onDeadLetter }: Omit<Surroundings, "connect">,
  transferContact: Ports["transferContact"],
): FunctionInstance {
  const { ports, seen } = makeDeps({
    settings: makeSettings({ requestsPerSecond }),
    clock,
    random,
    transferContact,
    async putEvents(entries, signal) {
      await clock.sleep(putLatencyMs, signal);
      return { Entries: entries.map(() => ({ EventId: "bench" })) };
    },
    async sendDeadLetters(entries, signal) {
      await clock.sleep(putLatencyMs, signal);
      for (const _ of entries) onDeadLetter();
      const Successful = entries.map(({ Id }) => ({ Id, MessageId: "bench", MD5OfMessageBody: "" }));
      return { Successful, Failed: [] };
    },
    async changeVisibility(receiptHandle, seconds, signal) {
      await clock.sleep(putLatencyMs, signal);
      queue.changeVisibility(receiptHandle, seconds);
    },
  });
  const engine = createEngine(ports);
  return {
    invoke: ({ Records }, time) => processBatch(Records, time, engine),
    end() {
      if (seen.bugs.length > 0) throw new Error("The engine has a bug.", { cause: seen.bugs[0] });
    },
  };
}
