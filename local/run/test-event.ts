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
  | { readonly kind: "event"; readonly envelope: Readonly<Record<string, unknown>> }
  | { readonly kind: "message"; readonly body: string };

/** A file of `events/samples`. */
export function readSample(name: string, json: unknown): TestEvent {
  if (!isObject(json) || !isObject(json.expect))
    throw new UsageError(`${name} is not a sample: expect is missing.`);
  const { expect, event, body } = json;
  if (typeof body === "string") {
    return { name, expected: readExpected(name, expect), content: { kind: "message", body } };
  }
  return { name, expected: readExpected(name, expect), content: readEnvelope(event) };
}

/** The user's own event, expected to succeed; a sample keeps its own expectation. */
export function readUserEvent(name: string, json: unknown): TestEvent {
  if (isObject(json) && "expect" in json) return readSample(name, json);
  return { name, expected: { outcome: "succeeded" }, content: readEnvelope(json) };
}

/** Without a source and a detail-type it cannot be put on a bus, so it is sent as a message. */
function readEnvelope(envelope: unknown): Content {
  return isObject(envelope) && "source" in envelope && "detail-type" in envelope
    ? { kind: "event", envelope }
    : { kind: "message", body: JSON.stringify(envelope) };
}

function readExpected(name: string, { outcome, reason }: Readonly<Record<string, unknown>>): Expected {
  if (outcome === "succeeded" || outcome === "none") return { outcome };
  if (outcome === "failed" && typeof reason === "string") return { outcome, reason };
  throw new UsageError(`${name} must expect succeeded, none, or failed with a reason.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
