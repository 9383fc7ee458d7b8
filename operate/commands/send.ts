// `npm run send`: see `sendHelp` for what it takes.
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { UsageError } from "../../cli/errors.ts";
import { parseSendOptions, type SendOptions, sendHelp } from "./send-options.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseSendOptions(args);
    process.stdout.write(options === "help" ? sendHelp : `${await send(options)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message} See npm run send -- --help.\n`);
      return 2;
    }
    process.stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

/** Puts the event; resolves with a sentence that names it. */
async function send({ eventBusName, source, detail }: SendOptions): Promise<string> {
  const client = new EventBridgeClient();
  const entry = {
    EventBusName: eventBusName,
    Source: source,
    DetailType: "Contact Transfer Requested",
    Detail: JSON.stringify(detail),
  };
  const { FailedEntryCount = 0, Entries = [] } = await client.send(
    new PutEventsCommand({ Entries: [entry] }),
  );
  const { EventId = "", ErrorCode, ErrorMessage } = Entries[0] ?? {};
  if (FailedEntryCount > 0) throw new Error(`EventBridge refuses the event: ${ErrorCode}: ${ErrorMessage}`);
  return `Put event ${EventId} on the bus ${eventBusName}, intentId ${detail.intentId ?? EventId}.`;
}

/** What is to be set or started, for what newcomers meet first; the SDK's own words for the rest. */
function explain(error: unknown): string {
  const { name, message, code } = error as NodeJS.ErrnoException;
  if (message === "Region is missing") {
    return "No Region is set: set AWS_REGION, or paste what npm start -- --serve prints.";
  }
  if (name === "CredentialsProviderError") {
    return "No AWS credentials are found: set AWS_PROFILE, or paste what npm start -- --serve prints.";
  }
  if (code === "ECONNREFUSED") {
    return `Nothing answers at the endpoint (${message}): is npm start -- --serve running there?`;
  }
  return name === "Error" ? message : `${name}: ${message}`;
}
