import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createContract } from "./contract.ts";
import { requestDetailType } from "./detail-types.ts";
import type { Violation } from "./generated/contact-transfer-failed.ts";
import type { TransferIntent as AnyTransferIntent } from "./generated/contact-transfer-requested.ts";
import { parseLossless, stringifyLossless } from "./lossless-json.ts";
import { undeliverableText } from "./undeliverable-text.ts";

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
  contract({ id: "checked-before-it-has-one", detail: parseLossless(detail) });
  const violations = [...missingIntentId(intent), ...contract.errors, ...undeliverableText(detail)];
  if (violations.length > 0) throw new InvalidTransferIntentError(violations);
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
  const { EventId, ErrorCode, ErrorMessage = "" } = Entries[0] ?? {};
  if (EventId) return { eventId: EventId };
  throw new TransferNotRequestedError(
    ErrorCode === undefined
      ? "EventBridge did not confirm the event."
      : `EventBridge rejected the event: ${ErrorCode} ${ErrorMessage}`.trim(),
  );
}

/** TypeScript demands it; without it, each attempt of a program in JavaScript would be an intent of its own. */
function missingIntentId(intent: unknown): Violation[] {
  const isObject = typeof intent === "object" && intent !== null;
  if (!isObject || ("intentId" in intent && intent.intentId !== undefined)) return [];
  const message = "detail/intentId is missing: the event could not be sent again without another transfer";
  return [{ path: "/detail/intentId", message }];
}

function failWithoutClient(cause: unknown): never {
  throw new Error("requestTransfer needs @aws-sdk/client-eventbridge, which could not be loaded.", { cause });
}

/** The intent as it is sent, so that what is checked is what JSON makes of it. */
function writeIntent(intent: TransferIntent): string {
  try {
    // What JSON cannot write at all, such as undefined, is no intent.
    return stringifyLossless(intent) ?? "null";
  } catch (error) {
    const message = error instanceof RangeError ? "detail is nested too deep" : (error as Error).message;
    throw new InvalidTransferIntentError([{ path: "", message }]);
  }
}
