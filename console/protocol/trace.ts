import type { CommandLine } from "./session.ts";

export interface Trace {
  readonly id: string;
  readonly intents: readonly TracedIntent[];
  /** The contacts that are linked with each other, each after the one that it was before. */
  readonly chain: readonly ChainContact[];
  /** What Connect's reads say of dead letters whose effect is unknown; only if it was asked. */
  readonly verdicts?: readonly string[];
  /** What could not be seen: logs that the stack does not keep, letters in flight, a queue that has not been read. */
  readonly remarks: readonly string[];
  readonly readAt: number;
  readonly commandLine: CommandLine;
}

/** One contact of a chain. */
export interface ChainContact {
  readonly contactId: string;
  /** Who transferred it to here, in words; missing for the first contact that is known. */
  readonly transferred?: { readonly text: string; readonly isCertain: boolean; readonly intentId?: string };
  readonly queueId?: string;
  /** From Connect's events: only with the setting contactEvents. */
  readonly queuedAt?: number;
  readonly agentId?: string;
  readonly connectedToAgentAt?: number;
  readonly endedAt?: number;
}

export interface TracedIntent {
  readonly clientToken?: string;
  readonly intentId?: string;
  readonly contactId?: string;
  readonly state: "succeeded" | "failed" | "waiting" | "retrying" | "ended";
  /** The state in a sentence. */
  readonly text: string;
  readonly timeline: readonly TimelineEntry[];
}

export interface TimelineEntry {
  readonly at: number;
  readonly kind: "requested" | "retried" | "succeeded" | "failed" | "dead letter" | "replayed";
  readonly text: string;
  /** Of a dead letter that can be shown. */
  readonly letterId?: string;
  /** Of a success: the contact that it became, which can be traced. */
  readonly newContactId?: string;
}
