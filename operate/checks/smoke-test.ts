import { randomUUID } from "node:crypto";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { ToolError } from "../../cli/tool-error.ts";
import type { Clock } from "../../lambda/ports.ts";
import { askAws } from "../aws/ask-aws.ts";
import { findOutcomes } from "../aws/outcome-log.ts";
import { openQueue } from "../aws/queue.ts";
import type { StackOutputs } from "../aws/stack-outputs.ts";
import type { Letter } from "../letters/letter.ts";
import { findDeadLetters, isAbout } from "../receive/find-letters.ts";

export interface SmokeDeps {
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly logs: CloudWatchLogsClient;
  readonly clock: Clock;
  print(text: string): void;
}

export interface SmokeOptions {
  readonly outputs: StackOutputs;
  readonly source: string;
  readonly instanceId?: string;
  /** Ids that the deployment allows, where it does not allow all. */
  readonly contactFlowId?: string;
  readonly queueId?: string;
  readonly timeoutMs: number;
}

/**
 * Puts an intent for a contact that does not exist and waits for its `ResourceNotFound`, in the dead-letter queue and in
 * the outcome log: rule, queue, function, role, Connect, bus and dead-letter queue are proven and nothing is moved. Takes
 * its own dead letter away, however it ends. Resolves with whether all of it works.
 */
export async function smokeTest(options: SmokeOptions, deps: SmokeDeps): Promise<boolean> {
  const { outputs, timeoutMs } = options;
  const { clock, print } = deps;
  const intentId = `smoke-${randomUUID()}`;
  const startedAt = clock.now();
  await putIntent(intentId, options, deps);
  print(`✔ the bus ${outputs.eventBusName} took the intent ${intentId}`);
  const where = { sqs: deps.sqs, deadLetterQueueUrl: outputs.deadLetterQueueUrl, clock };
  const takeLetters = () => findDeadLetters(where, (letter) => isAbout(letter, intentId), { remove: true });
  const [letter] = (await poll(takeLetters, timeoutMs, clock)) ?? [];
  if (!letter) {
    print(`✖ no dead letter came within ${timeoutMs / 1000} s: ${await whereItIs(options, deps)}`);
    return false;
  }
  print(
    `✔ its dead letter came after ${Math.round((clock.now() - startedAt) / 1000)} s and is taken away again`,
  );
  const isRight = letter.reason === "ResourceNotFound";
  print(isRight ? `✔ Connect said: ${letter.message}` : `✖ ${whatIsWrong(letter)}`);
  return (await checkOutcome(intentId, startedAt, options, deps)) && isRight;
}

async function putIntent(
  intentId: string,
  { outputs, source, instanceId, contactFlowId = randomUUID(), queueId }: SmokeOptions,
  { eventBridge }: SmokeDeps,
): Promise<void> {
  const detail = { intentId, contactId: randomUUID(), contactFlowId, instanceId, queueId };
  const entry = {
    EventBusName: outputs.eventBusName,
    Source: source,
    DetailType: "Contact Transfer Requested",
    Detail: JSON.stringify(detail),
  };
  const { Entries = [] } = await askAws("events:PutEvents", `the bus ${outputs.eventBusName}`, () =>
    eventBridge.send(new PutEventsCommand({ Entries: [entry] })),
  );
  const { EventId, ErrorCode = "Unconfirmed", ErrorMessage = "" } = Entries[0] ?? {};
  if (!EventId) throw new ToolError(`EventBridge refuses the event: ${ErrorCode} ${ErrorMessage}`.trim());
}

async function checkOutcome(
  intentId: string,
  since: number,
  { outputs, timeoutMs }: SmokeOptions,
  { logs, clock, print }: SmokeDeps,
): Promise<boolean> {
  const { outcomeLogGroupName } = outputs;
  if (outcomeLogGroupName === undefined) {
    print("· the stack keeps no outcome log: whether the outcome was told cannot be seen from here");
    return true;
  }
  const find = () => findOutcomes(logs, outcomeLogGroupName, intentId, since - 60_000);
  const isTold = (await poll(find, timeoutMs, clock)) !== undefined;
  print(
    isTold
      ? "✔ the outcome was told on the bus and is in the outcome log"
      : "✖ the outcome is not in the outcome log",
  );
  return isTold;
}

/** The first answer with anything in it; undefined where there is none in time. */
async function poll<T>(
  ask: () => Promise<readonly T[]>,
  timeoutMs: number,
  clock: Clock,
): Promise<readonly T[] | undefined> {
  const endsAt = clock.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found.length > 0) return found;
    if (clock.now() >= endsAt) return undefined;
    await clock.sleep(1_000);
  }
}

const wrongReasons: Readonly<Record<string, string>> = {
  NotAllowed: "give --instance, --flow and --queue that the deployment allows",
  InvalidIntent: "the deployment has several instances and no default: give --instance",
  InvalidRequest: "Connect was asked and refused the form of the ids: give --flow of a real flow",
  AccessDenied: "the role may not transfer: is the flow one of contactFlowIds?",
  NotDelivered: "the rule could not reach its target",
};

function whatIsWrong({ reason, message }: Letter): string {
  return `the reason is ${reason}, not ResourceNotFound: ${message}. ${wrongReasons[reason] ?? "See docs/operations.md"}.`;
}

async function whereItIs({ outputs, source }: SmokeOptions, { sqs }: SmokeDeps): Promise<string> {
  const { visible, inFlight } = await openQueue(sqs, outputs.intentQueueUrl).counts();
  if (inFlight > 0)
    return "the intent queue has messages in flight, so it is being retried: look at the function's log.";
  if (visible > 0)
    return "the intent queue has messages that nobody takes: is the stack paused, or the function failing?";
  return `the intent queue is empty: does the rule take the source ${source} (eventSources, --source), and is this a shadow?`;
}
