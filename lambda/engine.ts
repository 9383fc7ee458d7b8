import type { ReducedIntent } from "./intake/intent.ts";
import { createIntentValidator } from "./intake/validate-intent.ts";
import type { Ports } from "./ports.ts";
import { createPace, type Pace } from "./transfer/pace.ts";
import { createResultCache, type ResultCache } from "./transfer/result-cache.ts";

/** What a function instance keeps between invocations. */
export interface Engine {
  readonly ports: Ports;
  readonly pace: Pace;
  readonly results: ResultCache;
  validateIntent(envelope: unknown): Promise<ReducedIntent>;
}

export function createEngine(ports: Ports): Engine {
  return {
    ports,
    pace: createPace(ports.settings.requestsPerSecond, ports.clock),
    results: createResultCache(),
    validateIntent: createIntentValidator(ports.settings.instances),
  };
}
