import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { requestDetailType } from "../../events/detail-types.ts";
import { ConnectWorld } from "../../local/services/connect/world/connect-world.ts";
import { readConnectSeed } from "../../local/services/connect/world/seed.ts";
import { type LocalStack, startLocalStack } from "../../local/stack/local-stack.ts";
import { synthesizeAssembly } from "../../local/template/synthesize-assembly.ts";
import { makeFailure, makeLetter } from "./dead-letter-queues.ts";

/** The local stack with dead letters of real failures, for the end-to-end test and the transcript of the docs. */
export interface Rehearsal extends AsyncDisposable {
  readonly stack: LocalStack;
  readonly stackName: string;
  /** Fixes the cause of most of them: creates the missing queue in Connect. */
  repair(): void;
  /** Leaves a dead letter of an intent of an hour ago whose answer was lost, and whose contact was moved or not. */
  loseAnswer(contactId: string, isMoved: boolean): Promise<void>;
  /** Runs `dlq` as an operator does, in `directory`. */
  dlq(args: readonly string[], directory: string): Promise<{ code: number | null; output: string }>;
}

/** Failures: three for a missing queue, one for a contact that has ended, one misspelt, one too long for the queue. */
export const rehearsedContacts = ["task-1", "task-2", "email-1"] as const;
const missingQueue = "queue-refunds";
const deadLetters = 6;
const program = new URL("../../cli/contact-transfer.mjs", import.meta.url).pathname;

export async function startRehearsal(): Promise<Rehearsal> {
  const seed = await readConnectSeed();
  const [instanceArn = ""] = Object.keys(seed.instances);
  await using starting = new AsyncDisposableStack();
  const { assembly } = starting.use(await synthesizeAssembly({ instanceArns: instanceArn }));
  // The contacts are older than what is lost.
  let agoMs = 2 * hourMs;
  const now = () => Date.now() - agoMs;
  const connectWorld = new ConnectWorld({ seed, now, newId: randomUUID });
  agoMs = 0;
  const stack = starting.use(await startLocalStack({ assembly, connectWorld, timeScale: 10 }));
  await failIntents(stack);
  const running = starting.move();
  return {
    stack,
    stackName: assembly.stackName,
    repair() {
      const instance = { contactFlows: {}, queues: [missingQueue], users: [], contacts: {} };
      connectWorld.add({ instances: { [instanceArn]: instance } });
    },
    async loseAnswer(contactId, isMoved) {
      const request = { contactId, contactFlowId: "flow-to-queue", queueId: "queue-seniors" };
      agoMs = hourMs;
      if (isMoved) connectWorld.transferContact(inApiForm(instanceArn, request));
      agoMs = 0;
      await sendLost(stack, request);
    },
    async dlq(args, directory) {
      const child = spawn(process.execPath, [program, "dlq", ...args], {
        cwd: directory,
        env: { ...stack.env, NO_COLOR: "1" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [[code], printed, noted] = await Promise.all([
        once(child, "exit") as Promise<[number | null]>,
        text(child.stdout),
        text(child.stderr),
      ]);
      return { code, output: printed + noted };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const hourMs = 3_600_000;

interface LostRequest {
  readonly contactId: string;
  readonly contactFlowId: string;
  readonly queueId: string;
}

function inApiForm(instanceArn: string, { contactId, contactFlowId, queueId }: LostRequest) {
  const InstanceId = instanceArn.split("/").at(-1) ?? "";
  return { InstanceId, ContactId: contactId, ContactFlowId: contactFlowId, QueueId: queueId };
}

async function sendLost(stack: LocalStack, request: LostRequest): Promise<void> {
  const at = new Date(Date.now() - hourMs).toISOString();
  const id = `lost-${request.contactId}`;
  const body = {
    id,
    source: "com.example.orders",
    "detail-type": requestDetailType,
    time: at,
    detail: request,
  };
  const failure = makeFailure({ effect: "unknown", failedAt: at, firstSentAt: at });
  const sqs = new SQSClient(localClient(stack));
  const QueueUrl = stack.outputs.DeadLetterQueueUrl;
  const letter = makeLetter({ body, reason: "ConnectUnavailable", failure });
  await sqs.send(new SendMessageCommand({ QueueUrl, ...letter }));
  sqs.destroy();
}

function localClient(stack: LocalStack) {
  return {
    endpoint: stack.url,
    region: stack.env.AWS_REGION,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
}

async function failIntents(stack: LocalStack): Promise<void> {
  const intents = [
    ...rehearsedContacts.map((contactId) => ({
      contactId,
      queueId: missingQueue,
      intentId: `refund-of-${contactId}`,
    })),
    { contactId: "task-ended", queueId: "queue-seniors", intentId: "order-4711-cancelled" },
    { contactId: "task-3", queueID: "queue-seniors", intentId: "order-4712-cancelled" },
    { contactId: "task-4", intentId: "order-4713-cancelled", metadata: { note: "x".repeat(70_000) } },
  ];
  const client = new EventBridgeClient(localClient(stack));
  const Entries = intents.map((intent) => ({
    Source: "com.example.orders",
    DetailType: requestDetailType,
    EventBusName: stack.outputs.EventBusName,
    Detail: JSON.stringify({ contactFlowId: "flow-to-queue", ...intent }),
  }));
  await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  while ((await stack.peek("DeadLetterQueueUrl")).length < deadLetters) await setTimeout(50);
}
