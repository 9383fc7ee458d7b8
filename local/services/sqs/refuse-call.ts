import { ALL_ATTRIBUTE_NAMES } from "../../../node_modules/fauxqs/dist/sqs/sqsTypes.js";
import { receiptPrefix } from "./scale-up.ts";
import type { SqsCall, SqsFault } from "./sqs-fault.ts";
import { type Refusal, type Sent, whyMessageRefused } from "./why-refused.ts";

/** An entry of a batch, of any kind. */
interface Entry extends Sent {
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

const maxEntries = 10;

/** What SQS refuses of a call, while fauxqs takes it: of a batch, the entries that it concerns. */
export function refuseCall({ action, queueName, input }: SqsCall): SqsFault | undefined {
  const isFifo = queueName.endsWith(".fifo");
  const judge = judges[action];
  if (!judge) return refuseNames(action, input);
  if (!action.endsWith("Batch")) return asFault(judge(input, isFifo, ""));
  const entries = readEntries(input);
  // fauxqs refuses the whole batch.
  if (entries.length > maxEntries || new Set(entries.map(({ Id }) => Id)).size < entries.length)
    return undefined;
  const wrongId = entries.map(whyIdRefused(action)).find(Boolean);
  if (wrongId) return asFault(wrongId);
  const refused = entries.flatMap((entry, index) => {
    const refusal = judge(entry, isFifo, `${action}RequestEntry.${index + 1}.`);
    return refusal ? [{ ...refusal, id: String(entry.Id) }] : [];
  });
  return refused.length > 0 ? { kind: "refuseEntries", refused } : undefined;
}

type Judge = (sent: Entry, isFifo: boolean, place: string) => Refusal | undefined;

const judges: Readonly<Record<string, Judge | undefined>> = {
  SendMessage: whyMessageRefused,
  SendMessageBatch: whyMessageRefused,
  DeleteMessage: whyReceiptRefused,
  DeleteMessageBatch: whyReceiptRefused,
  ChangeMessageVisibility: whyReceiptRefused,
  ChangeMessageVisibilityBatch: (entry, isFifo, place) =>
    whyReceiptRefused(entry, isFifo) ??
    (entry.VisibilityTimeout == null ? missing(`${place}VisibilityTimeout`) : undefined),
};

function whyReceiptRefused({ ReceiptHandle = "" }: Entry, isFifo: boolean): Refusal | undefined {
  // Queues of this kind keep the handles of fauxqs.
  if (isFifo || ReceiptHandle.startsWith(receiptPrefix)) return undefined;
  return {
    code: "ReceiptHandleIsInvalid",
    message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
  };
}

const whyIdRefused =
  (action: string) =>
  ({ Id = "" }: Entry, index: number): Refusal | undefined => {
    if (Id === "") return missing(`${action}RequestEntry.${index + 1}.Id`);
    if (/^[A-Za-z0-9_-]{1,80}$/.test(Id)) return undefined;
    return {
      code: "InvalidBatchEntryId",
      message:
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    };
  };

const systemAttributes: ReadonlySet<string> = new Set([
  "All",
  "SenderId",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
  "SequenceNumber",
  "MessageDeduplicationId",
  "MessageGroupId",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
]);

const queueAttributes: ReadonlySet<string> = new Set(["All", ...ALL_ATTRIBUTE_NAMES]);

/** Names of attributes that do not exist, such as a metric's: fauxqs returns nothing for them. */
function refuseNames(action: string, input: SqsCall["input"]): SqsFault | undefined {
  const [names, known] =
    action === "ReceiveMessage"
      ? [input.MessageSystemAttributeNames, systemAttributes]
      : action === "GetQueueAttributes"
        ? [input.AttributeNames, queueAttributes]
        : [];
  const unknown = Array.isArray(names) ? names.find((name) => !known?.has(name)) : undefined;
  if (unknown === undefined) return undefined;
  return asFault({ code: "InvalidAttributeName", message: `Unknown Attribute ${unknown}.` });
}

function readEntries({ Entries }: SqsCall["input"]): readonly Entry[] {
  return Array.isArray(Entries) ? Entries : [];
}

function asFault(refusal: Refusal | undefined): SqsFault | undefined {
  return refusal && { kind: "error", status: 400, ...refusal };
}

function missing(parameter: string): Refusal {
  return { code: "MissingParameter", message: `The request must contain the parameter ${parameter}.` };
}
