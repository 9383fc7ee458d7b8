import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  firstEvent,
  makeEntry,
  makeEventBridge,
  makeRule,
  makeTarget,
  queueArn,
  ruleArn,
  startedAt,
} from "../../../test/event-bridge.ts";
import { ServiceError } from "../service-error.ts";
import type { PutEventsFault } from "./put-events-faults.ts";

const rejection = (message: string, name = "ValidationException") => new ServiceError(name, message);

describe("putEvents", () => {
  it("delivers an event to the target of a rule that matches", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    eventBridge.putRule(makeRule());
    assert.deepEqual(await eventBridge.putEvents([makeEntry()]), {
      FailedEntryCount: 0,
      Entries: [{ EventId: "id-1" }],
    });
    await eventBridge.idle();
    const context = { eventId: "id-1", ruleArn, targetId: "queue", attemptNumber: 1 };
    assert.deepEqual(delivered, [[queueArn, JSON.stringify(firstEvent), context]]);
  });

  it("keeps time (in whole seconds), resources and detail of the entry", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    eventBridge.putRule(makeRule());
    const Detail = '{ "contactId": "c-2", "metadata": { "a": [1] } }';
    const Time = new Date("2026-01-02T03:04:05.678Z");
    await eventBridge.putEvents([makeEntry({ Time, Resources: ["arn:x"], Detail })]);
    await eventBridge.idle();
    const event = {
      ...firstEvent,
      time: "2026-01-02T03:04:05Z",
      resources: ["arn:x"],
      detail: JSON.parse(Detail),
    };
    assert.equal(delivered[0]?.[1], JSON.stringify(event));
  });

  it("delivers to each target of each rule that matches and is enabled, transformed", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    const inputTemplate = '{"rule":<aws.events.rule-name>,"contact":<c>}';
    const input = { kind: "transformer", inputPathsMap: { c: "$.detail.contactId" }, inputTemplate } as const;
    eventBridge.putRule(
      makeRule({ targets: [makeTarget(), makeTarget({ id: "second", arn: "arn:2", input })] }),
    );
    eventBridge.putRule(makeRule({ ruleName: "disabled", isEnabled: false }));
    eventBridge.putRule(makeRule({ ruleName: "other", eventPattern: { source: ["else"] } }));
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
    assert.deepEqual(
      delivered.map(([arn, payload]) => [arn, payload]),
      [
        [queueArn, JSON.stringify(firstEvent)],
        ["arn:2", '{"rule":"transfer","contact":"c-1"}'],
      ],
    );
  });

  it("returns before the delivery is done", async () => {
    const held = Promise.withResolvers<void>();
    const { eventBridge } = makeEventBridge({ deliver: () => held.promise });
    eventBridge.putRule(makeRule());
    assert.equal((await eventBridge.putEvents([makeEntry()])).FailedEntryCount, 0);
    held.resolve();
    await eventBridge.idle();
  });

  it("finds a bus by name and by ARN, and separates the rules of buses", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    eventBridge.addEventBus("orders");
    eventBridge.putRule(makeRule({ eventBusName: "orders" }));
    const { Arn } = eventBridge.describeEventBus("orders");
    assert.equal(Arn, "arn:aws:events:us-east-1:111122223333:event-bus/orders");
    await eventBridge.putEvents([
      makeEntry({ EventBusName: "orders" }),
      makeEntry(),
      makeEntry({ EventBusName: Arn }),
    ]);
    await eventBridge.idle();
    assert.deepEqual(
      delivered.map(([, , context]) => (context as { eventId: string }).eventId),
      ["id-1", "id-3"],
    );
  });

  it("returns an id for an event to an unknown bus, and drops the event", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    eventBridge.putRule(makeRule());
    const seen: unknown[] = [];
    eventBridge.onEvent((event) => seen.push(event));
    assert.deepEqual(await eventBridge.putEvents([makeEntry({ EventBusName: "nowhere" })]), {
      FailedEntryCount: 0,
      Entries: [{ EventId: "id-1" }],
    });
    await eventBridge.idle();
    assert.deepEqual([delivered, seen], [[], []]);
  });

  it("rejects single entries, each at its index", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    eventBridge.putRule(makeRule());
    const required = (member: string) => ({
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${member} is not valid. Reason: ${member} is a required argument.`,
    });
    const malformed = { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
    const result = await eventBridge.putEvents([
      {},
      makeEntry({ DetailType: undefined }),
      makeEntry({ Detail: "" }),
      makeEntry({ Detail: "not JSON" }),
      makeEntry({ Detail: "[1]" }),
      makeEntry({ Detail: "null" }),
      makeEntry({ Source: "aws.connect" }),
      makeEntry({ DetailType: "x".repeat(129) }),
      makeEntry(),
    ]);
    assert.deepEqual(result, {
      FailedEntryCount: 8,
      Entries: [
        required("Source"),
        required("DetailType"),
        required("Detail"),
        malformed,
        malformed,
        malformed,
        { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." },
        {
          ErrorCode: "InvalidArgument",
          ErrorMessage: "Parameter DetailType is not valid. Reason: DetailType has more than 128 characters.",
        },
        { EventId: "id-1" },
      ],
    });
    await eventBridge.idle();
    assert.equal(delivered.length, 1);
  });

  it("delivers numbers digit by digit, matches them by value, and refuses those that EventBridge cannot hold", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    eventBridge.putRule(makeRule({ eventPattern: { detail: { price: [{ numeric: [">=", 0] }] } } }));
    const put = (price: string) => eventBridge.putEvents([makeEntry({ Detail: `{"price":${price}}` })]);
    const prices = ["1.10", "-0.0", "1e3"];
    for (const price of prices) await put(price);
    await eventBridge.idle();
    const details = delivered.map(([, payload]) => /"detail":(.*)\}$/.exec(String(payload))?.[1]);
    assert.deepEqual(
      details,
      prices.map((price) => `{"price":${price}}`),
    );
    for (const price of ["9223372036854775808", "100000000000000000000", "1e400"])
      assert.equal((await put(price)).Entries[0]?.ErrorCode, "MalformedDetail");
  });

  it("accepts 1 to 10 entries", async () => {
    const { eventBridge } = makeEventBridge();
    const entries = (count: number) => Array.from({ length: count }, () => makeEntry());
    assert.equal((await eventBridge.putEvents(entries(10))).Entries.length, 10);
    const where =
      "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length";
    await assert.rejects(eventBridge.putEvents(entries(11)), rejection(`${where} less than or equal to 10`));
    await assert.rejects(eventBridge.putEvents([]), rejection(`${where} greater than or equal to 1`));
  });

  it("accepts at most 1 MiB, counting time, source, detail-type, detail and resources", async () => {
    const { eventBridge } = makeEventBridge();
    const fixed = { Time: new Date(startedAt), Source: "ü", DetailType: "t", Resources: ["r"] }; // 14 + 2 + 1 + 1
    const detail = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;
    const entriesOf = (bytes: number) => [
      makeEntry({ ...fixed, Detail: detail(500_000) }),
      makeEntry({ ...fixed, Detail: detail(bytes - 500_000 - 2 * 18) }),
    ];
    assert.equal((await eventBridge.putEvents(entriesOf(1_048_576))).FailedEntryCount, 0);
    await assert.rejects(
      eventBridge.putEvents(entriesOf(1_048_577)),
      rejection("Total size of the entries in the request is over the limit."),
    );
  });

  it("rejects a call with an invalid bus name", async () => {
    const { eventBridge } = makeEventBridge();
    await assert.rejects(
      eventBridge.putEvents([makeEntry(), makeEntry({ EventBusName: "my bus" })]),
      rejection(
        "1 validation error detected: Value at 'entries.2.member.eventBusName' failed to satisfy constraint: Member must be the name or ARN of an event bus",
      ),
    );
  });

  it("calls listeners for each accepted event until they are removed", async () => {
    const { eventBridge } = makeEventBridge();
    const seen: unknown[] = [];
    const remove = eventBridge.onEvent((...args) => seen.push(args));
    await eventBridge.putEvents([makeEntry(), makeEntry({ Detail: "" })]);
    remove();
    await eventBridge.putEvents([makeEntry()]);
    assert.deepEqual(seen, [[firstEvent, "default"]]);
  });
});

describe("rules", () => {
  it("a rule of the same name replaces the previous one", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    eventBridge.putRule(makeRule());
    eventBridge.putRule(makeRule({ eventPattern: { source: ["else"] } }));
    await eventBridge.putEvents([makeEntry()]);
    await eventBridge.idle();
    assert.deepEqual(delivered, []);
  });

  it("an invalid pattern or input setting is rejected and changes nothing", () => {
    const { eventBridge } = makeEventBridge();
    const input = { kind: "constant", json: "no JSON" } as const;
    assert.throws(() => eventBridge.putRule(makeRule({ eventPattern: {} })), {
      name: "InvalidEventPatternError",
    });
    assert.throws(() => eventBridge.putRule(makeRule({ targets: [makeTarget({ input })] })), {
      name: "InvalidTargetInputError",
    });
    assert.deepEqual(eventBridge.listRules(), []);
  });

  it("more than 5 targets and duplicate ids are rejected", () => {
    const { eventBridge } = makeEventBridge();
    const sixTargets = ["1", "2", "3", "4", "5", "6"].map((id) => makeTarget({ id }));
    const error = rejection("Rule transfer may have 5 targets, each with an id of its own.");
    assert.throws(() => eventBridge.putRule(makeRule({ targets: sixTargets })), error);
    assert.throws(() => eventBridge.putRule(makeRule({ targets: [makeTarget(), makeTarget()] })), error);
  });

  it("an unknown bus or rule is a ResourceNotFoundException", () => {
    const { eventBridge } = makeEventBridge();
    const noBus = rejection("Event bus x does not exist.", "ResourceNotFoundException");
    assert.throws(() => eventBridge.describeEventBus("x"), noBus);
    assert.throws(() => eventBridge.putRule(makeRule({ eventBusName: "x" })), noBus);
    assert.throws(() => eventBridge.listRules("x"), noBus);
    assert.throws(
      () => eventBridge.listTargetsByRule("y"),
      rejection("Rule y does not exist on EventBus default.", "ResourceNotFoundException"),
    );
  });

  it("a bus that is added twice keeps its rules", () => {
    const { eventBridge } = makeEventBridge();
    eventBridge.putRule(makeRule());
    eventBridge.addEventBus("default");
    assert.deepEqual(eventBridge.listRules(), [makeRule()]);
  });
});

describe("faults of putEvents", () => {
  const put = async (fault: PutEventsFault) => {
    const { eventBridge } = makeEventBridge({ faults: () => fault });
    const seen: string[] = [];
    eventBridge.onEvent((event) => seen.push(event.id));
    return { seen, answer: eventBridge.putEvents([makeEntry(), makeEntry()]) };
  };
  const error = new ServiceError("InternalException", "broken", 500);

  it("some entries fail and the others are accepted", async () => {
    const failure = { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" };
    const { seen, answer } = await put({ kind: "entries", failures: new Map([[0, failure]]) });
    assert.deepEqual(await answer, { FailedEntryCount: 1, Entries: [failure, { EventId: "id-1" }] });
    assert.deepEqual(seen, ["id-1"]);
  });

  it("an error accepts nothing", async () => {
    const { seen, answer } = await put({ kind: "error", error });
    await assert.rejects(answer, error);
    assert.deepEqual(seen, []);
  });

  it("a lost response has accepted everything", async () => {
    const { seen, answer } = await put({ kind: "lost-answer", error });
    await assert.rejects(answer, error);
    assert.deepEqual(seen, ["id-1", "id-2"]);
  });
});

describe("announce", () => {
  const ofConnect = {
    source: "aws.connect",
    detailType: "Amazon Connect Contact Event",
    detail: { contactId: "c-1" },
    resources: ["arn:instance"],
  };

  it("publishes an event of an AWS service on the default bus", async () => {
    const { eventBridge, delivered } = makeEventBridge();
    eventBridge.putRule(makeRule({ eventPattern: { source: ["aws.connect"] } }));
    const id = eventBridge.announce(ofConnect);
    await eventBridge.idle();
    const [[, payload] = []] = delivered;
    assert.deepEqual(JSON.parse(String(payload)), {
      ...firstEvent,
      id,
      "detail-type": "Amazon Connect Contact Event",
      source: "aws.connect",
      resources: ["arn:instance"],
    });
  });

  it("rejects any other source", () => {
    const { eventBridge } = makeEventBridge();
    assert.throws(() => eventBridge.announce({ ...ofConnect, source: "com.example.orders" }), {
      name: "ValidationException",
    });
  });
});
