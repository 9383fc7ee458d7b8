import { createIntentValidator } from "./intake/validate-intent.ts";
import type { Deps } from "./ports.ts";
import type { Engine } from "./process-record.ts";
import { createPace } from "./transfer/pace.ts";
import { createResultCache } from "./transfer/result-cache.ts";

/** What a function instance keeps between invocations, on the ways out that it is given. */
export function createEngine(deps: Deps): Engine {
  return {
    deps,
    pace: createPace(deps.settings.requestsPerSecond, deps.clock),
    results: createResultCache(),
    validateIntent: createIntentValidator(deps.settings.instances),
  };
}
