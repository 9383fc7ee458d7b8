import { describeReason, type ReasonText, type Runbook } from "../../events/failure-reasons.ts";
import type { reasonsByOrigin } from "./letter.ts";

type AwsReason = (typeof reasonsByOrigin)[keyof typeof reasonsByOrigin];

/** The reasons of dead letters that AWS sent, not the function. */
export const awsReasons = {
  NoReason: {
    meaning:
      "SQS moved it after 1000 receives (the function crashed on it or never ran), or somebody sent it here: it has no reason",
    nextStep:
      "look for errors in the function's log, fix them, then run dlq resolve; a transfer may have been made",
    runbook: {
      command:
        "look for errors in the function's log and fix them; `resolve R` shows what became of each contact; then `replay R --check`",
      check: "the function's `Errors` metric is 0",
    },
  },
  NotDelivered: {
    meaning: "The rule or schedule could not deliver the event to its target: it never reached the function",
    nextStep: "fix what the error names (queue policy, key, size), then replay",
    runbook: {
      command: "`show ID` names the error: queue policy, key, size, missing target. Fix it, then `replay R`",
      check: "the rule's `FailedInvocations` metric is 0",
    },
  },
  OutcomeNotDelivered: {
    meaning:
      "The outcome log or a producer's bus did not accept a copy of this outcome; the outcome itself was published on the bus: it is no intent",
    nextStep:
      "fix what the error names (the policy or key of the target), then discard it; it cannot be replayed",
    runbook: {
      command:
        "`show ID` names the target and the error: the log group or the producer's bus, its policy or its key. [Restore it](#restoring-what-was-changed-by-hand), or have the producer's account restore its bus; then `discard R`",
      check: "the outcome rule's `FailedInvocations` metric is 0",
    },
  },
  InvocationFailed: {
    meaning: "Lambda stopped retrying an event that invoked the function directly",
    nextStep:
      "look for errors in the function's log, fix them, then run dlq resolve; a transfer may have been made",
    runbook: {
      command:
        "look for errors in the function's log and fix them; `resolve R` shows what became of each contact; then `replay R --check`: it goes through the intent queue",
      check: "the function's `Errors` metric is 0",
    },
  },
  EventIdsOnly: {
    meaning: "A record of the custom event bus: it lists the ids of failed events, not the events",
    nextStep: "send the events again from the producer, then discard the record; it cannot be replayed",
    runbook: {
      command: "send the events again from the producer, then `discard R`",
      check: "their outcomes arrive",
    },
  },
} as const satisfies Record<AwsReason, ReasonText & { readonly runbook: Runbook }>;

function isAwsReason(text: string): text is AwsReason {
  return Object.hasOwn(awsReasons, text);
}

/** What any dead letter's reason means, and the usual next step. */
export function describeLetterReason(reason: string): ReasonText {
  if (!isAwsReason(reason)) return describeReason(reason);
  const { meaning, nextStep } = awsReasons[reason];
  return { meaning, nextStep };
}
