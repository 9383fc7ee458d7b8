import type { Ports } from "../../../lambda/ports.ts";
import type { QueuedCopy } from "../../history.ts";
import type { Received } from "../queue.ts";
import type { World } from "../world.ts";
import { type CallingInstance, makeCall, sendCourse } from "./port-call.ts";
import { sdkError } from "./sdk-error.ts";
import { asReceived, sendersOf, sqsTrouble } from "./send-dead-letters.ts";

type Messages = Parameters<Ports["enqueue"]>[0];

/** SendMessageBatch to the intent queue, which stores a new message of the same intent. */
export function enqueue(
  instance: CallingInstance,
  world: World,
  messages: Messages,
  signal: AbortSignal,
): ReturnType<Ports["enqueue"]> {
  const { choices, time } = world;
  const call = world.number();
  const { invocation, received } = instance.work;
  const fault = sqsTrouble(world) ?? choices.at("enqueue");
  const senders = sendersOf(messages, received);
  if (!instance.isDead) {
    const copies = senders.map((sender) => sender?.delivery.copy ?? "?");
    world.record({ what: "enqueuing", call, invocation, copies, fault });
  }
  const isRefused = messages.map(() => fault === "partial" && choices.hits());
  return makeCall(instance, time, signal, {
    ...sendCourse(fault, choices, 20),
    serve: (reply) =>
      reply(() => {
        if (fault === "denied") throw sdkError("AccessDeniedException", "Not authorized", 403);
        if (fault === "refused" || fault === "SQS out") throw sdkError("InternalError", "Try again", 500);
        // SQS accepts whole seconds, up to 15 minutes.
        const delays = messages.map(({ DelaySeconds = 0 }) => DelaySeconds);
        if (delays.some((seconds) => !Number.isInteger(seconds) || seconds < 0 || seconds > 900))
          throw sdkError("InvalidParameterValue", "DelaySeconds must be from 0 to 900", 400);
        messages.forEach((message, index) => {
          const sender = senders[index];
          if (!isRefused[index] && sender) store(world, message, sender, { call, invocation });
        });
        return {
          Successful: messages.flatMap(({ Id }, index) =>
            isRefused[index] ? [] : [{ Id, MessageId: `enqueued-${call}-${index}`, MD5OfMessageBody: "" }],
          ),
          Failed: messages.flatMap(({ Id }, index) =>
            isRefused[index] ? [{ Id, Code: "InternalError", SenderFault: false }] : [],
          ),
        };
      }),
    settled(answer) {
      if (answer !== "ok") return world.record({ what: "not enqueued", call, invocation, error: answer });
      senders.forEach((sender, index) => {
        if (!sender || isRefused[index]) return;
        const { copy, number: delivery } = sender.delivery;
        world.record({ what: "enqueue confirmed", call, invocation, copy, delivery });
      });
    },
  });
}

function store(
  world: World,
  { MessageBody = "", MessageAttributes = {}, DelaySeconds: delaySeconds = 0 }: Messages[number],
  { message: { copy: source }, delivery }: Received,
  labels: { readonly call: number; readonly invocation: number },
) {
  // SQS counts whole milliseconds.
  const now = Math.floor(world.time.now);
  const { firstSentAt, effect, result, notFoundAt, askedUntil } = JSON.parse(
    MessageAttributes.History?.StringValue ?? "{}",
  );
  const claimedAt = firstSentAt === undefined ? undefined : Date.parse(firstSentAt);
  const first = Math.min(now, claimedAt ?? now);
  const copy: QueuedCopy = {
    ...source,
    id: `enqueued-${world.number()}`,
    isEvent: false,
    sentAt: now,
    firstSentAt: first,
    receivesBefore: 0,
    ageStartsAt: isRenewed(source) ? source.ageStartsAt : Math.min(source.ageStartsAt, first),
    carries: result?.kind,
    waitsSince: result && askedUntil ? Date.parse(askedUntil) : undefined,
    isLastAsk: notFoundAt === undefined ? undefined : true,
    historySays: effect === "none" ? "none" : "unknown",
    parent: { copy: delivery.copy, delivery: delivery.number },
  };
  world.record({ what: "enqueued", ...labels, copy, claimedAt, delaySeconds });
  world.queue.send(copy, MessageBody, asReceived(MessageAttributes), { delaySeconds });
}

/** The age of an event without `time` starts as late as it can. */
function isRenewed({ isEvent, ageStartsAt, firstSentAt }: QueuedCopy): boolean {
  return !isEvent && ageStartsAt > firstSentAt;
}
