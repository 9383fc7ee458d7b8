import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, instanceId, makeEnvelope } from "../../test/makers.ts";
import { hoursAgo, makeFailure, makeLetter } from "../../test/operator/dead-letter-queues.ts";
import { type LetterFilter, matches, parseWhere } from "./filters.ts";
import { readLetter } from "./read-letter.ts";

const instance = { id: instanceId, arn: instanceArn };
const metadata = { orderId: 4711, region: "eu", "a.b": "dotted", tags: ["x", "y"] };
const { MessageBody, MessageAttributes } = makeLetter({
  body: makeEnvelope(
    { queueId: `${instanceArn}/queue/queue-1`, intentId: "order-4711", metadata },
    { source: "com.example.orders" },
  ),
  reason: "InvalidIntent",
  failure: makeFailure({
    failedAt: hoursAgo(3),
    message: "It is Not Right",
    violations: [{ path: "", message: "queueID" }],
  }),
});
const letter = readLetter(
  { MessageId: "abcdef-1", Body: MessageBody, MessageAttributes, Attributes: {} },
  { byId: new Map([[instanceId, instance]]), defaultInstance: instance },
);

const hour = 3_600_000;
const where = (...texts: string[]): LetterFilter => ({ where: texts.map(parseWhere) });
const cases: [string, LetterFilter, LetterFilter][] = [
  ["ids by their beginning", { ids: ["abc"] }, { ids: ["bcd"] }],
  ["reasons in any case", { reasons: ["NotAllowed", "invalidintent"] }, { reasons: ["NotAllowed"] }],
  ["intents", { intents: ["order-4711"] }, { intents: ["order-47"] }],
  ["contacts", { contacts: ["task-1"] }, { contacts: ["task-2"] }],
  ["contacts by ARN", { contacts: [`${instanceArn}/contact/task-1`] }, { contacts: [instanceArn] }],
  ["instances that the deployment gives", { instances: [instanceId] }, { instances: ["other"] }],
  ["instances by ARN", { instances: [instanceArn] }, { instances: [instanceArn.replace("1111-", "2222-")] }],
  ["destination queues", { queues: ["queue-1"] }, { queues: ["queue-2"] }],
  ["sources", { sources: ["com.example.orders"] }, { sources: ["com.example"] }],
  ["a least age", { olderThanMs: 2 * hour }, { olderThanMs: 4 * hour }],
  ["a most age", { newerThanMs: 4 * hour }, { newerThanMs: 2 * hour }],
  ["a part of the message", { message: "not right" }, { message: "quite right" }],
  ["a part of a violation", { message: "QUEUEID" }, { message: "userId" }],
  ["a member's text", where("detail.metadata.region=eu"), where("detail.metadata.region=us")],
  ["a member that is not text", where("detail.metadata.orderId=4711"), where("detail.metadata.orderId=47")],
  ["another value", where("detail.metadata.region!=us"), where("detail.metadata.region!=eu")],
  ["a member that is missing as another value", where("detail.userId!=x"), where("detail.userId=x")],
  ["a part of a member", where("source~orders"), where("source~refunds")],
  ["a member that is there", where("detail.intentId"), where("detail.userId")],
  ["an element of a list", where("detail.metadata.tags.1=y"), where("detail.metadata.tags.0=y")],
  ["a JSON pointer", where("/detail/metadata/a.b=dotted"), where("/detail/metadata/a=dotted")],
  ["a whole object", where('detail.metadata.tags=["x","y"]'), where("detail.metadata.tags=x")],
  ["several conditions at once", where("source~com", "detail.queueId"), where("source~com", "detail.userId")],
  [
    "different filters at once",
    { reasons: ["InvalidIntent"], contacts: ["task-1"] },
    { reasons: ["InvalidIntent"], contacts: ["task-2"] },
  ],
];

describe("a filter", () => {
  for (const [name, takes, leaves] of cases) {
    it(`selects by ${name}`, () => {
      assert.equal(matches(letter, takes, Date.now()), true);
      assert.equal(matches(letter, leaves, Date.now()), false);
    });
  }

  it("that is empty selects everything", () => {
    assert.equal(matches(letter, {}, Date.now()), true);
    assert.equal(matches(letter, { reasons: [] }, Date.now()), true);
  });
});

describe("a condition that makes no sense is refused", () => {
  for (const text of ["", "=x", "a..b=x", "detail.__proto__=x", "!=", "/"]) {
    it(JSON.stringify(text), () => assert.throws(() => parseWhere(text), { name: "UsageError" }));
  }
});
