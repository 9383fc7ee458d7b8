import { describeReason } from "../../events/failure-reasons.ts";
import type { FailureReason } from "../../events/generated/contact-transfer-failed.ts";
import type { RetryReason } from "../ports.ts";

/**
 * What a delivery waits for that has none of the failure reasons, and what helps: the words of `trace`, `waiting` and
 * docs/operations.md. The function does not load them.
 */
export const ownRetryReasons: Readonly<Record<Exclude<RetryReason, FailureReason>, string>> = {
  WaitsForSlot: "Connect's pace is used up; it waits for its slot",
  Throttled: "Connect throttled the request; it waits for its slot",
  EffectUnknown:
    "the effect of a request is unknown: after settleFor the function reads the contact, and publishes what became of it",
  OutcomeNotPublished:
    "EventBridge did not accept the outcome, and Connect is not asked again: check the bus, its policy and its key",
  DeadLetterNotSent:
    "SQS did not accept the dead letter: check the dead-letter queue, its policy and its key",
  NotEnqueued: "SQS did not accept the message that takes its place: check the intent queue and its key",
  InternalError: "the function has a bug: look for the first line with ERROR in its log",
};

function isOwn(reason: string): reason is keyof typeof ownRetryReasons {
  return Object.hasOwn(ownRetryReasons, reason);
}

/** Why a delivery is retried, in words. */
export function describeRetryReason(reason: string): string {
  return isOwn(reason) ? ownRetryReasons[reason] : describeReason(reason).meaning;
}
