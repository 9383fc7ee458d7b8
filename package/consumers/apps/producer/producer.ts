// What a producer and a consumer write: compiled for every kind of module resolution.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  type ContactTransferFailed,
  type ContactTransferRequested,
  type ContactTransferSucceeded,
  deriveClientToken,
  mergeOutcomes,
  type Outcome,
  outcomeKey,
  requestTransfer,
  type TransferIntent,
} from "contact-transfer/events";

const intent: TransferIntent = { intentId: "order-4711", contactId: "c", contactFlowId: "f" };
export const requested: Promise<{ readonly eventId: string }> = requestTransfer(intent, {
  client: new EventBridgeClient({}),
  source: "com.example.orders",
});
// @ts-expect-error A misspelt member.
export const misspelt: TransferIntent = { ...intent, queueID: "q" };

export function fold(a: Outcome, b: Outcome): string {
  const merged = mergeOutcomes(a, b);
  return merged["detail-type"] === "Contact Transfer Failed"
    ? merged.detail.failure.reason
    : outcomeKey(merged);
}
export function names(
  event: ContactTransferRequested | ContactTransferSucceeded | ContactTransferFailed,
): string | undefined {
  return event["detail-type"];
}
export const token: string = deriveClientToken({ ...intent, instanceId: "i", queueId: "q" });
// @ts-expect-error The result is not untyped.
export const wrong: number = deriveClientToken({ ...intent, instanceId: "i" });
