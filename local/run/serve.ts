import { once } from "node:events";
import type { ContactSeed, WorldSeed } from "../services/connect/read-world.ts";
import type { LocalStack } from "../stack/local-stack.ts";
import { readOutcome } from "./outcome.ts";
import { formatOutcome } from "./print-results.ts";
import type { RunDeps } from "./run-test-events.ts";

/** Keeps the stack up for other programs, and prints outcomes as they come, until `signal`. */
export async function serve(seed: WorldSeed, { startStack, print, paint, signal }: RunDeps): Promise<void> {
  await using stack = await startStack({
    onEvent(event) {
      const told = readOutcome(event);
      if (told) print(formatOutcome(told.intentId ?? `message ${told.messageId}`, told.outcome, paint));
    },
  });
  print(describeStack(stack, seed));
  if (!signal.aborted) await once(signal, "abort");
}

/** Everything that is needed to use the stack, ready to be pasted into a POSIX shell. */
function describeStack({ url, env, outputs }: LocalStack, seed: WorldSeed): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${value}`);
  const entry = {
    Source: "com.example.orders",
    DetailType: "Contact Transfer Requested",
    EventBusName: outputs.EventBusName,
    Detail: JSON.stringify(exampleIntent(seed)),
  };
  return `The stack runs at ${url}: SQS, EventBridge and Connect in one. Paste this into another shell to use it:

${exports.join("\n")}
export INTENT_QUEUE_URL=${outputs.IntentQueueUrl}
export DEAD_LETTER_QUEUE_URL=${outputs.DeadLetterQueueUrl}

Then send an intent, for example:

aws events put-events --entries '${JSON.stringify([entry])}'

(Version 1 of the AWS CLI wants --endpoint-url $AWS_ENDPOINT_URL_SQS for aws sqs.)

Outcomes appear here as they come; Ctrl-C ends the stack.
`;
}

/** A transfer that this world allows, as far as it has one. */
function exampleIntent(seed: WorldSeed): object {
  const [instance] = Object.values(seed.instances);
  const contacts = Object.entries(instance?.contacts ?? {});
  const [contactId] = contacts.find(([, contact]) => isOpenTask(contact)) ?? ["CONTACT"];
  const contactFlows = Object.entries(instance?.contactFlows ?? {});
  const [contactFlowId] = contactFlows.find(([, type]) => type === "QUEUE_TRANSFER") ?? ["FLOW"];
  return { contactId, contactFlowId, queueId: instance?.queues[0] ?? "QUEUE" };
}

function isOpenTask({ channel, state = "active", transfers = 0 }: ContactSeed): boolean {
  return channel === "TASK" && state === "active" && transfers === 0;
}
