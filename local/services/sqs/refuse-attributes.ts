import type { SqsCall, SqsFault } from "./sqs-fault.ts";

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const mostAttributes = 10;
const reservedName = /^(?:aws|amazon)\./i;
const code = "InvalidParameterValue";

interface Sent {
  readonly Id?: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: unknown } | null>>;
}

/** Message attributes that SQS refuses, while fauxqs takes them: of a batch, the entries that have them. */
export function refuseAttributes({ action, input }: SqsCall): SqsFault | undefined {
  if (action === "SendMessage") {
    const message = whyRefused(input);
    return message === undefined ? undefined : { kind: "error", code, status: 400, message };
  }
  if (action !== "SendMessageBatch" || !Array.isArray(input.Entries)) return undefined;
  const entries: readonly Sent[] = input.Entries;
  const refused = entries.flatMap((entry) => {
    const message = whyRefused(entry);
    return message === undefined ? [] : [{ id: String(entry.Id), message }];
  });
  if (refused.length === 0) return undefined;
  const message = [...new Set(refused.map((entry) => entry.message))].join(" ");
  return { kind: "failEntries", ids: refused.map(({ id }) => id), code, senderFault: true, message };
}

function whyRefused({ MessageAttributes }: Sent): string | undefined {
  const attributes = Object.entries(MessageAttributes ?? {});
  if (attributes.length > mostAttributes)
    return `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${mostAttributes}].`;
  const reserved = attributes.find(([name]) => reservedName.test(name));
  if (reserved)
    return `The name of the message attribute '${reserved[0]}' must not start with AWS. or Amazon.`;
  const empty = attributes.find(([, value]) => value?.StringValue === "");
  return empty && `The message attribute '${empty[0]}' must contain a non-empty value.`;
}
