import type { ContactTransferFailed } from "./generated/contact-transfer-failed.ts";
import type { ContactTransferRequested } from "./generated/contact-transfer-requested.ts";
import type { ContactTransferSucceeded } from "./generated/contact-transfer-succeeded.ts";

/** The `detail-type` of the events that ask for a transfer. */
export const requestDetailType =
  "Contact Transfer Requested" satisfies ContactTransferRequested["detail-type"];

export const succeededDetailType =
  "Contact Transfer Succeeded" satisfies ContactTransferSucceeded["detail-type"];

export const failedDetailType = "Contact Transfer Failed" satisfies ContactTransferFailed["detail-type"];

/** The `detail-type`s of the events that report what became of an intent. */
export const outcomeDetailTypes = [succeededDetailType, failedDetailType] as const;
