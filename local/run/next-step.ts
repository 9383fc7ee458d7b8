import type { FailureReason } from "../../events/generated/contact-transfer-failed.ts";

const nextStepByReason: Readonly<Record<FailureReason, string>> = {
  InvalidIntent: "correct what the violations name, where the event is made, and send it again",
  NotAllowed:
    "send it to what the deployment allows, or widen instanceArns, contactFlowIds, queueIds or userIds",
  IntentExpired:
    "send a new intent if the transfer is still wanted; expiresAt and maxIntentAge say how long one is",
  InvalidRequest:
    "look at the contact in Connect: only an open TASK or EMAIL moves, 11 times, by a transfer flow",
  ResourceNotFound: "check the ids of contact, flow, queue and user, and that they are of this instance",
  AccessDenied: "check the function's role, and policies of the organization, for connect:TransferContact",
  ServiceQuotaExceeded:
    "make room: an agent's queue holds 10 contacts, an instance 2,500 tasks and 1,000 emails",
  DuplicateRequest: "look whether the contact has moved: the same request was being made, or was made before",
  ConnectUnavailable:
    "look whether the contact has moved before sending it again: Connect gave no clear answer",
};

/** What an operator looks at first after a failure, in one line. */
export function nextStepFor(reason: string): string {
  return Object.hasOwn(nextStepByReason, reason)
    ? nextStepByReason[reason as FailureReason]
    : "look at the dead letter: this version does not know its reason";
}
