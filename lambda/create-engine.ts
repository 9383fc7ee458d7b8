import type { Deps } from "./deps.ts";
import { createPace } from "./pace.ts";
import type { Engine } from "./process-record.ts";
import { createResultCache } from "./result-cache.ts";
import { createIntentValidator } from "./validate-intent.ts";

/** What a function instance keeps between invocations, on the ways out that it is given. */
export function createEngine(deps: Deps): Engine {
  return {
    deps,
    pace: createPace(deps.settings.requestsPerSecond, deps.clock),
    results: createResultCache(),
    validateIntent: createIntentValidator(deps.settings.instances),
  };
}
