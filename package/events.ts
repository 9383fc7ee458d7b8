/** What `contact-transfer/events` exports: the contracts, for producers and consumers. */
export {
  failedDetailType,
  outcomeDetailTypes,
  requestDetailType,
  succeededDetailType,
} from "../events/detail-types.ts";
export type {
  ContactTransferFailed,
  Effect,
  Failure,
  FailureReason,
  TransferFailed,
  Violation,
} from "../events/generated/contact-transfer-failed.ts";
export type { ContactTransferRequested } from "../events/generated/contact-transfer-requested.ts";
export type {
  ContactTransferSucceeded,
  RequestedBy,
  TransferRequest,
  TransferResponse,
  TransferSucceeded,
} from "../events/generated/contact-transfer-succeeded.ts";
export { mergeOutcomes, type Outcome, outcomeKey } from "../events/merge-outcomes.ts";
export {
  InvalidTransferIntentError,
  type RequestTransferOptions,
  requestTransfer,
  type TransferIntent,
  TransferNotRequestedError,
} from "../events/request-transfer.ts";
export { deriveClientToken, type TransferIds } from "./derive-client-token.ts";
