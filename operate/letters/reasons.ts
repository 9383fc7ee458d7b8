import type { FailureReason } from "../../events/generated/contact-transfer-failed.ts";
import { nextStepFor } from "../../local/run/next-step.ts";
import { foreignReasons } from "./letter.ts";

/** What a reason means, and what is usually done. */
export interface ReasonDescription {
  readonly meaning: string;
  readonly nextStep: string;
}

const meanings: Readonly<Record<FailureReason, string>> = {
  InvalidIntent: "The message is not a transfer intent, or breaks its contract; Connect was not asked",
  NotAllowed:
    "It names an instance, flow, queue or user that this deployment does not allow; Connect was not asked",
  IntentExpired: "It was too old, or past its expiresAt, when its turn came",
  InvalidRequest: "Connect refused the transfer as it stands: state, channel or flow type do not fit",
  ResourceNotFound: "Connect does not know the contact, flow, queue or user",
  AccessDenied: "Connect did not allow the function to transfer, for as long as it retried",
  ServiceQuotaExceeded: "The destination was full for as long as the function retried",
  DuplicateRequest:
    "Connect said that the same request is being made or was made: the contact may have moved",
  ConnectUnavailable:
    "Connect gave no clear answer for as long as the function retried: the contact may have moved",
};

const foreign: Readonly<Record<string, ReasonDescription>> = {
  [foreignReasons.sqs]: {
    meaning:
      "SQS moved it after 1000 receives (the function crashed on it or never ran), or it was sent here by hand: nobody wrote a reason",
    nextStep:
      "look at the function's errors in its log, repair them, then replay: a transfer may have been made",
  },
  [foreignReasons.rule]: {
    meaning: "The rule could not deliver the event to its target: it never reached the function",
    nextStep: "correct what the error names (queue policy, key, size), then replay",
  },
  [foreignReasons.invocation]: {
    meaning: "Lambda gave up an event that went to the function directly",
    nextStep:
      "look at the function's errors in its log, repair them, then replay: a transfer may have been made",
  },
  [foreignReasons["event ids"]]: {
    meaning: "A record of the custom event bus: it names failed events by id and holds none of them",
    nextStep:
      "send the events again where they were made; nothing can be put back from the record, so discard it",
  },
};

/** A sentence on what a reason means and the usual next step. */
export function describeReason(reason: string): ReasonDescription {
  if (Object.hasOwn(foreign, reason)) return foreign[reason] ?? unknownReason;
  if (Object.hasOwn(meanings, reason)) {
    return { meaning: meanings[reason as FailureReason], nextStep: nextStepFor(reason) };
  }
  return unknownReason;
}

const unknownReason: ReasonDescription = {
  meaning: "This version of the tool does not know the reason",
  nextStep: nextStepFor(""),
};
