import assert from "node:assert/strict";
import { it } from "node:test";
import type { SQSMessageAttributes } from "aws-lambda";
import { stringAttribute } from "../../test/makers.ts";
import { attributeNames, readHistory } from "../intake/history.ts";
import { deadLetter } from "./dead-letter.ts";

const failure = { reason: "AccessDenied", message: "denied", effect: "none" } as const;

function letterOf(attributes: SQSMessageAttributes) {
  const history = readHistory(attributes);
  return deadLetter({ body: "{}", attributes }, failure, { history, failedAt: 0, requestId: "request-1" });
}

function ownAttributes(letter: ReturnType<typeof letterOf>): string[] {
  const { Failure, FailureReason: _, ...kept } = letter.MessageAttributes ?? {};
  const displaced = JSON.parse(Failure?.StringValue ?? "{}").attributes ?? {};
  return [...Object.keys(kept), ...Object.keys(displaced)].sort();
}

const ten = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`own-${n}`, stringAttribute("x")]));
const names = Object.keys(ten).sort();

it("a message's ten attributes survive a second dead letter after SQS's own redrive", () => {
  const first = letterOf(ten).MessageAttributes ?? {};
  const redriven = Object.entries(first).map(([name, value]) => [name, stringAttribute(value.StringValue)]);
  assert.deepEqual(ownAttributes(letterOf(Object.fromEntries(redriven))), names);
});

it("a message attribute kept in History is in the dead letter", () => {
  const { "own-9": displaced, ...nine } = ten;
  const history = { effect: "none", replays: 1, attributes: { "own-9": displaced } };
  const letter = letterOf({ ...nine, [attributeNames.history]: stringAttribute(history) });
  assert.deepEqual(ownAttributes(letter), names);
});

it("attributes in a History that SQS would not accept are dropped", () => {
  const attributes = { broken: 5, typeless: { stringValue: "x" }, empty: { dataType: "String" } };
  const history = { effect: "none", replays: 1, attributes };
  assert.deepEqual(ownAttributes(letterOf({ [attributeNames.history]: stringAttribute(history) })), []);
});
