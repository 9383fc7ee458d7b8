// `npm run waiting`: what waits in the intent queue, and what of it is too old by now. See docs/construct.md, Pause and resume.
import { parseArgs } from "node:util";
import { SQSClient, SQSServiceException } from "@aws-sdk/client-sqs";
import { parseDuration } from "../../cli/duration.ts";
import { UsageError } from "../../cli/errors.ts";
import { countWaiting } from "../checks/count-waiting.ts";

const usage = `Use: npm run waiting -- --queue-url URL [--max-intent-age 24h]

  --queue-url URL        the intent queue (output IntentQueueUrl; default $INTENT_QUEUE_URL)
  --max-intent-age AGE   the deployment's maxIntentAge (default 24h)
`;

try {
  process.stdout.write(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SQSServiceException)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main(args: readonly string[]): Promise<string> {
  const { queueUrl, maxIntentAgeMs } = readOptions(args);
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: process.env.AWS_ENDPOINT_URL_SQS === undefined });
  const { total, tooOld } = await countWaiting(sqs, queueUrl, { maxIntentAgeMs, now: Date.now() });
  return `${total} intents wait; ${tooOld} of them are too old by now and would fail as IntentExpired.\n`;
}

function readOptions(args: readonly string[]): { queueUrl: string; maxIntentAgeMs: number } {
  const { values } = parse(args);
  const queueUrl = values["queue-url"] ?? process.env.INTENT_QUEUE_URL;
  if (!queueUrl) throw new UsageError(`The queue is not named.\n${usage}`);
  const age = values["max-intent-age"] ?? "24h";
  const maxIntentAgeMs = parseDuration(age);
  if (maxIntentAgeMs === undefined)
    throw new UsageError(`--max-intent-age ${age} is not a duration.\n${usage}`);
  return { queueUrl, maxIntentAgeMs };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { "queue-url": { type: "string" }, "max-intent-age": { type: "string" } },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`, { cause: error });
  }
}
