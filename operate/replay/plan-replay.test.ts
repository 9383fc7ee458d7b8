import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { instanceArn, instanceId, makeEnvelope } from "../../test/makers.ts";
import { type LetterParts, makeFailure, makeLetter } from "../../test/operator/dead-letter-queues.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { readLetter } from "../letters/read-letter.ts";
import { parseSet, parseUnset } from "./edit-body.ts";
import { type Decision, decide, groupLetters, type ReplayOptions, replayedMessage } from "./plan-replay.ts";
import { sketchLetter } from "./sketch-letter.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const instance = { id: instanceId, arn: instanceArn };
const instances = { byId: new Map([[instanceId, instance]]), defaultInstance: instance };
const defaults: ReplayOptions = { instances, maxIntentAgeMs: 24 * 3_600_000 };

let count = 0;
function letterOf(parts: LetterParts = {}, sentAt = now): DeadLetter {
  const { MessageBody, MessageAttributes } = makeLetter({
    reason: "AccessDenied",
    failure: makeFailure({ firstSentAt: hoursAgo(1), failedAt: hoursAgo(0) }),
    ...parts,
  });
  const Attributes = { SentTimestamp: String(sentAt) };
  return readLetter(
    { MessageId: `m-${++count}`, Body: MessageBody, MessageAttributes, Attributes },
    instances,
  );
}

function decideOn(letters: DeadLetter | DeadLetter[], options: Partial<ReplayOptions> = {}): Decision {
  const all = { ...defaults, ...options };
  const [group, ...others] = groupLetters([letters].flat().map((letter) => sketchLetter(letter, all)));
  assert.ok(group && others.length === 0, "they are one request");
  return decide(group, all, now);
}

function replayed(letters: DeadLetter | DeadLetter[], options: Partial<ReplayOptions> = {}) {
  const decision = decideOn(letters, options);
  assert.ok(decision.kind === "replay", JSON.stringify(decision));
  const all = { ...defaults, ...options };
  const oldest = [letters].flat().toSorted((a, b) => a.sentAt - b.sentAt)[0];
  assert.ok(oldest);
  const message = replayedMessage(oldest, decision.history, all);
  const { History, ...own } = message.MessageAttributes ?? {};
  return {
    body: message.MessageBody,
    own,
    history: JSON.parse(History?.StringValue ?? "null"),
    facts: decision.facts,
  };
}

function skipReason(letters: DeadLetter | DeadLetter[], options: Partial<ReplayOptions> = {}) {
  const decision = decideOn(letters, options);
  return decision.kind === "skip" ? decision.reason : decision.kind;
}

const attribute = (value: string): MessageAttributeValue => ({ DataType: "String", StringValue: value });

describe("a result that a message carries, of which SQS has made a dead letter,", () => {
  const moved = (result: object) => {
    const History = attribute(
      JSON.stringify({ firstSentAt: hoursAgo(1), effect: "none", replays: 0, result }),
    );
    const Attributes = { SentTimestamp: String(now), DeadLetterQueueSourceArn: "arn" };
    const Body = JSON.stringify(makeEnvelope());
    return readLetter({ MessageId: "m", Body, MessageAttributes: { History }, Attributes }, instances);
  };
  const { reading } = moved({});
  assert.ok(reading.kind === "intent");
  const { clientToken } = reading;
  const response = { contactId: "new", contactArn: "arn", httpStatus: 200 };
  const success = { clientToken, kind: "transferred", response };
  const error = { name: "ResourceNotFoundException", httpStatus: 404, requestId: "r" };
  const refusal = { reason: "ResourceNotFound", message: "Flow not found", error };
  const refused = { clientToken, kind: "refused", refusal };

  it("is replayed with it, even if the intent is too old", () => {
    const { history } = replayed(moved(success), { maxIntentAgeMs: 1 });
    assert.deepEqual(history.result, { ...success, response: { ...response, evidence: "answered" } });
    assert.deepEqual(replayed(moved(refused)).history.result, refused);
  });

  it("loses a refusal if the message is edited, for that may be the repair", () => {
    const edits = [parseSet("detail.metadata.repaired=true")];
    assert.equal(replayed(moved(refused), { edits }).history.result, undefined);
    assert.equal(replayed(moved(success), { edits }).history.result.kind, "transferred");
  });

  it("loses any result if it becomes another request, whose effect is unknown then", () => {
    const edits = [parseSet("detail.queueId=queue-seniors")];
    const { history } = replayed(moved(success), { edits, acceptUnknownEffect: true });
    assert.deepEqual([history.result, history.effect], [undefined, "unknown"]);
  });
});

describe("a replayed message", () => {
  it("stays in its group of a fair queue", () => {
    for (const group of ["tenant-7", undefined]) {
      const Attributes = { SentTimestamp: String(now), ...(group && { MessageGroupId: group }) };
      const { MessageBody, MessageAttributes } = makeLetter({ reason: "AccessDenied" });
      const letter = readLetter(
        { MessageId: "m", Body: MessageBody, MessageAttributes, Attributes },
        instances,
      );
      const decision = decideOn(letter);
      assert.ok(decision.kind === "replay");
      const message = replayedMessage(letter, decision.history, defaults);
      assert.equal(message.MessageGroupId, group);
      assert.equal("MessageGroupId" in message, group !== undefined);
    }
  });

  it("has the body byte for byte, the message's own attributes, and History in place of the function's attributes", () => {
    const body =
      ' { "id":"event-1" ,"detail":{"contactId":"task-1","contactFlowId":"f","metadata":{"n":1.0,"u":"🚚"}}}\n';
    const own = { own: attribute("ü"), bin: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) } };
    const { body: sent, own: kept, history } = replayed(letterOf({ body, attributes: own }));
    assert.equal(sent, body);
    assert.deepEqual(kept, own);
    assert.deepEqual(history, {
      firstSentAt: hoursAgo(1),
      effect: "none",
      replays: 1,
      lastReason: "AccessDenied",
    });
  });

  it("has its displaced attributes again, except one that does not fit, which is in History", () => {
    const kept = Object.fromEntries(
      Array.from({ length: 8 }, (_, n) => [`own-${n}`, attribute("long value")]),
    );
    const displaced = {
      short: { dataType: "String", stringValue: "s" },
      binary: { dataType: "Binary", binaryValue: "AAE=" },
    };
    const { own, history } = replayed(
      letterOf({
        attributes: kept,
        failure: makeFailure({ firstSentAt: hoursAgo(1), attributes: displaced }),
      }),
    );
    assert.deepEqual(own, { ...kept, binary: { DataType: "Binary", BinaryValue: Buffer.from([0, 1]) } });
    assert.deepEqual(history.attributes, { short: displaced.short });
  });

  it("loses the attributes that a rule or Lambda added", () => {
    const { own } = replayed(
      letterOf({
        reason: undefined,
        failure: undefined,
        attributes: {
          RULE_ARN: attribute("arn"),
          ERROR_CODE: attribute("NO_PERMISSIONS"),
          own: attribute("x"),
        },
      }),
    );
    assert.deepEqual(own, { own: attribute("x") });
  });

  it("keeps the effect and age of earlier deliveries, and counts this replay", () => {
    const failure = makeFailure({ effect: "unknown", firstSentAt: hoursAgo(20), replays: 3 });
    const { history } = replayed(letterOf({ failure }));
    assert.deepEqual(history, {
      firstSentAt: hoursAgo(20),
      effect: "unknown",
      replays: 4,
      lastReason: "AccessDenied",
    });
  });

  it("is as old as the dead letter itself if nothing shows an earlier time", () => {
    const { history } = replayed(letterOf({ failure: undefined }, Date.parse(hoursAgo(2))));
    assert.equal(history.firstSentAt, hoursAgo(2));
  });
});

describe("dead letters with the same token", () => {
  const twins = () => [
    letterOf(
      { failure: makeFailure({ firstSentAt: hoursAgo(2), effect: "unknown", replays: 0 }) },
      now - 1000,
    ),
    letterOf({ failure: makeFailure({ firstSentAt: hoursAgo(5), replays: 4 }) }, now - 5000),
    letterOf({ reason: undefined, failure: undefined }, now - 3000),
  ];

  it("are replayed once, as old and as uncertain as the worst of them", () => {
    const { history } = replayed(twins());
    assert.deepEqual(history, {
      firstSentAt: hoursAgo(5),
      effect: "unknown",
      replays: 5,
      lastReason: "AccessDenied",
    });
  });

  it("and other contents are sent each, all as uncertain as the worst of them", () => {
    const letters = [
      letterOf({ failure: makeFailure({ firstSentAt: hoursAgo(2), effect: "unknown" }) }),
      letterOf({ body: makeEnvelope({ metadata: { copy: 2 } }) }),
      letterOf({ body: makeEnvelope({ expiresAt: hoursAgo(-1) }) }),
    ];
    const groups = groupLetters(letters.map((letter) => sketchLetter(letter, defaults)));
    assert.deepEqual(
      groups.map(({ letters: copies, past, variants }) => [copies.length, past.effect, variants]),
      Array.from({ length: 3 }, () => [1, "unknown", 2]),
    );
  });

  it("are kept apart from another request", () => {
    const other = letterOf({ body: makeEnvelope({ contactId: "task-2" }) });
    assert.deepEqual(
      groupLetters([...twins(), other].map((letter) => sketchLetter(letter, defaults))).map(
        ({ letters }) => letters.length,
      ),
      [3, 1],
    );
  });
});

describe("an edit", () => {
  const edits = [parseSet("detail.queueId=queue-new")];

  it("makes another request of another token", () => {
    const letter = letterOf();
    const { facts, body } = replayed(letter, { edits });
    assert.equal(facts.isOtherRequest, true);
    assert.notEqual(facts.clientToken, letter.groupKey);
    assert.equal(JSON.parse(body ?? "").detail.queueId, "queue-new");
  });

  it("of metadata keeps the token", () => {
    const { facts } = replayed(letterOf(), { edits: [parseSet("detail.metadata.note=x")] });
    assert.equal(facts.isOtherRequest, false);
    assert.equal(facts.isEdited, true);
  });

  it("must be accepted if an earlier request may have transferred the contact", () => {
    const letter = letterOf({ failure: makeFailure({ effect: "unknown" }) });
    assert.equal(skipReason(letter, { edits }), "UnknownEffect");
    assert.equal(replayed(letter, { edits, acceptUnknownEffect: true }).history.effect, "unknown");
  });

  it("that changes nothing, or that cannot be made, replays nothing", () => {
    const options = { edits: [parseUnset("detail.userId"), parseSet("detail.contactId=task-1")] };
    assert.equal(skipReason(letterOf(), options), "NoChange");
    const edits = [parseSet("detail.metadata.list.7:=9")];
    const body = makeEnvelope({ metadata: { list: [1] } });
    assert.equal(skipReason(letterOf({ body }), { edits }), "EditImpossible");
    assert.equal(
      skipReason(letterOf({ body: "not JSON" }), { edits, includeInvalid: true }),
      "EditImpossible",
    );
  });

  it("that makes no intent of it replays nothing, unless that is requested", () => {
    const misspelt = { edits: [parseSet("detail.queue=queue-new")] };
    assert.equal(skipReason(letterOf(), misspelt), "InvalidAfterEdits");
    assert.equal(replayed(letterOf(), { ...misspelt, includeInvalid: true }).facts.isEdited, true);
  });

  it("shows what it changes", () => {
    const { facts } = replayed(letterOf(), { edits });
    assert.deepEqual(facts.changes, [
      { path: "detail.queueId", from: '"queue-cancellations"', to: '"queue-new"' },
    ]);
  });

  it("names no token if only the function knows the instance", () => {
    const unknown = { byId: new Map(), defaultInstance: undefined };
    const { MessageBody: Body, MessageAttributes } = makeLetter({ reason: "AccessDenied" });
    const Attributes = { SentTimestamp: String(now) };
    const letter = readLetter({ MessageId: "m", Body, MessageAttributes, Attributes }, unknown);
    const [group] = groupLetters([sketchLetter(letter, { ...defaults, instances: unknown, edits })]);
    assert.ok(group);
    const decision = decide(group, { ...defaults, renew: true, acceptUnknownEffect: true }, now);
    assert.ok(decision.kind === "replay", JSON.stringify(decision));
    assert.equal(decision.facts.clientToken, undefined);
  });

  it("repairs a body that was not an intent", () => {
    const letter = letterOf({ body: makeEnvelope({ queueId: undefined, queueID: "queue-1" }) });
    assert.equal(skipReason(letter), "NotAnIntent");
    const repairs = [parseSet("detail.queueId=queue-1"), parseUnset("detail.queueID")];
    assert.equal(replayed(letter, { edits: repairs }).facts.isOtherRequest, false);
  });
});

describe("an expired one", () => {
  const old = () => letterOf({ failure: makeFailure({ firstSentAt: hoursAgo(30) }) });
  const veryOld = () => letterOf({ failure: makeFailure({ firstSentAt: hoursAgo(6 * 24 + 1) }) });

  it("stays unless it is renewed, which keeps its token", () => {
    const letter = old();
    assert.equal(skipReason(letter), "TooOld");
    const { history, facts, body } = replayed(letter, { renew: true });
    assert.equal(body, letter.body);
    assert.equal(facts.clientToken, letter.groupKey);
    assert.deepEqual([history.firstSentAt, history.renewedAt], [hoursAgo(30), hoursAgo(0)]);
  });

  it("by the envelope's time is renewed as well", () => {
    const letter = letterOf({ body: makeEnvelope({}, { time: hoursAgo(30) }) });
    assert.equal(skipReason(letter), "TooOld");
    assert.equal(decideOn(letter, { renew: true }).kind, "replay");
  });

  it("keeps an earlier renewal, which may have expired too", () => {
    const renewed = (hours: number) =>
      letterOf({
        reason: undefined,
        failure: undefined,
        history: { firstSentAt: hoursAgo(50), renewedAt: hoursAgo(hours), effect: "none", replays: 1 },
      });
    assert.equal(replayed(renewed(3)).history.renewedAt, hoursAgo(3));
    assert.equal(skipReason(renewed(25)), "TooOld");
  });

  it("older than six days cannot be renewed and needs a new intentId", () => {
    assert.equal(skipReason(veryOld()), "TooOldToRenew");
    assert.equal(skipReason(veryOld(), { renew: true }), "TooOldToRenew");
    const { body, facts, history } = replayed(veryOld(), { newIdentity: true });
    assert.equal(JSON.parse(body ?? "").detail.intentId, "event-1~2");
    assert.equal(facts.isOtherRequest, true);
    assert.deepEqual(
      [history.firstSentAt, history.renewedAt, history.effect],
      [hoursAgo(0), hoursAgo(0), "none"],
    );
  });

  it("under a new intentId must be accepted if an earlier request may have transferred the contact", () => {
    const letter = letterOf({ failure: makeFailure({ firstSentAt: hoursAgo(200), effect: "unknown" }) });
    assert.equal(skipReason(letter, { newIdentity: true }), "UnknownEffect");
    assert.equal(
      replayed(letter, { newIdentity: true, acceptUnknownEffect: true }).history.effect,
      "unknown",
    );
  });

  it("by its producer's expiresAt stays unless that alone is overridden", () => {
    const letter = letterOf({ body: makeEnvelope({ expiresAt: hoursAgo(1) }) });
    for (const options of [{}, { renew: true }, { newIdentity: true }]) {
      assert.equal(skipReason(letter, options), "ExpiresAtPassed");
    }
    const { body, facts } = replayed(letter, { ignoreExpiresAt: true });
    assert.equal(JSON.parse(body ?? "").detail.expiresAt, undefined);
    assert.equal(facts.clientToken, letter.groupKey);
  });

  it("counts by the deployment's own maxIntentAge", () => {
    assert.equal(decideOn(old(), { maxIntentAgeMs: 48 * 3_600_000 }).kind, "replay");
  });
});

describe("what cannot be replayed stays", () => {
  it("a record of ids only, even if everything is allowed", () => {
    const letter = letterOf({
      reason: undefined,
      failure: undefined,
      body: { failedMessages: [{ eventId: "e" }] },
    });
    assert.equal(
      skipReason(letter, { includeInvalid: true, newIdentity: true, renew: true }),
      "EventIdsOnly",
    );
  });

  it("a copy of an outcome, even if everything is allowed and its body could be an intent", () => {
    const attributes = {
      RULE_ARN: attribute("arn"),
      TARGET_ARN: attribute("arn:aws:logs:us-east-1:111122223333:log-group:outcomes"),
    };
    const all = { includeInvalid: true, acceptUnknownEffect: true, renew: true, newIdentity: true };
    for (const body of [makeEnvelope(), { "detail-type": "Contact Transfer Failed", detail: {} }]) {
      const letter = letterOf({ reason: undefined, failure: undefined, attributes, body });
      assert.equal(skipReason(letter, all), "OutcomeCopy");
    }
  });

  it("a body that is not an intent, unless that is requested", () => {
    const letter = letterOf({ body: "not JSON" });
    assert.equal(skipReason(letter), "NotAnIntent");
    assert.equal(replayed(letter, { includeInvalid: true }).body, "not JSON");
  });

  it("an attribute that is a list", () => {
    const list = { DataType: "String", StringListValues: ["a", "b"] };
    assert.equal(skipReason(letterOf({ attributes: { list } })), "ListAttribute");
  });
});
