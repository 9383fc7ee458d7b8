/** What the types of the consumers' helper promise: `tsc` checks it, nothing runs it. */
import type { FailureReason } from "./generated/contact-transfer-failed.ts";
import type { ContactTransferSucceeded } from "./generated/contact-transfer-succeeded.ts";
import { mergeOutcomes, type Outcome, outcomeKey } from "./merge-outcomes.ts";

declare const outcome: Outcome;
declare const success: ContactTransferSucceeded;

outcomeKey(outcome) satisfies string;
mergeOutcomes(success, success).detail.response.contactId satisfies string;

const merged = mergeOutcomes(outcome, success);
if (merged["detail-type"] === "Contact Transfer Failed") {
  merged.detail.failure.reason satisfies FailureReason;
  // @ts-expect-error Only a success has a response.
  merged.detail.response;
}
// @ts-expect-error Neither outcome is known to have failed.
merged.detail.failure;
// @ts-expect-error A request is not an outcome.
mergeOutcomes(outcome, { "detail-type": "Contact Transfer Requested", detail: {} });
