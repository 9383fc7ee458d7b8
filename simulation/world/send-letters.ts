import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SQSMessageAttributes } from "aws-lambda";
import type { Ports } from "../../lambda/ports.ts";
import { stringAttribute } from "../../test/makers.ts";
import { type CallingInstance, makeCall, putCourse } from "./port-call.ts";
import type { Received } from "./queue.ts";
import { sdkError } from "./sdk-error.ts";
import type { World } from "./world.ts";

type Letters = Parameters<Ports["sendDeadLetters"]>[0];

/** SendMessageBatch to the dead-letter queue. */
export function sendLetters(
  instance: CallingInstance,
  world: World,
  letters: Letters,
  signal: AbortSignal,
): ReturnType<Ports["sendDeadLetters"]> {
  const { fates, time } = world;
  const call = world.number();
  const { invocation, received } = instance.work;
  const fate = fates.at("letter");
  const senders = sendersOf(letters, received);
  if (!instance.isDead) {
    const copies = senders.map((sender) => sender?.delivery.copy ?? "?");
    world.record({ what: "sending letters", call, invocation, copies, fate });
  }
  const told = (what: "letter stored" | "letter confirmed", index: number) => {
    const copy = senders[index]?.delivery.copy ?? "?";
    world.record({ what, call, invocation, copy, ...labelsOf(letters[index]?.MessageAttributes) });
  };
  const isRefused = letters.map(({ MessageAttributes }) =>
    fate === "invalid" ? !labelsOf(MessageAttributes).isBare : fate === "partial" && fates.hits(),
  );
  const throwsInvalid = fate === "invalid" && isRefused[0] && letters.length === 1 && fates.hits();
  return makeCall(instance, time, signal, {
    ...putCourse(fate, fates, 20),
    serve: (reply) =>
      reply(() => {
        if (fate === "refused") throw sdkError("InternalError", "Try again", 500);
        if (throwsInvalid) throw sdkError("InvalidMessageContents", "Invalid characters", 400);
        letters.forEach((letter, index) => {
          const sender = senders[index];
          if (isRefused[index]) return;
          told("letter stored", index);
          if (!sender) return;
          const { message, delivery } = sender;
          const attributes = asReceived(letter.MessageAttributes ?? {});
          const parent = { copy: delivery.copy, delivery: delivery.number };
          world.letters.push({ copy: message.copy, body: letter.MessageBody ?? "", attributes, parent });
        });
        const SenderFault = fate === "invalid";
        return {
          Successful: letters.flatMap(({ Id }, index) =>
            isRefused[index] ? [] : [{ Id, MessageId: `letter-${call}-${index}`, MD5OfMessageBody: "" }],
          ),
          Failed: letters.flatMap(({ Id }, index) =>
            isRefused[index] ? [{ Id, Code: "Refused", SenderFault }] : [],
          ),
        };
      }),
    settled(answer) {
      if (answer !== "ok") return;
      for (const index of letters.keys()) if (!isRefused[index]) told("letter confirmed", index);
    },
  });
}

/** Whose letters they are, by the producer's own attribute; a bare one is of a message that has its body. */
function sendersOf(letters: Letters, received: readonly Received[]): (Received | undefined)[] {
  return letters.map(({ MessageBody, MessageAttributes }) => {
    const own = MessageAttributes?.Copy?.StringValue;
    return received.find(
      ({ message }) => message.body === MessageBody && (own === undefined || own === message.copy.id),
    );
  });
}

function labelsOf(attributes: Letters[number]["MessageAttributes"]) {
  const { effect, firstSentAt } = JSON.parse(attributes?.Failure?.StringValue ?? "{}");
  return {
    reason: attributes?.FailureReason?.StringValue ?? "",
    isBare: attributes?.Failure === undefined,
    effect,
    firstSentAt: firstSentAt && Date.parse(firstSentAt),
  };
}

function asReceived(attributes: Record<string, MessageAttributeValue>): SQSMessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue }]) => [name, stringAttribute(StringValue ?? "")]),
  );
}
