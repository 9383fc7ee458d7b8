import type { Run, RunState } from "../../protocol/runs.ts";

const names = {
  replay: "Replay",
  discard: "Discard",
  resolve: "Resolve",
  import: "Undo of a discard",
} as const;

export function runName({ kind }: Pick<Run, "kind">): string {
  return names[kind];
}

export function isFinal(state: RunState): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** Whether whoever works can stop between two steps. */
export function canPause(state: RunState): boolean {
  return ["asking", "resolving", "sending", "watching"].includes(state);
}

/** What a state means to somebody who watches. */
export const stateSentences: Readonly<Record<RunState, string>> = {
  selecting: "Reading the queue for what is selected",
  asking: "Asking Connect what became of each contact",
  resolving: "Publishing the transfers that are proven, then replaying what is open",
  sending: "Sending to the intent queue",
  watching: "Waiting for what becomes of this step",
  paused: "Paused: nothing is sent until you resume",
  held: "Stopped itself: look at what came back, then resume or cancel",
  discarding: "Writing to the file, then deleting",
  importing: "Sending what the file holds back to the dead-letter queue",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled: what was not sent is still in the dead-letter queue",
};

export function dotOf({ state, failed, fates }: Run): "good" | "bad" | "warn" | "accent" {
  if (state === "failed") return "bad";
  if (state === "held" || state === "paused" || state === "cancelled") return "warn";
  if (state === "done") return failed > 0 || (fates?.failedAgain ?? 0) > 0 ? "warn" : "good";
  return "accent";
}
