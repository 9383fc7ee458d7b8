import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SQSMessageAttributes } from "aws-lambda";
import type { Ports } from "../../../lambda/ports.ts";
import { stringAttribute } from "../../../test/makers.ts";
import type { Received } from "../queue.ts";
import type { World } from "../world.ts";
import { type CallingInstance, makeCall, sendCourse } from "./port-call.ts";
import { sdkError } from "./sdk-error.ts";

type DeadLetters = Parameters<Ports["sendDeadLetters"]>[0];

/** SendMessageBatch to the dead-letter queue. */
export function sendDeadLetters(
  instance: CallingInstance,
  world: World,
  deadLetters: DeadLetters,
  signal: AbortSignal,
): ReturnType<Ports["sendDeadLetters"]> {
  const { choices, time } = world;
  const call = world.number();
  const { invocation, received } = instance.work;
  const fault = sqsTrouble(world) ?? choices.at("deadLetter");
  const senders = sendersOf(deadLetters, received);
  if (!instance.isDead) {
    const copies = senders.map((sender) => sender?.delivery.copy ?? "?");
    world.record({ what: "sending dead letters", call, invocation, copies, fault });
  }
  const record = (what: "dead letter stored" | "dead letter confirmed", index: number) => {
    const copy = senders[index]?.delivery.copy ?? "?";
    world.record({ what, call, invocation, copy, ...labelsOf(deadLetters[index]?.MessageAttributes) });
  };
  const codes = deadLetters.map(({ MessageAttributes }) => {
    const { isBare, isReduced } = labelsOf(MessageAttributes);
    if (fault === "invalid" && !isBare) return "InvalidMessageContents";
    if (fault === "invalid attributes" && !isBare && !isReduced) return "InvalidAttributeValue";
    if (fault === "key disabled") return "KMS.DisabledException";
    return fault === "partial" && choices.hits() ? "InternalError" : undefined;
  });
  const throwsCode = fault.startsWith("invalid") && deadLetters.length === 1 && choices.hits();
  return makeCall(instance, time, signal, {
    ...sendCourse(fault, choices, 20),
    serve: (reply) =>
      reply(() => {
        if (fault === "refused" || fault === "SQS out") throw sdkError("InternalError", "Try again", 500);
        if (fault === "denied") throw sdkError("AccessDeniedException", "Not authorized", 403);
        if (throwsCode && codes[0]) throw sdkError(codes[0], "Invalid characters", 400);
        deadLetters.forEach((deadLetter, index) => {
          const sender = senders[index];
          if (codes[index]) return;
          record("dead letter stored", index);
          if (!sender) return;
          const { message, delivery } = sender;
          const attributes = asReceived(deadLetter.MessageAttributes ?? {});
          const parent = { copy: delivery.copy, delivery: delivery.number };
          world.deadLetters.push({
            copy: message.copy,
            body: deadLetter.MessageBody ?? "",
            attributes,
            parent,
          });
        });
        return {
          Successful: deadLetters.flatMap(({ Id }, index) =>
            codes[index] ? [] : [{ Id, MessageId: `dead-letter-${call}-${index}`, MD5OfMessageBody: "" }],
          ),
          Failed: codes.flatMap((Code, index) =>
            Code ? [{ Id: String(index), Code, SenderFault: Code !== "InternalError" }] : [],
          ),
        };
      }),
    settled(answer) {
      if (answer !== "ok") return;
      for (const index of deadLetters.keys()) if (!codes[index]) record("dead letter confirmed", index);
    },
  });
}

/** While SQS is out, nothing can be sent, hidden or enqueued. */
export function sqsTrouble({ troubles }: World): "SQS out" | undefined {
  return troubles.has("SQS out") ? "SQS out" : undefined;
}

/** The messages they were made of, by the producer's own attribute; a reduced one has lost it but kept the body. */
export function sendersOf(deadLetters: DeadLetters, received: readonly Received[]): (Received | undefined)[] {
  return deadLetters.map(({ MessageBody, MessageAttributes }) => {
    const own = MessageAttributes?.Copy?.StringValue;
    const candidates = received.filter(
      ({ message }) => message.body === MessageBody && (own === undefined || own === message.copy.id),
    );
    const { firstSentAt } = labelsOf(MessageAttributes);
    return candidates.find(({ message }) => message.copy.firstSentAt === firstSentAt) ?? candidates[0];
  });
}

function labelsOf(attributes: DeadLetters[number]["MessageAttributes"]) {
  const { effect, firstSentAt, reduced } = JSON.parse(attributes?.Failure?.StringValue ?? "{}");
  return {
    reason: attributes?.FailureReason?.StringValue ?? "",
    isBare: attributes?.Failure === undefined,
    isReduced: reduced === true,
    effect,
    firstSentAt: firstSentAt && Date.parse(firstSentAt),
  };
}

export function asReceived(attributes: Record<string, MessageAttributeValue>): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue }]) => [name, stringAttribute(StringValue ?? "")]),
  );
}
