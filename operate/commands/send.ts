import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { type Command, InvalidArgumentError, Option } from "commander";
import { exitCodes, ToolError, UsageError } from "../../cli/errors.ts";
import { printJson, type Terminal } from "../../cli/print/terminal.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { createContract } from "../../events/contract.ts";
import { requestDetailType } from "../../events/detail-types.ts";
import { parseLossless } from "../../events/lossless-json.ts";
import { undeliverableText } from "../../events/undeliverable-text.ts";
import { endCalls, graceMs } from "../aws/end-calls.ts";
import { putRequest } from "../aws/put-request.ts";
import { checkRule } from "../checks/check-rule.ts";
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
  readonly unchecked?: true;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Puts one intent on the event bus, on AWS or on the stack that contact-transfer start --serve runs.",
    )
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
    .option("--bus <name>", "the event bus, name or ARN (default: the stack's)")
    .option("--unchecked", "with --bus: send without asking the stack whether its rule takes the event");
  addDeploymentOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer send --contact task-1 --flow flow-to-queue --queue queue-seniors
  npx contact-transfer send --contact task-1 --flow flow-to-queue --intent-id order-4711 --source com.example.orders`,
    )
    .action(async (flags: SendFlags) => {
      if (flags.unchecked && flags.bus === undefined) throw new UsageError("--unchecked requires --bus.");
      checkIntent(flags);
      const { terminal, signal, exit } = context;
      const bus = flags.unchecked ? (flags.bus ?? "") : await findBus(flags, terminal, signal);
      const client = endCalls(new EventBridgeClient(clientConfig(flags)), signal, graceMs);
      const eventId = await putRequest(client, bus, flags.source, intentOf(flags));
      const sent = { eventId, eventBusName: bus, intentId: flags.intentId ?? eventId };
      if (flags.json) printJson(terminal, sent);
      else {
        terminal.print(`Put event ${eventId} on the bus ${bus}, intentId ${sent.intentId}.`);
        terminal.print(`trace ${sent.intentId} shows what becomes of it.`);
      }
      exit(exitCodes.done);
    });
}

/** Holds the intent to the contract, as the function would after it has been sent. @throws UsageError */
function checkIntent(flags: SendFlags): void {
  const contract = createContract({ instanceIdRequired: false });
  const json = JSON.stringify(intentOf(flags));
  contract({ id: flags.intentId ?? "event", "detail-type": requestDetailType, detail: parseLossless(json) });
  const violations = [...contract.errors, ...undeliverableText(json)];
  if (violations.length > 0) {
    const texts = violations.map(({ message }) => `\n  - ${message}`);
    throw new UsageError(`The intent breaks the contract, so it was not sent:${texts.join("")}`);
  }
  if (flags.expiresAt !== undefined && Date.parse(flags.expiresAt) <= Date.now()) {
    throw new UsageError(`--expires-at ${flags.expiresAt} is in the past, so the intent was not sent.`);
  }
}

/** The bus of the stack whose rule takes the event. @throws ToolError if no rule would */
async function findBus(flags: SendFlags, terminal: Terminal, signal: AbortSignal): Promise<string> {
  const session = await openSession(flags, terminal, signal);
  const { eventBusName } = session.outputs();
  const given = flags.bus?.replace(/^arn:.*:event-bus\//, "") ?? eventBusName;
  if (given !== eventBusName) {
    throw new UsageError(
      `The stack takes requests from the bus ${eventBusName}, not from ${given}: leave --bus out. Nothing was sent.`,
    );
  }
  const check = await checkRule(flags.source, session);
  if (check.kind === "unchecked") terminal.note(`Could not check whether a rule takes it: ${check.why}`);
  if (check.kind !== "dropped") return flags.bus ?? eventBusName;
  throw new ToolError(
    `EventBridge would drop the event, so it was not sent: ${check.why}. Set --source to a source that the rule takes.`,
  );
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

function parseMetadata(json: string): unknown {
  try {
    return parseLossless(json);
  } catch {
    throw new InvalidArgumentError("It is not JSON.");
  }
}
