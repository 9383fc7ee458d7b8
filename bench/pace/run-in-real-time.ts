import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../lambda/ports.ts";
import { createAwsCalls } from "../../lambda/runtime/aws-calls.ts";
import { makeConnectHandler } from "../../local/services/connect/connect-endpoint.ts";
import { startHttpServer } from "../../local/services/http-server.ts";
import { engine } from "./consumers.ts";
import { engineInstance } from "./engine-instance.ts";
import type { Figures } from "./figures.ts";
import { benchConnect, play } from "./run-scenario.ts";
import type { Scenario } from "./scenarios.ts";

/** A short scenario: about 20 seconds. */
export const shortScenario: Scenario = {
  name: "10/20: 200 intents at once, concurrency 2",
  kind: "alone",
  quota: { perSecond: 10, burst: 20 },
  intents: 200,
  transfersPerSecond: 10,
  maxConcurrency: 2,
  batchSize: 10,
};

const clock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
};

/** Runs the engine in real time: the function's own client sends each request by HTTP to a local Connect. */
export async function runInRealTime(scenario: Scenario): Promise<Figures> {
  const { world, quota } = benchConnect(scenario, clock);
  const endpoint = await startHttpServer(makeConnectHandler({ world, quota, latencyMs: 100 }));
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_ENDPOINT_URL_CONNECT: endpoint.url,
  });
  try {
    const consumer = {
      ...engine,
      createInstance: (surroundings: Parameters<typeof engine.createInstance>[0]) => {
        const { transferContact } = createAwsCalls({ intentQueueUrl: "", deadLetterQueueUrl: "" });
        return engineInstance(surroundings, transferContact);
      },
    };
    return await play({ scenario, consumer, seed: 1, clock, world, quota });
  } finally {
    await endpoint.close();
  }
}
