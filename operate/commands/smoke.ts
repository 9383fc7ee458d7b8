// `npm run smoke`: see `smokeHelp` for what it takes.
import { setTimeout } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { parseDuration } from "../../cli/duration.ts";
import { UsageError } from "../../cli/errors.ts";
import { readArgs } from "../../cli/read-args.ts";
import { runCommand } from "../../cli/run-command.ts";
import { readStackOutputs } from "../aws/stack-outputs.ts";
import { smokeTest } from "../checks/smoke-test.ts";

const smokeHelp = `Proves a deployment without moving anything: puts an intent for a contact that does not exist, waits for its
ResourceNotFound in the dead-letter queue and in the outcome log, and takes its own dead letter away.

  npm run smoke -- --stack NAME [OPTIONS]

  --stack NAME       the stack (default: ContactTransfer)
  --instance ID      the instance, where the deployment allows several and has no default
  --flow ID          a flow that the deployment allows, where it does not allow all
  --queue ID         a queue that the deployment allows, where it wants one
  --source NAME      a source that the deployment takes (default: contact-transfer.smoke)
  --timeout TIME     how long to wait for each answer (default: 2m)
  -h, --help         print this

Region, credentials, profile and endpoints are taken from the environment, as by the AWS CLI; what npm start -- --serve
prints will do. Exit code: 0 where all of it works, 1 otherwise, 2 for wrong use.
`;

const text = { type: "string" } as const;

await runCommand(smokeHelp, async (args, print) => {
  const values = readArgs(args, {
    stack: text,
    instance: text,
    flow: text,
    queue: text,
    source: text,
    timeout: text,
  });
  const timeoutMs = parseDuration(values.timeout ?? "2m");
  if (timeoutMs === undefined)
    throw new UsageError(`--timeout ${values.timeout} is not a time; write it as 90s or 2m.`);
  const isWorking = await smokeTest(
    {
      outputs: await readStackOutputs(new CloudFormationClient(), values.stack ?? "ContactTransfer"),
      source: values.source ?? "contact-transfer.smoke",
      instanceId: values.instance,
      contactFlowId: values.flow,
      queueId: values.queue,
      timeoutMs,
    },
    {
      eventBridge: new EventBridgeClient(),
      sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
      logs: new CloudWatchLogsClient(),
      clock: { now: Date.now, sleep: (ms, signal) => setTimeout(ms, undefined, { signal }) },
      print,
    },
  );
  print(isWorking ? "The deployment works." : "The deployment does not work yet.");
  return isWorking ? 0 : 1;
});
