import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { UsageError } from "../../cli/errors.ts";

/** An event or message to send into the stack, with the expected result. */
export interface TestEvent {
  readonly name: string;
  readonly expected: Expected;
  readonly content: Content;
}

export type Expected =
  | { readonly outcome: "succeeded" }
  | { readonly outcome: "failed"; readonly reason: string }
  /** No rule matches it. */
  | { readonly outcome: "none" };

/** An event is put on the bus; a message is sent straight to the intent queue. */
export type Content =
  | { readonly kind: "event"; readonly envelope: Members }
  /** An entry of PutEvents, sent as it is. */
  | { readonly kind: "entry"; readonly entry: PutEventsRequestEntry }
  | { readonly kind: "message"; readonly body: string };

type Members = Readonly<Record<string, unknown>>;

/** A file of `events/samples`. */
export function readSample(name: string, json: unknown): TestEvent {
  if (!isObject(json) || !isObject(json.expect))
    throw new UsageError(`${name} is not a sample: expect is missing.`);
  const { expect, event, body } = json;
  if (typeof body === "string") {
    return { name, expected: readExpected(name, expect), content: { kind: "message", body } };
  }
  return { name, expected: readExpected(name, expect), content: readContent(name, event) };
}

/** The user's own event, expected to succeed; a sample keeps its own expectation. @throws UsageError */
export function readUserEvent(name: string, json: unknown): TestEvent {
  if (isObject(json) && "expect" in json) return readSample(name, json);
  return { name, expected: { outcome: "succeeded" }, content: readContent(name, json) };
}

/** Without a source and a detail-type it cannot be put on a bus, so it is sent as a message. */
function readContent(name: string, json: unknown): Content {
  if (isObject(json) && "DetailType" in json && "Detail" in json) {
    return { kind: "entry", entry: readEntry(name, json) };
  }
  if (isObject(json) && "source" in json && "detail-type" in json) return { kind: "event", envelope: json };
  if (isObject(json) && "contactId" in json && !("detail" in json)) {
    throw new UsageError(
      `${name} is the detail of an intent without its envelope: wrap it as {"id": "my-id", "detail": {…}}.`,
    );
  }
  return { kind: "message", body: JSON.stringify(json) };
}

/** An entry as `aws events put-events --entries` takes it. */
function readEntry(name: string, { Time, Resources, ...members }: Members): PutEventsRequestEntry {
  const text = (member: string) => {
    const value = members[member];
    if (value === undefined || typeof value === "string") return value;
    throw new UsageError(
      `${name}: ${member} of a put-events entry must be a string${member === "Detail" ? " that holds JSON" : ""}.`,
    );
  };
  const time = new Date(typeof Time === "number" ? Time * 1000 : String(Time));
  return {
    Source: text("Source"),
    DetailType: text("DetailType"),
    Detail: text("Detail"),
    ...("EventBusName" in members && { EventBusName: text("EventBusName") }),
    ...(Array.isArray(Resources) && { Resources: Resources.map(String) }),
    ...(!Number.isNaN(time.getTime()) && { Time: time }),
  };
}

function readExpected(name: string, { outcome, reason }: Members): Expected {
  if (outcome === "succeeded" || outcome === "none") return { outcome };
  if (outcome === "failed" && typeof reason === "string") return { outcome, reason };
  throw new UsageError(`${name} must expect succeeded, none, or failed with a reason.`);
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
