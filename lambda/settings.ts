import type { AllowLists } from "./intake/allow-list.ts";
import type { Instances } from "./intake/intent.ts";

/** The deployment's settings. `runtime/config.ts` reads them from the environment. */
export interface Settings {
  readonly instances: Instances;
  readonly allowLists: AllowLists;
  readonly eventBusName: string;
  readonly outcomeSource: string;
  /** Requests per second to Connect that this function instance may make. */
  readonly requestsPerSecond: number;
  readonly retryForMs: number;
  readonly maxIntentAgeMs: number;
  /** In shadow mode Connect is never called, and every outcome says so. @default false */
  readonly isShadow?: boolean;
}
