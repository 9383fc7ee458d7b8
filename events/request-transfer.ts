import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createContract } from "./contract.ts";
import { requestDetailType } from "./detail-types.ts";
import type { Violation } from "./generated/contact-transfer-failed.ts";
import type { TransferIntent as AnyTransferIntent } from "./generated/contact-transfer-requested.ts";
import { parseLossless, stringifyLossless } from "./lossless-json.ts";

/** An intent with the producer's own id, so that it is safe to send it again. */
export type TransferIntent = AnyTransferIntent & { intentId: string };

export interface RequestTransferOptions {
  readonly client: EventBridgeClient;
  /** The producer, such as `com.example.orders`; the deployment's `eventSources` may restrict it. */
  readonly source: string;
  /** Name or ARN. @default "default" */
  readonly eventBusName?: string;
  readonly signal?: AbortSignal;
}

/** The intent breaks the contract; nothing was sent. */
export class InvalidTransferIntentError extends Error {
  override readonly name = "InvalidTransferIntentError";
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(`The intent is invalid: ${violations.map(({ message }) => message).join("; ")}.`);
    this.violations = violations;
  }
}

/** EventBridge rejected the event: send the same intent again. */
export class TransferNotRequestedError extends Error {
  override readonly name = "TransferNotRequestedError";
}

const contract = createContract({ instanceIdRequired: false });

/**
 * Requests a transfer. Validates the intent first, so that a misspelt member is an error here and not a dead letter later.
 * Resolves with the event's id once EventBridge has confirmed it. If it throws, call it again with the same `intentId`:
 * the contact is transferred once.
 */
export async function requestTransfer(
  intent: TransferIntent,
  { client, source, eventBusName, signal }: RequestTransferOptions,
): Promise<{ readonly eventId: string }> {
  const detail = writeIntent(intent);
  if (!contract({ id: "checked-before-it-has-one", detail: parseLossless(detail) })) {
    throw new InvalidTransferIntentError(contract.errors);
  }
  // A consumer of outcomes imports this module too, and needs no client: `catch` lets esbuild bundle it without one.
  const { PutEventsCommand } = await import("@aws-sdk/client-eventbridge").catch(failWithoutClient);
  const entry = {
    EventBusName: eventBusName,
    Source: source,
    DetailType: requestDetailType,
    Detail: detail,
  };
  const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }), {
    abortSignal: signal,
  });
  const { EventId, ErrorCode = "Unconfirmed", ErrorMessage = "" } = Entries[0] ?? {};
  if (EventId) return { eventId: EventId };
  throw new TransferNotRequestedError(`EventBridge rejected the event: ${ErrorCode} ${ErrorMessage}`.trim());
}

function failWithoutClient(cause: unknown): never {
  throw new Error("requestTransfer needs @aws-sdk/client-eventbridge, which could not be loaded.", { cause });
}

/** The intent as it is sent, so that what is checked is what JSON makes of it. */
function writeIntent(intent: TransferIntent): string {
  try {
    return stringifyLossless(intent);
  } catch (error) {
    throw new InvalidTransferIntentError([{ path: "", message: (error as Error).message }]);
  }
}
