import type { SqsCall } from "./sqs-fault.ts";

type Members = Readonly<Record<string, unknown>>;

const checks = {
  "a string": (value: unknown) => typeof value === "string",
  "a whole number": Number.isInteger,
  "a list": Array.isArray,
  "an object": isObject,
} as const;

type Kind = keyof typeof checks;

const kinds: Readonly<Record<string, Kind | undefined>> = {
  QueueUrl: "a string",
  QueueName: "a string",
  Id: "a string",
  MessageBody: "a string",
  MessageGroupId: "a string",
  MessageDeduplicationId: "a string",
  ReceiptHandle: "a string",
  DelaySeconds: "a whole number",
  VisibilityTimeout: "a whole number",
  WaitTimeSeconds: "a whole number",
  MaxNumberOfMessages: "a whole number",
  Entries: "a list",
  AttributeNames: "a list",
  MessageAttributeNames: "a list",
  MessageSystemAttributeNames: "a list",
  MessageAttributes: "an object",
  MessageSystemAttributes: "an object",
  DataType: "a string",
  StringValue: "a string",
  BinaryValue: "a string",
};

/** The first member of a call that has another type than the API's, in words: SQS refuses it, while fauxqs fails or takes it. */
export function findWrongType(input: SqsCall["input"]): string | undefined {
  const { Entries } = input;
  const entries: readonly unknown[] = Array.isArray(Entries) ? Entries : [];
  if (!entries.every(isObject)) return "An entry must be an object.";
  for (const members of [input, ...entries]) {
    const wrong = findIn(members) ?? findInAttributes(members);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function findIn(members: Members): string | undefined {
  for (const [name, value] of Object.entries(members)) {
    const kind = kinds[name];
    if (kind !== undefined && value != null && !checks[kind](value)) return `${name} must be ${kind}.`;
  }
  return undefined;
}

function findInAttributes({ MessageAttributes, MessageSystemAttributes }: Members): string | undefined {
  for (const attributes of [MessageAttributes, MessageSystemAttributes]) {
    for (const [name, attribute] of Object.entries(attributes ?? {})) {
      const wrong = isObject(attribute) ? findIn(attribute) : "It must be an object.";
      if (attribute !== null && wrong !== undefined) return `The attribute ${name}: ${wrong}`;
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
