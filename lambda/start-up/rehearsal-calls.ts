import { TransferContactCommand } from "@aws-sdk/client-connect";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Ports } from "../ports.ts";
import type { AwsClients } from "../runtime/aws-calls.ts";
import { callWithin } from "../runtime/call-options.ts";
import { sendInMemory } from "./send-in-memory.ts";

/** Longer than a start may take. */
const timeoutMs = 1_000;

/** The calls of a successful transfer, made with the function's own clients and limited in time like its own, but in memory. */
export function rehearsalCalls({
  connect,
  eventBridge,
}: AwsClients): Pick<Ports, "transferContact" | "putEvents"> {
  return {
    transferContact: (input, signal) =>
      callWithin(signal, timeoutMs, (abortSignal) =>
        sendInMemory(connect, new TransferContactCommand(input), { ContactId: "rehearsed" }, abortSignal),
      ),
    putEvents: (Entries, signal) =>
      callWithin(signal, timeoutMs, (abortSignal) => {
        const answer = { Entries: Entries.map(() => ({ EventId: "rehearsed" })) };
        return sendInMemory(eventBridge, new PutEventsCommand({ Entries }), answer, abortSignal);
      }),
  };
}
