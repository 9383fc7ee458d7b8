import { TransferContactCommand } from "@aws-sdk/client-connect";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Ports } from "../ports.ts";
import type { AwsClients } from "../runtime/aws-calls.ts";
import { sendInMemory } from "./send-in-memory.ts";

/** The calls of a successful transfer, made with the function's own clients, but in memory. */
export function rehearsalCalls({
  connect,
  eventBridge,
}: AwsClients): Pick<Ports, "transferContact" | "putEvents"> {
  return {
    transferContact: (input) =>
      sendInMemory(connect, new TransferContactCommand(input), { ContactId: "rehearsed" }),
    putEvents: (Entries) =>
      sendInMemory(eventBridge, new PutEventsCommand({ Entries }), {
        Entries: Entries.map(() => ({ EventId: "rehearsed" })),
      }),
  };
}
