import { UsageError } from "../../cli/errors.ts";

/** Something to send into the stack, and what is expected to become of it. */
export interface TestEvent {
  readonly name: string;
  readonly expected: Expected;
  readonly content: Content;
}

export type Expected =
  | { readonly outcome: "succeeded" }
  | { readonly outcome: "failed"; readonly reason: string }
  /** No rule takes it. */
  | { readonly outcome: "none" };

/** An event goes over the bus, a message straight into the intent queue. */
export type Content =
  | { readonly kind: "event"; readonly envelope: Readonly<Record<string, unknown>> }
  | { readonly kind: "message"; readonly body: string };

/** A file of `events/samples`. */
export function readSample(name: string, json: unknown): TestEvent {
  if (!isObject(json) || !isObject(json.expect))
    throw new UsageError(`${name} is not a sample: it has no expect.`);
  const { expect, event, body } = json;
  if (typeof body === "string") {
    return { name, expected: readExpected(name, expect), content: { kind: "message", body } };
  }
  return { name, expected: readExpected(name, expect), content: readEnvelope(event) };
}

/** An own event, expected to succeed; a sample keeps what it expects. */
export function readUserEvent(name: string, json: unknown): TestEvent {
  if (isObject(json) && "expect" in json) return readSample(name, json);
  return { name, expected: { outcome: "succeeded" }, content: readEnvelope(json) };
}

/** PutEvents makes events of what has a source and a detail-type; everything else is a message made by hand. */
function readEnvelope(envelope: unknown): Content {
  return isObject(envelope) && "source" in envelope && "detail-type" in envelope
    ? { kind: "event", envelope }
    : { kind: "message", body: JSON.stringify(envelope) };
}

function readExpected(name: string, { outcome, reason }: Readonly<Record<string, unknown>>): Expected {
  if (outcome === "succeeded" || outcome === "none") return { outcome };
  if (outcome === "failed" && typeof reason === "string") return { outcome, reason };
  throw new UsageError(`${name} expects neither succeeded, nor none, nor failed with a reason.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
