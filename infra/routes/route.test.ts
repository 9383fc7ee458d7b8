import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { EventBus, EventField, type EventPattern } from "aws-cdk-lib/aws-events";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Aws, CfnElement, CfnParameter, Lazy, Stack } from "aws-cdk-lib/core";
import { createContract } from "../../events/contract.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import type { EventBridgeEvent } from "../eventbridge/event.ts";
import { compileEventPattern } from "../eventbridge/event-pattern.ts";
import { compileTargetInput } from "../eventbridge/input-transformer.ts";
import exampleRoutes from "./example-routes.json" with { type: "json" };
import { makeReadyRoute, readyRouteNames } from "./ready-routes.ts";
import type { RouteIntent, RouteProps } from "./route.ts";

const instance = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const other = "arn:aws:connect:us-east-1:111122223333:instance/22222222-2222-4222-8222-222222222222";
const contactId = EventField.fromPath("$.detail.contactId");
const eventPattern: EventPattern = { source: ["com.example.shop"], detailType: ["Order Cancelled"] };
const intent: RouteIntent = { contactId, contactFlowId: "flow", queueId: "queue" };

function transfersIn(props: Partial<ContactTransferProps> = {}) {
  const stack = new Stack(new App(), "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  const code = Code.fromInline("exports.handler = async () => {};");
  const transfers = new ContactTransfer(stack, "Transfers", { instanceArns: [instance], code, ...props });
  return { stack, transfers };
}

/** The rule of a route, and its matcher and transformer compiled. */
function routed(props: RouteProps, settings: Partial<ContactTransferProps> = {}, id = "Route") {
  const { stack, transfers } = transfersIn(settings);
  const element = transfers.route(id, props).node.defaultChild;
  assert.ok(element instanceof CfnElement);
  const rule = Template.fromStack(stack).toJSON().Resources[stack.getLogicalId(element)].Properties;
  const { InputPathsMap, InputTemplate } = rule.Targets[0].InputTransformer;
  const transform = compileTargetInput({
    kind: "transformer",
    inputPathsMap: InputPathsMap,
    inputTemplate: InputTemplate,
  });
  return {
    rule,
    matches: compileEventPattern(rule.EventPattern),
    transform: (event: EventBridgeEvent) =>
      JSON.parse(transform(event, { ruleArn: "arn", ruleName: "rule", ingestedAt: 0 })),
  };
}

const event = {
  version: "0",
  id: "e-1",
  "detail-type": "Order Cancelled",
  source: "com.example.shop",
  account: "111122223333",
  time: "2026-11-24T10:00:00Z",
  region: "us-east-1",
  resources: [],
  detail: { contactId: "c-1", by: "2026-11-24T11:00:00Z", order: { id: 'a"b', lines: [1, 2] } },
} as const;

it("a route writes an envelope with literals, fields and objects of fields", () => {
  const { transform } = routed(
    {
      eventPattern,
      intent: {
        ...intent,
        expiresAt: EventField.fromPath("$.detail.by"),
        metadata: {
          order: EventField.fromPath("$.detail.order"),
          why: ["cancelled", EventField.fromPath("$.detail.order.id")],
          urgent: true,
        },
      },
    },
    {},
    "Cancelled",
  );
  assert.deepEqual(transform(event), {
    id: "e-1",
    "detail-type": "Contact Transfer Requested",
    source: "com.example.shop",
    time: "2026-11-24T10:00:00Z",
    detail: {
      intentId: "Cancelled:e-1",
      contactId: "c-1",
      contactFlowId: "flow",
      queueId: "queue",
      expiresAt: "2026-11-24T11:00:00Z",
      metadata: { order: { id: 'a"b', lines: [1, 2] }, why: ["cancelled", 'a"b'], urgent: true },
    },
  });
});

it("a producer's own intentId replaces the event's id", () => {
  const { transform } = routed({
    eventPattern,
    intent: { ...intent, intentId: EventField.fromPath("$.detail.order.id") },
  });
  assert.equal(transform(event).detail.intentId, 'a"b');
});

it("paths that would get the same variable name get different ones", () => {
  const { transform } = routed({
    eventPattern,
    intent: {
      ...intent,
      metadata: { a: EventField.fromPath("$.detail.a-b"), b: EventField.fromPath("$.detail.a.b") },
    },
  });
  const detail = { ...event.detail, "a-b": 1, a: { b: 2 } };
  assert.deepEqual(transform({ ...event, detail }).detail.metadata, { a: 1, b: 2 });
});

it("a token, such as a queue of the same app, is written as a literal", () => {
  const queueId = Lazy.string({ produce: () => `${instance}/queue/made` });
  const { transform } = routed({ eventPattern, intent: { ...intent, queueId } }, { queueIds: [queueId] });
  assert.equal(transform(event).detail.queueId, `${instance}/queue/made`);
});

it("a route targets the queue, in direct delivery the function, always with the dead-letter queue", () => {
  for (const [delivery, type] of [
    ["queue", "IntentQueue"],
    ["direct", "Function"],
  ] as const) {
    const [target] = routed({ eventPattern, intent }, { delivery }).rule.Targets;
    assert.match(target.Arn["Fn::GetAtt"][0], new RegExp(`^Transfers${type}`));
    assert.match(target.DeadLetterConfig.Arn["Fn::GetAtt"][0], /^TransfersDeadLetterQueue/);
  }
});

it("a route on another bus puts its rule there", () => {
  const { stack, transfers } = transfersIn({ eventBus: "own" });
  const eventBus = EventBus.fromEventBusName(stack, "DefaultBus", "default");
  const route = transfers.route("Connect", {
    eventBus,
    eventPattern: { source: ["aws.connect"], detail: { initiationMethod: ["INBOUND"] } },
    intent,
  });
  const element = route.node.defaultChild;
  assert.ok(element instanceof CfnElement);
  const { Properties } = Template.fromStack(stack).toJSON().Resources[stack.getLogicalId(element)];
  assert.equal(Properties.EventBusName, "default");
});

describe("a route that cannot work is refused in one sentence", () => {
  const inText = (place: string) =>
    `${place} embeds a field of the event in a string, where EventBridge does not escape it and an event could add members: use the field alone, as a whole value.`;
  const guard =
    'Connect publishes events for transferred contacts too, so the route could transfer a contact forever: add a guard to eventPattern.detail, either previousContactId: [{ "exists": false }] for contact events, or queueArn: [{ "anything-but": [the ARN of the queue that the route transfers to] }] for rules of Contact Lens.';
  const connect = { source: ["aws.connect"], detailType: ["Amazon Connect Contact Event"] };
  const mapping = (changes: object) => ({ intent: { ...intent, ...changes } });

  const cases: [string, object, string, Partial<ContactTransferProps>?][] = [
    ["without a contact", mapping({ contactId: undefined }), "intent.contactId is missing."],
    [
      "with both destinations",
      mapping({ userId: "user" }),
      "detail has both queueId and userId; give at most one of them.",
    ],
    [
      "with a misspelt member",
      mapping({ queueId: undefined, queueID: "q" }),
      "intent.queueID is not a known property; did you mean queueId?.",
    ],
    [
      "with a literal that breaks the schema",
      mapping({ contactFlowId: "my flow" }),
      "intent.contactFlowId must be a flow id (1-500 characters A-Z a-z 0-9 - _ .) or a flow ARN (…/contact-flow/…).",
    ],
    [
      "with an ARN of the wrong kind",
      mapping({ queueId: `${instance}/agent/jane` }),
      "intent.queueId is a user ARN; it must be a queue id (1-256 characters A-Z a-z 0-9 - _ .) or a queue ARN (…/queue/…).",
    ],
    [
      "with an ARN of another instance",
      mapping({ queueId: `${other}/queue/q` }),
      `intent.queueId belongs to ${other}, which is not one of instanceArns (${instance}).`,
    ],
    [
      "with an ARN of another instance, although an event names the instance",
      mapping({
        instanceId: EventField.fromPath("$.detail.instanceArn"),
        userId: undefined,
        queueId: `${other}/queue/q`,
      }),
      `intent.queueId belongs to ${other}, which is not one of instanceArns (${instance}).`,
    ],
    [
      "with ARNs of two instances",
      mapping({ contactFlowId: `${instance}/contact-flow/f`, queueId: `${other}/queue/q` }),
      `intent.contactFlowId belongs to ${instance}, but intent.queueId to ${other}: a contact can only be transferred within its instance.`,
      { instanceArns: [instance, other], defaultInstanceArn: instance },
    ],
    [
      "with a queue outside the default instance",
      mapping({ queueId: `${other}/queue/q` }),
      "intent.queueId is an ARN from outside the intent's instance (another instance, account, Region or partition).",
      { instanceArns: [instance, other], defaultInstanceArn: instance },
    ],
    [
      "with a queue that no instance of an event allows",
      mapping({ instanceId: EventField.fromPath("$.detail.instanceArn") }),
      "intent.queueId names a queue that this deployment does not allow; the setting queueIds lists what is allowed.",
      { instanceArns: [instance, other], queueIds: ["another", `${other}/queue/third`] },
    ],
    [
      "with a flow that is not allowed",
      {},
      "intent.contactFlowId names a flow that this deployment does not allow; the setting contactFlowIds lists what is allowed.",
      { contactFlowIds: ["another"] },
    ],
    [
      "without an instance if there are several",
      {},
      "intent.instanceId is missing; this deployment allows several instances and has no default.",
      { instanceArns: [instance, other] },
    ],
    ["with a field inside an id", mapping({ queueId: `q-${contactId}` }), inText("intent.queueId")],
    [
      "with a field inside a string of metadata",
      mapping({ metadata: { note: [`was ${contactId}`] } }),
      inText("intent.metadata.note[0]"),
    ],
    [
      "with a < in a literal",
      mapping({ metadata: { note: "a < b" } }),
      'intent.metadata.note: "a < b" has a < or >, which input transformers read as a variable: leave it out.',
    ],
    [
      "with a > in a name",
      mapping({ metadata: { "a>b": 1 } }),
      'intent.metadata: "a>b" has a < or >, which input transformers read as a variable: leave it out.',
    ],
    [
      "with a path for a literal",
      mapping({ queueId: "$.detail.queueId" }),
      'intent.queueId: "$.detail.queueId" is a path, which the transfer would receive as it is written: use EventField.fromPath("$.detail.queueId").',
    ],
    [
      "with one intentId for all events",
      mapping({ intentId: "order" }),
      "intent.intentId would be the same for every event: use a field of the event, or leave it out.",
    ],
    [
      "with one expiry for all events",
      mapping({ expiresAt: "2026-11-24T10:00:00Z" }),
      "intent.expiresAt would be the same for every event: use a field of the event, or leave it out.",
    ],
    [
      "with a list for an id",
      mapping({ contactId: EventField.fromPath("$.detail.contacts[*]") }),
      "intent.contactId: $.detail.contacts[*] is a list or an object of the event, not a text: name one field.",
    ],
    [
      "with a value that is not JSON",
      mapping({ metadata: { when: new Date(0) } }),
      "intent.metadata.when is neither JSON nor a field of the event.",
    ],
    [
      "with a path that EventBridge does not support",
      mapping({ contactId: EventField.fromPath("$.detail['contact']") }),
      "EventBridge would reject its input transformer: InputPathsMap.detail-contact-: JSON path \"$.detail['contact']\" is not supported from character 9 on.",
    ],
    [
      "with more variables than an input transformer may have",
      mapping({
        metadata: Object.fromEntries(
          Array.from({ length: 98 }, (_, index) => [`m${index}`, EventField.fromPath(`$.detail.m${index}`)]),
        ),
      }),
      "EventBridge would reject its input transformer: InputPathsMap: has 102 variables, at most 100 are allowed",
    ],
    [
      "with a pattern that EventBridge does not support",
      { eventPattern: { ...eventPattern, detail: { total: [{ about: 10 }] } } },
      "EventBridge would reject its eventPattern: ",
    ],
    [
      "on the construct's own outcomes",
      { eventPattern: { detailType: ["Contact Transfer Failed"] } },
      "its eventPattern matches the construct's own outcomes (source contact-transfer), so transfers could trigger each other forever: name another source or detailType.",
    ],
    [
      "on requests too",
      { eventPattern: { source: ["com.example.shop"] } },
      "its eventPattern also matches transfer requests (Contact Transfer Requested), which the construct's own rule handles: name the detailType of the other events.",
    ],
    ["on Connect's events without a guard", { eventPattern: connect }, guard],
    [
      "on Connect's events with a guard that lets transfers pass",
      { eventPattern: { ...connect, detail: { initiationMethod: ["API", "TRANSFER"] } } },
      guard,
    ],
    [
      "on Connect's events with a guard that lets transfers pass whose method may be API",
      { eventPattern: { ...connect, detail: { initiationMethod: [{ "anything-but": ["TRANSFER"] }] } } },
      guard,
    ],
    [
      "on Connect's events with a guard for another queue",
      { eventPattern: { ...connect, detail: { queueArn: [{ "anything-but": [`${instance}/queue/q`] }] } } },
      guard,
    ],
    [
      "on Connect's events with a guard for a queue that only the deployment knows",
      {
        eventPattern: {
          ...connect,
          detail: { queueArn: [{ "anything-but": [`${instance}/queue/${Aws.STACK_NAME}`] }] },
        },
      },
      guard,
    ],
    [
      "on Connect's events with a guard for one of the ARNs that a token may become",
      {
        eventPattern: { ...connect, detail: { queueArn: [{ "anything-but": [Aws.STACK_NAME] }] } },
        intent: { ...intent, queueId: Aws.STACK_NAME },
      },
      `${guard.slice(0, -1)}. Only the deployment knows whether queueId is an ARN or an id, so name both: queueId itself, and each instance's ARN followed by /queue/ and queueId.`,
    ],
    [
      "on every source of the default bus without a guard",
      { eventPattern: { detailType: ["Contact Lens Email Rules Matched"] } },
      guard,
    ],
    [
      "on Connect's events off the default bus",
      { eventPattern: { ...connect, detail: { initiationMethod: ["API"] } } },
      'aws.connect publishes to the default bus only, and the route listens on orders: give the route eventBus: EventBus.fromEventBusName(this, "DefaultBus", "default").',
      { eventBusName: "orders" },
    ],
  ];
  for (const [what, changes, sentence, settings] of cases) {
    it(what, () => {
      const props = { eventPattern, intent, ...changes } as RouteProps;
      assert.throws(
        () => transfersIn(settings).transfers.route("Mine", props),
        (error: Error) => {
          assert.equal(error.name, "SettingError");
          const message = `route("Mine"): ${sentence}`;
          assert.equal(error.message.slice(0, message.length), message);
          return true;
        },
      );
    });
  }

  it("with a name that is taken or malformed", () => {
    const { transfers } = transfersIn();
    transfers.route("Mine", { eventPattern, intent });
    assert.throws(() => transfers.route("Mine", { eventPattern, intent }), {
      message: 'route("Mine"): a route of this name already exists.',
    });
    assert.throws(() => transfers.route("my route", { eventPattern, intent }), {
      message:
        'route("my route"): a route\'s name must be a letter and up to 63 letters, digits and hyphens, because it becomes part of each intentId.',
    });
  });
});

describe("a guard against repeated transfers is accepted:", () => {
  const connect = { source: ["aws.connect"], detailType: ["Amazon Connect Contact Event"] };
  for (const detail of [
    { initiationMethod: ["INBOUND"] },
    { initiationMethod: [{ "anything-but": ["TRANSFER", "API"] }] },
    { previousContactId: [{ exists: false }] },
    { queueArn: [{ "anything-but": [`${instance}/queue/queue`] }] },
    { queueInfo: { queueArn: [{ "anything-but": [`${instance}/queue/queue`] }] } },
  ]) {
    it(JSON.stringify(detail), () => {
      routed({ eventPattern: { ...connect, detail }, intent });
    });
  }

  it("initiationMethod alone, once transferMethods says that transferred contacts have TRANSFER", () => {
    const detail = { initiationMethod: [{ "anything-but": ["TRANSFER"] }] };
    const { transfers } = transfersIn({ transferMethods: ["TRANSFER"] });
    transfers.route("Mine", { eventPattern: { ...connect, detail }, intent });
  });
});

it("a ready route of your own events takes those of your own source", () => {
  const destination = { contactFlowId: "flow-to-queue", queueId: "queue-cancellations", source: "shop" };
  const settings = { CancelledOrder: destination, SlaDeadlineNear: destination };
  for (const name of ["CancelledOrder", "SlaDeadlineNear"] as const) {
    const route = makeReadyRoute(name, settings, { instanceArns: [instance] });
    assert.deepEqual(route?.eventPattern.source, ["shop"]);
    assert.equal(Object.hasOwn(route?.intent ?? {}, "source"), false);
  }
});

describe("a ready route on Connect's events, with several instances", async () => {
  const settings = { instanceArns: [instance, other], defaultInstanceArn: instance };
  const routeOf = (name: "RoutingStepExpired" | "EmailRuleMatched", destination: object) => {
    const setting = { ...exampleRoutes[name], ...destination };
    const route = makeReadyRoute(name, { [name]: setting }, settings);
    assert.ok(route);
    return routed(route, settings, name);
  };
  const files = {
    RoutingStepExpired: "routing-step-expired.json",
    EmailRuleMatched: "email-rule-matched.json",
  } as const;
  for (const name of ["RoutingStepExpired", "EmailRuleMatched"] as const) {
    const file = new URL(`../../events/samples/routes/${files[name]}`, import.meta.url);
    const { event: sample } = JSON.parse(await readFile(file, "utf8"));
    const isTaken = (instanceArn: string, destination: object) =>
      routeOf(name, destination).matches({ ...sample, detail: { ...sample.detail, instanceArn } });

    it(`${name} takes those of the instance of its queue alone`, () => {
      const destination = { queueId: `${other}/queue/queue` };
      assert.equal(isTaken(other, destination), true);
      assert.equal(isTaken(instance, destination), false);
    });
  }

  it("EmailRuleMatched takes the id of a queue as one of the default instance", () => {
    const { rule, transform } = routeOf("EmailRuleMatched", { queueId: "queue" });
    assert.deepEqual(rule.EventPattern.detail.instanceArn, [instance]);
    assert.equal(transform(event).detail.queueId, `${instance}/queue/queue`);
  });

  it("EmailRuleMatched takes the id of a queue as one of the flow's instance", () => {
    const contactFlowId = `${other}/contact-flow/flow`;
    const { rule, transform } = routeOf("EmailRuleMatched", { queueId: "queue", contactFlowId });
    assert.deepEqual(rule.EventPattern.detail.instanceArn, [other]);
    assert.equal(transform(event).detail.queueId, `${other}/queue/queue`);
  });

  it("RoutingStepExpired takes ids as those of the default instance", () => {
    const { rule } = routeOf("RoutingStepExpired", {});
    assert.deepEqual(rule.EventPattern.detail.instanceArn, [instance]);
  });

  it("ids without a default instance are refused in one sentence", () => {
    for (const name of ["RoutingStepExpired", "EmailRuleMatched"] as const) {
      assert.throws(() => makeReadyRoute(name, exampleRoutes, { instanceArns: [instance, other] }), {
        name: "SettingError",
        message: `routes.${name}: with several instances and no default, only an ARN says whose contacts the route transfers: give the flow or its destination as an ARN that is known at synth, or set defaultInstanceArn.`,
      });
    }
  });
});

it("EmailRuleMatched leaves emails in a queue that only the deployment knows, be it an id or an ARN", () => {
  const { stack, transfers } = transfersIn({ instanceArns: [instance, other], defaultInstanceArn: instance });
  const queueId = new CfnParameter(stack, "Queue").valueAsString;
  const setting = { EmailRuleMatched: { ...exampleRoutes.EmailRuleMatched, queueId } };
  const settings = { instanceArns: [instance, other], defaultInstanceArn: instance };
  const ready = makeReadyRoute("EmailRuleMatched", setting, settings);
  assert.ok(ready);
  const element = transfers.route("Mine", ready).node.defaultChild;
  assert.ok(element instanceof CfnElement);
  const { Properties } = Template.fromStack(stack).toJSON().Resources[stack.getLogicalId(element)];
  const ofInstance = (arn: string) => ({ "Fn::Join": ["", [`${arn}/queue/`, { Ref: "Queue" }]] });
  assert.deepEqual(Properties.EventPattern.detail.queueArn, [
    { "anything-but": [{ Ref: "Queue" }, ofInstance(instance), ofInstance(other)] },
  ]);
  const [, [before, queue]] = Properties.Targets[0].InputTransformer.InputTemplate["Fn::Join"];
  assert.match(before, /"queueId":"$/);
  assert.deepEqual(queue, { Ref: "Queue" });
});

it("RoutingStepExpired reads channels and initiation methods in any case", async () => {
  const file = new URL("../../events/samples/routes/routing-step-expired.json", import.meta.url);
  const { event: sample } = JSON.parse(await readFile(file, "utf8"));
  const route = makeReadyRoute("RoutingStepExpired", exampleRoutes, { instanceArns: [instance] });
  assert.ok(route);
  const { matches } = routed(route);
  const isTaken = (detail: object) => matches({ ...sample, detail: { ...sample.detail, ...detail } });
  assert.equal(isTaken({ channel: "Task" }), true);
  assert.equal(isTaken({ channel: "Voice" }), false);
  assert.equal(isTaken({ initiationMethod: "Transfer" }), false);
});

describe("the ready routes", async () => {
  const folder = new URL("../../events/samples/routes/", import.meta.url);
  const routes = readyRouteNames.map((name) => {
    const route = makeReadyRoute(name, exampleRoutes, { instanceArns: [instance] });
    assert.ok(route, `example-routes.json has no ${name}`);
    return { name, ...routed(route, {}, name) };
  });
  for (const file of await readdir(folder)) {
    const sample = JSON.parse(await readFile(new URL(file, folder), "utf8"));
    const matching = routes.filter(({ matches }) => matches(sample.event));
    if (sample.expect.outcome === "none") {
      it(`${file}: no route matches it`, () => assert.deepEqual(matching, []));
      continue;
    }
    it(`${file}: one route turns it into ${sample.expect.outcome === "failed" ? "an invalid" : "a valid"} intent`, () => {
      const [route, ...more] = matching;
      assert.ok(route);
      assert.deepEqual(more, []);
      const contract = createContract({ instanceIdRequired: false });
      const isValid = contract(route.transform({ time: "2026-11-24T10:00:00Z", ...sample.event }));
      assert.equal(isValid, sample.expect.outcome === "succeeded", JSON.stringify(contract.errors));
    });
  }
});
