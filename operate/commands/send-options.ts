import { parseArgs } from "node:util";
import { UsageError } from "../../cli/errors.ts";

export const sendHelp = `Puts one intent on an event bus, on AWS or on a stack that npm start -- --serve runs.

  npm run send -- --contact ID --flow ID [--queue ID | --user ID] [OPTIONS]

  --contact ID       the contact to transfer, id or ARN (required)
  --flow ID          the contact flow that takes it, id or ARN (required)
  --queue ID         the queue it goes to, id or ARN; with neither queue nor user the flow decides
  --user ID          the agent it goes to, id or ARN
  --instance ID      the Connect instance, id or ARN; may be left out where the deployment has a default
  --intent-id ID     your own identity for this intent: sending it again under the same one cannot transfer twice
  --expires-at TIME  do not transfer after this instant, as 2026-11-24T11:00:00Z
  --metadata JSON    an object that the outcome hands on
  --bus NAME         the event bus, name or ARN (default: default)
  --source NAME      the event's source (default: contact-transfer.send)
  -h, --help         print this

Region, credentials, profile and endpoints are taken from the environment, as by the AWS CLI.
Exit code: 0 where the event was taken, 1 otherwise, 2 for wrong use.
`;

export interface SendOptions {
  readonly eventBusName: string;
  readonly source: string;
  /** The intent as the event's detail. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Reads the command line of `npm run send`; "help" where that is asked for. Throws a `UsageError`. */
export function parseSendOptions(args: readonly string[]): SendOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const { contact, flow, queue, user, metadata } = values;
  const missing = [contact === undefined && "--contact", flow === undefined && "--flow"].filter(Boolean);
  if (missing.length > 0) throw new UsageError(`${missing.join(" and ")} must be given.`);
  if (queue !== undefined && user !== undefined) throw new UsageError("Give --queue or --user, not both.");
  return {
    eventBusName: values.bus ?? "default",
    source: values.source ?? "contact-transfer.send",
    detail: {
      contactId: contact,
      contactFlowId: flow,
      queueId: queue,
      userId: user,
      instanceId: values.instance,
      intentId: values["intent-id"],
      expiresAt: values["expires-at"],
      metadata: metadata === undefined ? undefined : readMetadata(metadata),
    },
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    contact: text,
    flow: text,
    queue: text,
    user: text,
    instance: text,
    "intent-id": text,
    "expires-at": text,
    metadata: text,
    bus: text,
    source: text,
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function readMetadata(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UsageError("--metadata is not JSON.", { cause: error });
  }
}
