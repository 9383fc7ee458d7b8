import { once } from "node:events";
import { requestDetailType } from "../../events/detail-types.ts";
import type { ContactSeed, WorldSeed } from "../services/connect/read-world.ts";
import type { LocalStack } from "../stack/local-stack.ts";
import { readOutcome } from "./outcome.ts";
import { OutcomeText } from "./print-results.ts";
import type { RunDeps } from "./run-test-events.ts";

/** Keeps the stack running for other programs and prints outcomes as they arrive, until `signal` aborts. */
export async function serve(seed: WorldSeed, { startStack, print, paint, signal }: RunDeps): Promise<void> {
  const text = new OutcomeText(paint);
  await using stack = await startStack({
    onEvent(event) {
      const outcome = readOutcome(event);
      if (!outcome) return;
      print(text.ofOutcome(outcome.intentId ?? `message ${outcome.messageId}`, outcome.outcome));
    },
  });
  print(describeStack(stack, seed));
  if (!signal.aborted) await once(signal, "abort");
}

/** How to use the stack, ready to paste into a POSIX shell. */
function describeStack({ url, env, outputs }: LocalStack, seed: WorldSeed): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${value}`);
  const entry = {
    Source: "com.example.orders",
    DetailType: requestDetailType,
    EventBusName: outputs.EventBusName,
    Detail: JSON.stringify(exampleIntent(seed)),
  };
  return `The stack is running at ${url}, which serves SQS, EventBridge and Connect. To use it, paste this into another shell:

${exports.join("\n")}
export INTENT_QUEUE_URL=${outputs.IntentQueueUrl}
export DEAD_LETTER_QUEUE_URL=${outputs.DeadLetterQueueUrl}

Then send an intent, for example:

aws events put-events --entries '${JSON.stringify([entry])}'

(Version 1 of the AWS CLI also needs --endpoint-url $AWS_ENDPOINT_URL_SQS for aws sqs.)

Outcomes appear here as they arrive. Press Ctrl-C to stop the stack.
`;
}

/** A transfer that this world allows, if there is one. */
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
