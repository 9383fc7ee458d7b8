import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import type { Ports, RecordLine } from "../lambda/ports.ts";
import { defaultTransferMethods } from "../lambda/resolve/successors.ts";
import type { Settings } from "../lambda/settings.ts";
import { assertOutcome } from "./assert-outcome.ts";
import { VirtualClock } from "./clocks/virtual-clock.ts";

/** The instance that the deployment of the tests allows. */
export const instanceId = "11111111-1111-4111-8111-111111111111";
export const instanceArn = `arn:aws:connect:us-east-1:111122223333:instance/${instanceId}`;
/** An instance that it does not allow. */
export const foreignInstanceArn =
  "arn:aws:connect:us-east-1:111122223333:instance/22222222-2222-4222-8222-222222222222";

/** A valid intent's detail: a task to a queue. */
export function makeDetail(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    contactId: "task-1",
    contactFlowId: "flow-to-queue",
    queueId: "queue-cancellations",
    ...overrides,
  };
}

export function makeEnvelope(
  detail: Record<string, unknown> = {},
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  return { id: "event-1", detail: makeDetail(detail), ...overrides };
}

let messageNumber = 0;

/** A record of the intent queue as Lambda delivers it; instants are milliseconds since 1970. */
export function makeRecord(
  envelope: unknown,
  {
    messageId = `message-${++messageNumber}`,
    receiveCount = 1,
    sentAt = 0,
    firstReceivedAt = sentAt,
    attributes = {},
  } = {} as {
    messageId?: string;
    receiveCount?: number;
    sentAt?: number;
    firstReceivedAt?: number;
    attributes?: SQSMessageAttributes;
  },
): SQSRecord {
  return {
    messageId,
    receiptHandle: `handle-of-${messageId}`,
    body: typeof envelope === "string" ? envelope : JSON.stringify(envelope),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAt),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      SenderId: "AIDAEXAMPLE",
    },
    messageAttributes: attributes,
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:111122223333:intents",
    awsRegion: "us-east-1",
  };
}

/** A String attribute in the form of a Lambda record. */
export function stringAttribute(value: unknown): SQSMessageAttributes[string] {
  const stringValue = typeof value === "string" ? value : JSON.stringify(value);
  return { stringValue, stringListValues: [], binaryListValues: [], dataType: "String" };
}

export function makeSettings(overrides: Partial<Settings> = {}): Settings {
  const instance = { id: instanceId, arn: instanceArn };
  return {
    instances: { byId: new Map([[instanceId, instance]]), defaultInstance: instance },
    allowLists: {},
    eventBusName: "default",
    outcomeSource: "contact-transfer",
    requestsPerSecond: 1,
    retryForMs: 3_600_000,
    maxIntentAgeMs: 24 * 3_600_000,
    notFoundGraceMs: 0,
    ...overrides,
  };
}

/** Settings with which Connect is read before an effect is published as unknown. */
export const resolveUnknown = {
  settleForMs: 5 * 60_000,
  transferMethods: defaultTransferMethods,
  shareOfReads: 0.5,
};

/** The calls that the ports received, in order. */
export interface Seen {
  readonly transfers: Parameters<Ports["transferContact"]>[0][];
  readonly outcomes: {
    detailType: string;
    detail: Record<string, unknown>;
    source: string;
    resources: string[];
  }[];
  readonly deadLetters: Parameters<Ports["sendDeadLetters"]>[0];
  readonly enqueued: Parameters<Ports["enqueue"]>[0];
  readonly visibility: { receiptHandle: string; seconds: number }[];
  readonly lines: RecordLine[];
  /** The metrics of records: the name, then its values. */
  readonly metrics: unknown[][];
  /** Messages whose visibility timeout could not be changed, and why. */
  readonly unchanged: unknown[][];
  readonly bugs: unknown[];
  readonly order: string[];
}

/** What SendMessageBatch answers if it accepts every entry. */
export function allSent(entries: Parameters<Ports["enqueue"]>[0]): Awaited<ReturnType<Ports["enqueue"]>> {
  return {
    Successful: entries.map(({ Id }) => ({ Id, MessageId: `message-${Id}`, MD5OfMessageBody: "" })),
    Failed: [],
  };
}

/** Ports in memory and virtual time: every call succeeds unless overridden. */
export function makePorts(overrides: Partial<Ports> = {}): { ports: Ports; clock: VirtualClock; seen: Seen } {
  const clock = new VirtualClock();
  const seen: Seen = {
    transfers: [],
    outcomes: [],
    deadLetters: [],
    enqueued: [],
    visibility: [],
    lines: [],
    metrics: [],
    unchanged: [],
    bugs: [],
    order: [],
  };
  const calls: Pick<
    Ports,
    "transferContact" | "putEvents" | "sendDeadLetters" | "enqueue" | "changeVisibility"
  > = {
    async transferContact(input) {
      const ContactId = `new-${input.ContactId}`;
      return {
        ContactId,
        ContactArn: `${instanceArn}/contact/${ContactId}`,
        $metadata: { httpStatusCode: 200 },
      };
    },
    async putEvents(entries) {
      return { Entries: entries.map((_, index) => ({ EventId: `outcome-${index}` })) };
    },
    async sendDeadLetters(entries) {
      return allSent(entries);
    },
    async enqueue(entries) {
      return allSent(entries);
    },
    async changeVisibility() {},
    ...overrides,
  };
  const ports: Ports = {
    settings: makeSettings(),
    clock,
    random: () => 0.5,
    log: {
      record: (line) => seen.lines.push(line),
      visibilityUnchanged: (...message) => seen.unchanged.push(message),
      bug: (error) => seen.bugs.push(error),
    },
    metrics: {
      received: (isReplayed) => seen.metrics.push(["received", isReplayed]),
      succeeded: (ageMs) => seen.metrics.push(["succeeded", ageMs]),
      failed: (reason, ageMs, ...found) =>
        seen.metrics.push(["failed", reason, ageMs, ...found.filter((one) => one !== undefined)]),
      retried: (reason, ageMs) => seen.metrics.push(["retried", reason, ageMs]),
    },
    ...overrides,
    async transferContact(input, signal) {
      seen.transfers.push(input);
      seen.order.push("transfer");
      return calls.transferContact(input, signal);
    },
    async putEvents(entries, signal) {
      seen.order.push("outcome");
      const answer = await calls.putEvents(entries, signal);
      for (const [index, entry] of entries.entries()) {
        if (answer.Entries?.[index]?.EventId) seen.outcomes.push(readOutcome(entry));
      }
      return answer;
    },
    async sendDeadLetters(entries, signal) {
      seen.order.push("dead letter");
      const answer = await calls.sendDeadLetters(entries, signal);
      const sent = new Set(answer.Successful?.map(({ Id }) => Id));
      seen.deadLetters.push(...entries.filter(({ Id }) => sent.has(Id)));
      return answer;
    },
    async enqueue(entries, signal) {
      const answer = await calls.enqueue(entries, signal);
      const sent = new Set(answer.Successful?.map(({ Id }) => Id));
      seen.enqueued.push(...entries.filter(({ Id }) => sent.has(Id)));
      return answer;
    },
    async changeVisibility(receiptHandle, seconds, signal) {
      seen.visibility.push({ receiptHandle, seconds });
      await calls.changeVisibility(receiptHandle, seconds, signal);
    },
  };
  return { ports, clock, seen };
}

function readOutcome(entry: Parameters<Ports["putEvents"]>[0][number]): Seen["outcomes"][number] {
  const detail = JSON.parse(entry.Detail ?? "null");
  const outcome = {
    source: entry.Source ?? "",
    detailType: entry.DetailType ?? "",
    resources: entry.Resources ?? [],
    detail,
  };
  assertOutcome(outcome);
  return outcome;
}
