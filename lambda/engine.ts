import type { ReducedIntent } from "./intake/intent.ts";
import { createIntentValidator } from "./intake/validate-intent.ts";
import type { Ports } from "./ports.ts";
import { createReads, type ReadsAtPace } from "./resolve/reads-at-pace.ts";
import { createFailureMemory, type FailureMemory } from "./transfer/failure-memory.ts";
import { createPace, type Pace } from "./transfer/pace.ts";
import { createResultCache, type ResultCache } from "./transfer/result-cache.ts";
import { shadowTransfer } from "./transfer/shadow-transfer.ts";

/** What a function instance keeps between invocations. */
export interface Engine {
  readonly ports: Ports;
  readonly pace: Pace;
  readonly results: ResultCache;
  readonly failures: FailureMemory;
  /** Undefined if unknown effects are published as they are. */
  readonly reads?: ReadsAtPace;
  validateIntent(envelope: unknown): Promise<ReducedIntent>;
}

/** In shadow mode, which the engine itself keeps, its calls cannot reach Connect. */
export function createEngine(given: Ports): Engine {
  const ports = given.settings.isShadow ? { ...given, transferContact: shadowTransfer } : given;
  return {
    ports,
    pace: createPace(ports.settings.requestsPerSecond, ports.clock, ports.random),
    results: createResultCache(ports.clock),
    failures: createFailureMemory(ports.clock),
    reads: ports.settings.isShadow ? undefined : createReads(ports),
    validateIntent: createIntentValidator(ports.settings.instances),
  };
}
