/** A Connect instance that a deployment may use. */
export interface ConnectInstance {
  readonly id: string;
  readonly arn: string;
}

/** The instances of a deployment, and the one for intents that name none. */
export interface Instances {
  readonly byId: ReadonlyMap<string, ConnectInstance>;
  readonly defaultInstance?: ConnectInstance;
}

/** What intents may name: ids (which count in every instance) and ARNs. An undefined list allows everything. */
export interface AllowLists {
  readonly contactFlows?: ReadonlySet<string>;
  readonly queues?: ReadonlySet<string>;
  readonly users?: ReadonlySet<string>;
}

/** A part of the rules of verdicts. */
export interface TransferMethods {
  /** Initiation methods that count as a transfer. */
  readonly transferMethods: readonly string[];
}

/** What a verdict on an unknown effect rests on. */
export interface VerdictRules extends TransferMethods {
  /** How long Connect's reads may lag behind its writes, in milliseconds. */
  readonly settleForMs: number;
}

/** How unknown effects are resolved by Connect's reads. */
export interface ResolveSettings extends VerdictRules {
  /** The share of the account's reads that this function instance may make: 1 ÷ the number of instances. */
  readonly shareOfReads: number;
}

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
  /** While an intent is younger, what Connect does not find may only not be visible yet: it is asked once more. 0: never. */
  readonly notFoundGraceMs: number;
  /** How Connect is read before an effect is published as unknown. @default it is not */
  readonly resolveUnknown?: ResolveSettings;
  /** Whether events that cannot be finished go to the intent queue. @default false */
  readonly enqueueUnfinished?: boolean;
  /** In shadow mode Connect is never called, and every outcome says so. @default false */
  readonly isShadow?: boolean;
}
