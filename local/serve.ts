import { once } from "node:events";
import type { WorldSeed } from "./connect/read-world.ts";
import type { LocalStack } from "./local-stack.ts";
import { readOutcome } from "./outcome.ts";
import { formatOutcome } from "./print-results.ts";
import type { RunDeps } from "./run-submissions.ts";
import type { StartOptions } from "./start-options.ts";
import { startProject } from "./start-project.ts";

/** Keeps the stack up for other programs, and prints outcomes as they come, until `signal`. */
export async function serve(
  options: StartOptions,
  seed: WorldSeed,
  { print, paint, onLog, signal }: RunDeps,
): Promise<void> {
  await using stack = await startProject(options, seed, {
    onEvent(event) {
      const told = readOutcome(event);
      if (told) print(formatOutcome(told.intentId ?? `message ${told.messageId}`, told.outcome, paint));
    },
    onLog,
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

Outcomes appear here as they come; Ctrl-C ends the stack.
`;
}

/** A transfer that this world allows. */
function exampleIntent(seed: WorldSeed): Record<string, string | undefined> {
  const { contactFlows, queues, contacts } = Object.values(seed.instances)[0] ?? {
    contactFlows: {},
    queues: [],
    contacts: {},
  };
  const contact = Object.entries(contacts).find(
    ([, { channel, state }]) => channel === "TASK" && state === "active",
  );
  const flow = Object.entries(contactFlows).find(([, type]) => type === "QUEUE_TRANSFER");
  return {
    contactId: contact?.[0] ?? "CONTACT",
    contactFlowId: flow?.[0] ?? "FLOW",
    queueId: queues[0] ?? "QUEUE",
  };
}
