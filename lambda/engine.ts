import { createIntentValidator } from "./intake/validate-intent.ts";
import type { Ports } from "./ports.ts";
import type { Engine } from "./process-record.ts";
import { createPace } from "./transfer/pace.ts";
import { createResultCache } from "./transfer/result-cache.ts";

/** What a function instance keeps between invocations, on the ways out that it is given. */
export function createEngine(ports: Ports): Engine {
  return {
    ports,
    pace: createPace(ports.settings.requestsPerSecond, ports.clock),
    results: createResultCache(),
    validateIntent: createIntentValidator(ports.settings.instances),
  };
}
