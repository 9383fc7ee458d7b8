import { setTimeout as sleep } from "node:timers/promises";
import { UndeliverableError } from "../../infra/eventbridge/errors.ts";
import type { LogGroups } from "../services/account/log-groups.ts";
import type { DeliveryDeps } from "../services/eventbridge/deliver-to-target.ts";
import { invokeAsynchronously } from "../services/lambda/invoke-asynchronously.ts";
import type { LocalFunction } from "../services/lambda/local-function.ts";
import { type QueueClient, SqsCallError } from "../services/sqs/queue-client.ts";
import type { StackModel } from "../template/stack-model.ts";

/** What a rule did with an event. */
export type RuleDelivery =
  | {
      readonly eventId: string;
      readonly kind: "queued";
      readonly messageId: string;
      /** Of the intent that the rule made from the event. */
      readonly intentId?: string;
    }
  | { readonly eventId: string; readonly kind: "invoked"; readonly intentId?: string }
  /** Dead-lettered by the rule itself, or lost if that failed too. */
  | { readonly eventId: string; readonly kind: "undeliverable"; readonly errorMessage: string };

export interface DeliveryOptions {
  readonly model: StackModel;
  readonly queues: QueueClient;
  /** By ARN. */
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly logGroups: LogGroups;
  readonly timeScale: number;
  readonly onDelivery: (delivery: RuleDelivery) => void;
  readonly onLog: (line: string) => void;
}

/** How the rules of a stack reach its queues and functions. */
export function makeDelivery(options: DeliveryOptions): DeliveryDeps {
  const { model, queues, functions, logGroups, timeScale, onDelivery, onLog } = options;
  const queueUrlByArn = new Map(model.queues.map((queue) => [queue.queueArn, queue.queueUrl]));
  const logGroupByArn = new Map(model.logGroups.map((group) => [group.logGroupArn, group.logGroupName]));

  const sendMessage: QueueClient["sendMessage"] = (...message) =>
    queues.sendMessage(...message).catch(throwForRule);

  /** As Lambda: the unchanged event, with the reason of the failure. */
  const deadLetterSender = (functionArn: string, payload: string) => {
    const { deadLetterQueueArn = "" } =
      model.functions.find((lambda) => lambda.functionArn === functionArn) ?? {};
    const queueUrl = queueUrlByArn.get(deadLetterQueueArn);
    if (queueUrl === undefined) return undefined;
    return async (errorMessage: string) => {
      await sendMessage(queueUrl, payload, { ErrorCode: "200", ErrorMessage: errorMessage });
    };
  };

  return {
    async deliver(targetArn, payload, { eventId }, signal) {
      const queueUrl = queueUrlByArn.get(targetArn);
      const lambda = functions.get(targetArn);
      const logGroupName = logGroupByArn.get(targetArn);
      if (queueUrl !== undefined) {
        const messageId = await sendMessage(queueUrl, payload);
        onDelivery({ eventId, kind: "queued", messageId, intentId: intentIdOf(payload) });
      } else if (lambda) {
        onDelivery({ eventId, kind: "invoked", intentId: intentIdOf(payload) });
        void invokeAsynchronously(lambda, JSON.parse(payload), {
          timeScale,
          signal,
          onLog,
          sendDeadLetter: deadLetterSender(targetArn, payload),
        });
      } else if (logGroupName !== undefined) {
        logGroups.put(logGroupName, payload, Date.now());
      } else if (targetArn.includes(":event-bus/")) {
        onLog(`Event ${eventId} would go on to the bus ${targetArn}, which is not on this machine.`);
      } else {
        throw new UndeliverableError("NO_RESOURCE", `${targetArn} is not in this stack.`);
      }
    },
    async sendDeadLetter(queueArn, body, attributes) {
      const eventId = String((JSON.parse(body) as { id: unknown }).id);
      onDelivery({ eventId, kind: "undeliverable", errorMessage: attributes.ERROR_MESSAGE ?? "" });
      await sendMessage(queueUrlByArn.get(queueArn) ?? queueArn, body, attributes);
    },
    onDropped({ eventId, error }) {
      onDelivery({ eventId, kind: "undeliverable", errorMessage: String(error) });
      onLog(`Event ${eventId} is lost: ${String(error)}`);
    },
    now: Date.now,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  };
}

function intentIdOf(payload: string): string | undefined {
  const { id, detail } = JSON.parse(payload) as { id?: unknown; detail?: { intentId?: unknown } };
  const intentId = detail?.intentId ?? id;
  return typeof intentId === "string" ? intentId : undefined;
}

/** SQS would refuse it again, so the rule must not retry. */
function throwForRule(error: unknown): never {
  if (error instanceof SqsCallError && error.isFinal) {
    throw new UndeliverableError("SDK_CLIENT_ERROR", `${error.name}: ${error.message}`, { cause: error });
  }
  throw error;
}
