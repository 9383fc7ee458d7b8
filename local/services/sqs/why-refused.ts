/** Why SQS refuses a message or an entry of a batch. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** A message as a call sends it: its types are right, but nothing else is known. */
export interface Sent {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly MessageAttributes?: Readonly<Record<string, Attribute | null>>;
  readonly MessageSystemAttributes?: Readonly<Record<string, Attribute | null>>;
}

interface Attribute {
  readonly DataType?: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

const maxDelaySeconds = 900;
/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const maxAttributes = 10;
const groupIdPattern = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/**
 * Why SQS refuses a message that fauxqs takes. `place` begins the name of its body in messages: that of a batch has its entry
 * in front.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function whyMessageRefused(sent: Sent, isFifo: boolean, place = ""): Refusal | undefined {
  const { MessageBody, DelaySeconds = 0, MessageGroupId, MessageDeduplicationId } = sent;
  if (!MessageBody) {
    const message = `The request must contain the parameter ${place}MessageBody.`;
    return { code: "MissingParameter", message };
  }
  if (!isFifo && MessageDeduplicationId != null) {
    return invalid(
      "The request include parameter MessageDeduplicationId which is not valid for this queue type",
    );
  }
  if (MessageGroupId != null && !groupIdPattern.test(MessageGroupId)) {
    return invalid(
      "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    );
  }
  if (DelaySeconds < 0 || DelaySeconds > maxDelaySeconds) {
    return invalid(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${maxDelaySeconds}.`,
    );
  }
  return whyAttributesRefused(sent);
}

function whyAttributesRefused({ MessageAttributes, MessageSystemAttributes }: Sent): Refusal | undefined {
  const attributes = Object.entries(MessageAttributes ?? {});
  if (attributes.length > maxAttributes) {
    return invalid(
      `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${maxAttributes}].`,
    );
  }
  for (const [name, attribute] of attributes) {
    const message = whyNameRefused(name) ?? whyValueRefused(name, attribute ?? {});
    if (message !== undefined) return invalid(message);
  }
  for (const [name, attribute] of Object.entries(MessageSystemAttributes ?? {})) {
    if (name !== "AWSTraceHeader") return invalid(`The message system attribute '${name}' is not supported.`);
    if (attribute?.DataType !== "String")
      return invalid("The message system attribute 'AWSTraceHeader' must be of the type String.");
  }
  return undefined;
}

function whyNameRefused(name: string): string | undefined {
  if (/^(?:aws|amazon)\./i.test(name))
    return `The name of the message attribute '${name}' must not start with AWS. or Amazon.`;
  const isValid = /^[A-Za-z0-9_.-]{1,256}$/.test(name) && !/^\.|\.\.|\.$/.test(name);
  if (isValid) return undefined;
  return `The name of the message attribute '${name}' must have 1 to 256 characters of A-Z, a-z, 0-9, _, - and single periods inside.`;
}

function whyValueRefused(
  name: string,
  { DataType, StringValue, BinaryValue }: Attribute,
): string | undefined {
  const kind = /^(String|Number|Binary)(?:\..+)?$/.exec(DataType ?? "")?.[1];
  if (kind === undefined || (DataType ?? "").length > 256)
    return `The type of message attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`;
  const value = kind === "Binary" ? BinaryValue : StringValue;
  if (value == null || value === "")
    return `The message attribute '${name}' must contain a non-empty value of the type ${kind}.`;
  if (kind === "Number" && (value.trim() !== value || !Number.isFinite(Number(value))))
    return `Can't cast the value of message attribute '${name}' to a number.`;
  return undefined;
}

function invalid(message: string): Refusal {
  return { code: "InvalidParameterValue", message };
}
