import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { instanceArn, instanceId, makeEnvelope } from "../../test/makers.ts";
import { hoursAgo, makeFailure, makeLetter } from "../../test/operator/dead-letter-queues.ts";
import { causeOf } from "./cause.ts";
import { filters, findableOf, matches, readConditions } from "./filters.ts";
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

/** For each option, a value that selects this dead letter and one that does not. */
const cases: [string, selects: string, leaves: string][] = [
  ["--message-id", "abc", "bcd"],
  ["--reason", "invalidintent", "NotAllowed"],
  ["--reason", "NotAllowed,InvalidIntent", "NotAllowed,AccessDenied"],
  ["--cause", causeOf(letter).id, "00000000"],
  ["--intent", "order-4711", "order-47"],
  ["--contact", "task-1", "task-2"],
  ["--contact", `${instanceArn}/contact/task-1`, instanceArn],
  ["--instance", instanceId, "other"],
  ["--instance", instanceArn, instanceArn.replace("1111-", "2222-")],
  ["--queue", "queue-1", "queue-2"],
  ["--source", "com.example.orders", "com.example"],
  ["--older-than", "2h", "4h"],
  ["--newer-than", "4h", "2h"],
  ["--message", "not right", "quite right"],
  ["--message", "QUEUEID", "userId"],
  ["--where", "detail.metadata.region=eu", "detail.metadata.region=us"],
  ["--where", "detail.metadata.orderId=4711", "detail.metadata.orderId=47"],
  ["--where", "detail.metadata.region!=us", "detail.metadata.region!=eu"],
  ["--where", "detail.userId!=x", "detail.userId=x"],
  ["--where", "source~orders", "source~refunds"],
  ["--where", "detail.intentId", "detail.userId"],
  ["--where", "detail.metadata.tags.1=y", "detail.metadata.tags.0=y"],
  ["--where", "/detail/metadata/a.b=dotted", "/detail/metadata/a=dotted"],
  ["--where", 'detail.metadata.tags=["x","y"]', "detail.metadata.tags=x"],
  ["--where", "detail", "detail.toString"],
];

const isSelected = (...conditions: [option: string, value: string][]) =>
  matches(
    findableOf(letter),
    conditions.flatMap(([option, value]) => readConditions(option, value)),
    Date.now(),
  );

describe("a filter", () => {
  for (const [option, selects, leaves] of cases) {
    it(`${option} ${selects} selects it, ${leaves} does not`, () => {
      assert.equal(isSelected([option, selects]), true);
      assert.equal(isSelected([option, leaves]), false);
    });
  }

  it("in the list has a case in this test", () => {
    assert.deepEqual(
      [...new Set(cases.map(([option]) => option))],
      filters.map(({ option }) => option),
    );
  });

  it("that is repeated accepts either value", () => {
    assert.equal(isSelected(["--contact", "task-2"], ["--contact", "task-1"]), true);
  });

  it("must match along with the others", () => {
    assert.equal(isSelected(["--reason", "InvalidIntent"], ["--contact", "task-1"]), true);
    assert.equal(isSelected(["--reason", "InvalidIntent"], ["--contact", "task-2"]), false);
  });

  it("--where must match each time it is repeated", () => {
    assert.equal(isSelected(["--where", "source~com"], ["--where", "detail.queueId"]), true);
    assert.equal(isSelected(["--where", "source~com"], ["--where", "detail.userId"]), false);
  });

  it("--where selects nothing by the text of a member that is nested too deep to be written", () => {
    const Body = `{"id":"a","detail":${"[".repeat(7000)}${"]".repeat(7000)}}`;
    const deep = findableOf(readLetter({ MessageId: "deep", Body, Attributes: {} }, { byId: new Map() }));
    const meets = (where: string) => matches(deep, readConditions("--where", where), 0);
    assert.deepEqual(
      [meets("detail~x"), meets("detail=x"), meets("detail!=x"), meets("detail")],
      [false, false, true, true],
    );
  });

  it("is not needed to select everything", () => assert.equal(isSelected(), true));

  for (const { option } of filters) {
    it(`${option} refuses an empty value, which would select everything`, () => {
      assert.throws(() => readConditions(option, ""), { name: "UsageError" });
    });
  }

  for (const value of ["=x", "a..b=x", "detail.__proto__=x", "!=", "/"]) {
    it(`--where refuses ${value}`, () => {
      assert.throws(() => readConditions("--where", value), { name: "UsageError" });
    });
  }
});
