import { Channel } from "../../local/services/connect/world/read-world.ts";
import { foreignInstanceArn, instanceArn, instanceId } from "../../test/makers.ts";
import type { QueuedCopy, TrueIntent } from "../history.ts";
import type { PlannedMessage } from "../plan/plan.ts";
import type { PlannedMove } from "../plan/planned-resolve.ts";
import { queueIds } from "./connect.ts";
import type { LambdaService } from "./lambda-service.ts";
import type { World } from "./world.ts";

interface Prepared {
  readonly intent: TrueIntent;
  readonly body: string;
  readonly metadata: QueuedCopy["metadata"];
  /** Milliseconds since 1970. */
  readonly time?: number;
  readonly expiresAt?: number;
}

/** Adds the contacts of all planned messages and schedules the sends. */
export function startWorkload(world: World, lambda: LambdaService) {
  const prepared: Prepared[] = [];
  let lastAfterMs = 0;
  world.plan.messages.forEach((message, index) => {
    const before = prepared.at(-1);
    const one = prepare(world, message, index, before);
    prepared.push(one);
    // No event arrives before it has happened.
    lastAfterMs = one === before ? Math.max(lastAfterMs, message.sentAfterMs) : message.sentAfterMs;
    world.time.after(lastAfterMs, () => send(world, lambda, message, one, index));
  });
  for (const move of world.plan.resolve?.moves ?? [])
    world.time.after(move.afterMs, () => moveByOther(world, move, prepared[move.message]?.intent));
  for (const { afterMs, message, what } of world.plan.resolve?.kin ?? [])
    world.time.after(afterMs, () => {
      const contactId = prepared[message]?.intent.request.contactId;
      const newContactId = contactId && world.connect.addKin(contactId, what);
      if (newContactId) world.record({ what: "kin added", contactId, newContactId, kin: what });
    });
}

/** The queue that no intent names. */
const otherQueueId = queueIds.at(-1) ?? "";

function moveByOther({ connect, record }: World, { by, isWhereWanted }: PlannedMove, intent?: TrueIntent) {
  if (!intent) return;
  const { contactId, queueId = otherQueueId } = intent.request;
  const to = isWhereWanted && queueIds.includes(queueId) ? queueId : otherQueueId;
  const newContactId = connect.moveByOther(contactId, by, to);
  if (newContactId) record({ what: "moved by another", contactId, newContactId, by, queueId: to });
}

function send(
  world: World,
  lambda: LambdaService,
  message: PlannedMessage,
  { intent, body, metadata, time, expiresAt }: Prepared,
  index: number,
) {
  const { now } = world.time;
  const { maxIntentAgeMs } = world.plan;
  const isEvent = message.via === "event" && message.kind !== "not JSON";
  // A message with many receives was sent long ago.
  const sentAt = message.receivesBefore > 0 ? now - Math.floor(maxIntentAgeMs / 2) : now;
  const ageStarts = [time ?? Number.POSITIVE_INFINITY, isEvent ? Number.POSITIVE_INFINITY : sentAt];
  const copy: QueuedCopy = {
    id: `message-${index}`,
    intent,
    isEvent,
    sentAt,
    firstSentAt: sentAt,
    receivesBefore: message.receivesBefore,
    ageStartsAt: Math.min(...ageStarts),
    expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
    metadata,
    historySays: "nothing",
  };
  world.record({ what: "sent", copy });
  if (isEvent) return lambda.invokeWithEvent(copy, body);
  world.queue.send(copy, body, {});
}

function prepare(world: World, message: PlannedMessage, index: number, before?: Prepared): Prepared {
  const { plan, startedAt } = world;
  const { kind } = message;
  const sentAt = startedAt + message.sentAfterMs;
  const time =
    kind === "old"
      ? sentAt - plan.maxIntentAgeMs + (index % 2 === 0 ? 20_000 : -1)
      : message.hasTime
        ? sentAt - 500
        : undefined;
  const expiresAt = kind === "expires soon" ? sentAt + 2_000 + index * 7_000 : undefined;
  if (kind === "same event twice" && before?.intent.kind === "valid") return before;
  const isTwin = kind === "twin" && before?.intent.kind === "valid";
  const isSibling = kind === "same intentId, other queue" && before?.intent.kind === "valid";
  const contactId = isSibling && before ? before.intent.request.contactId : `contact-${index}`;
  const intentId =
    isSibling && before ? before.intent.intentId : `${message.hasIntentId ? "order" : "event"}-${index}`;
  const intent: TrueIntent =
    isTwin && before
      ? before.intent
      : {
          number: index,
          kind: invalidKinds.has(kind)
            ? "invalid"
            : kind === "foreign instance" || kind === "queue not allowed"
              ? "notAllowed"
              : "valid",
          intentId,
          request: {
            contactId,
            contactFlowId:
              kind === "flow comes later"
                ? `flow-${index}`
                : kind === "to user"
                  ? "flow-to-user"
                  : "flow-to-queue",
            ...destinationOf(message, index),
          },
          ...((kind === "missing contact" || (isSibling && before?.intent.isContactMissing)) && {
            isContactMissing: true as const,
          }),
          ...(time !== undefined && !message.hasIntentId && { requestedAt: time }),
        };
  if (!isTwin && !isSibling) addContact(world, message, contactId);
  const { contactFlowId, ...request } = intent.request;
  const metadata =
    kind === "metadata refused"
      ? { refused: index % 2 === 0 ? "entry" : "call" }
      : index % 3 === 0
        ? { order: index }
        : undefined;
  const byArn = kind === "by ARNs";
  const detail = {
    ...request,
    ...(request.queueId && { queueId: byArn ? `${instanceArn}/queue/${request.queueId}` : request.queueId }),
    contactFlowId: byArn ? `${instanceArn}/contact-flow/${contactFlowId}` : contactFlowId,
    ...(kind === "foreign instance" ? { instanceId: foreignInstanceArn } : byArn && { instanceId }),
    ...((message.hasIntentId || isTwin || isSibling) && { intentId: intent.intentId }),
    ...(expiresAt && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(metadata && { metadata }),
    ...(kind === "misspelt" && { queueID: "queue-0" }),
  };
  const envelope = {
    id: isTwin || message.hasIntentId || isSibling ? `envelope-${index}` : intent.intentId,
    detail,
    ...(time && { time: new Date(time).toISOString() }),
    // Envelopes may have unknown members: this one distinguishes bodies.
    copy: index,
  };
  return {
    intent,
    body: bodyOf(kind, envelope, index),
    metadata: metadata ? (kind === "metadata refused" ? "refused" : "fine") : "none",
    time,
    expiresAt,
  };
}

const invalidKinds = new Set<PlannedMessage["kind"]>([
  "not JSON",
  "misspelt",
  "odd members",
  "too deep",
  "too large",
]);

function destinationOf({ kind }: PlannedMessage, index: number) {
  if (kind === "flow decides") return {};
  if (kind === "to user") return { userId: "user-0" };
  return { queueId: kind === "queue not allowed" ? "queue-forbidden" : `queue-${index}` };
}

function bodyOf(kind: PlannedMessage["kind"], envelope: Record<string, unknown>, index: number): string {
  switch (kind) {
    case "not JSON":
      return `{ "copy": ${index}, \ud800`;
    case "odd members":
      return JSON.stringify({ ...envelope, detail: null }).replace("{", '{"__proto__":{"id":1},');
    case "too deep":
      return JSON.stringify({ ...envelope, deep: 0 }).replace(
        '"deep":0',
        `"deep":${"[".repeat(300)}${"]".repeat(300)}`,
      );
    case "too large":
      return JSON.stringify({ ...envelope, large: "x".repeat(17_000) });
    default:
      return JSON.stringify(envelope);
  }
}

function addContact({ connect, plan, time }: World, message: PlannedMessage, contactId: string) {
  const { kind, sentAfterMs } = message;
  if (kind === "missing contact") return;
  const transfers = kind === "transferred 11 times" ? 11 : 0;
  connect.addContact(
    contactId,
    kind === "ended" ? "ended" : "active",
    transfers,
    kind === "voice" ? Channel.VOICE : Channel.TASK,
  );
  if (kind === "ends soon") time.after(sentAfterMs + 3_000, () => connect.endContact(contactId));
  if (kind === "flow comes later") {
    time.after(Math.min(plan.chaosForMs, sentAfterMs + 20_000), () =>
      connect.addFlow(contactId.replace("contact", "flow")),
    );
  }
}
