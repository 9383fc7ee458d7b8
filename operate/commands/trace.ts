// `npm run trace`: see `traceHelp` for what it takes.
import { setTimeout } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { SQSClient } from "@aws-sdk/client-sqs";
import { parseDuration } from "../../cli/duration.ts";
import { UsageError } from "../../cli/errors.ts";
import { readArgs } from "../../cli/read-args.ts";
import { runCommand } from "../../cli/run-command.ts";
import { findOutcomes } from "../aws/outcome-log.ts";
import { readStackOutputs } from "../aws/stack-outputs.ts";
import { describeLife } from "../print/describe-timeline.ts";
import { findDeadLetters, isAbout } from "../receive/find-letters.ts";

const traceHelp = `Prints the life of one intent, or of all intents of one contact, from the outcome log and the dead-letter queue.

  npm run trace -- INTENT_ID|CONTACT_ID|CLIENT_TOKEN|MESSAGE_ID [--stack NAME] [--since 7d]

  --stack NAME   the stack (default: ContactTransfer)
  --since TIME   how far back to look, as 30m, 6h or 7d (default: 30d, as long as the log is kept)
  -h, --help     print this

Region, credentials, profile and endpoints are taken from the environment, as by the AWS CLI; what npm start -- --serve
prints will do. Nothing is changed; dead letters are hidden for the seconds that the look takes.
Exit code: 0 where something is known, 1 where nothing is or something cannot be asked, 2 for wrong use.
`;

await runCommand(traceHelp, async (args, print) => {
  const { id, stack, sinceMs } = readOptions(args);
  const clock = {
    now: Date.now,
    sleep: (ms: number, signal?: AbortSignal) => setTimeout(ms, undefined, { signal }),
  };
  const { outcomeLogGroupName, deadLetterQueueUrl } = await readStackOutputs(
    new CloudFormationClient(),
    stack,
  );
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const since = Date.now() - sinceMs;
  const [outcomes, letters] = await Promise.all([
    outcomeLogGroupName === undefined
      ? []
      : findOutcomes(new CloudWatchLogsClient(), outcomeLogGroupName, id, since),
    findDeadLetters({ sqs, deadLetterQueueUrl, clock }, (letter) => isAbout(letter, id)),
  ]);
  if (outcomeLogGroupName === undefined) print("The stack keeps no outcome log (outcomeLog: false).");
  if (outcomes.length + letters.length > 0) {
    print(describeLife({ outcomes, letters }));
    return 0;
  }
  print(
    `Nothing is known of ${id}: it has not ended yet, was never taken by the rule, or is older than --since.`,
  );
  return 1;
});

function readOptions(args: string[]) {
  const [id, ...others] = args;
  if (id === undefined || id.startsWith("-")) {
    throw new UsageError("Give one intentId, contactId, clientToken or messageId first, then the options.");
  }
  const { stack = "ContactTransfer", since = "30d" } = readArgs(others, {
    stack: { type: "string" },
    since: { type: "string" },
  });
  const sinceMs = parseDuration(since);
  if (sinceMs === undefined)
    throw new UsageError(`--since ${since} is not a time; write it as 30m, 6h or 7d.`);
  return { id, stack, sinceMs };
}
