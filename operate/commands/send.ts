import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type Command, InvalidArgumentError, Option } from "commander";
import { exitCodes, ToolError } from "../../cli/errors.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { requestDetailType } from "../../events/detail-types.ts";
import { parseLossless } from "../../events/lossless-json.ts";
import { askAws } from "../aws/explain-error.ts";
import { clientConfig, openSession } from "../open-session.ts";
import { addDeploymentOptions, type DeploymentFlags } from "../options.ts";

export interface SendFlags extends DeploymentFlags {
  readonly contact: string;
  readonly flow: string;
  readonly queue?: string;
  readonly user?: string;
  readonly instance?: string;
  readonly intentId?: string;
  readonly expiresAt?: string;
  readonly metadata?: unknown;
  readonly source: string;
  readonly bus?: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description("Puts one intent on the event bus, on AWS or on the stack that npm start -- --serve runs.")
    .optionsGroup("Intent:")
    .requiredOption("--contact <id>", "the contact to transfer, id or ARN")
    .requiredOption("--flow <id>", "the flow that receives it, id or ARN")
    .option("--queue <id>", "the destination queue, id or ARN; without queue and user the flow decides")
    .addOption(new Option("--user <id>", "the agent to transfer it to, id or ARN").conflicts("queue"))
    .option("--instance <id>", "the Connect instance, id or ARN; optional if the deployment has a default")
    .option("--intent-id <id>", "your idempotency key: sent twice, the contact is transferred once")
    .option("--expires-at <time>", "do not transfer after this instant: 2026-11-24T11:00:00Z")
    .addOption(new Option("--metadata <json>", "an object that the outcome returns").argParser(parseMetadata))
    .optionsGroup("Event:")
    .option("--source <name>", "source of the event", "contact-transfer.send")
    .option("--bus <name>", "the event bus, name or ARN (default: the stack's)");
  addDeploymentOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer send --contact task-1 --flow flow-to-queue --queue queue-seniors
  npx contact-transfer send --contact task-1 --flow flow-to-queue --intent-id order-4711 --bus orders`,
    )
    .action(async (flags: SendFlags) => {
      const { terminal, signal, exit } = context;
      const bus = flags.bus ?? (await openSession(flags, terminal, signal)).outputs().eventBusName;
      const eventId = await putIntent(new EventBridgeClient(clientConfig(flags)), bus, flags);
      const sent = { eventId, eventBusName: bus, intentId: flags.intentId ?? eventId };
      terminal.print(
        flags.json
          ? JSON.stringify(sent, undefined, 2)
          : `Put event ${eventId} on the bus ${bus}, intentId ${sent.intentId}.`,
      );
      exit(exitCodes.done);
    });
}

/** The detail of the event. */
export function intentOf(flags: SendFlags): Readonly<Record<string, unknown>> {
  const { contact, flow, queue, user, instance, intentId, expiresAt, metadata } = flags;
  return {
    contactId: contact,
    contactFlowId: flow,
    queueId: queue,
    userId: user,
    instanceId: instance,
    intentId,
    expiresAt,
    metadata,
  };
}

async function putIntent(client: EventBridgeClient, bus: string, flags: SendFlags): Promise<string> {
  const entry = {
    EventBusName: bus,
    Source: flags.source,
    DetailType: requestDetailType,
    Detail: JSON.stringify(intentOf(flags)),
  };
  const { Entries = [] } = await askAws("events:PutEvents", `the bus ${bus}`, () =>
    client.send(new PutEventsCommand({ Entries: [entry] })),
  );
  const { EventId, ErrorCode = "Unconfirmed", ErrorMessage = "no reason given" } = Entries[0] ?? {};
  if (EventId) return EventId;
  throw new ToolError(`EventBridge rejected the event: ${ErrorCode}: ${ErrorMessage}`);
}

function parseMetadata(json: string): unknown {
  try {
    return parseLossless(json);
  } catch {
    throw new InvalidArgumentError("It is not JSON.");
  }
}
