import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type InvalidTargetInputError, UndeliverableError } from "./errors.ts";
import type { EventBridgeEvent, RuleContext, TargetInput } from "./event.ts";
import { compileTargetInput } from "./input-transformer.ts";

const event: EventBridgeEvent = {
  version: "0",
  id: "7bf73129-1428-4cd3-a780-95db273d1602",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "123456789012",
  time: "2015-11-11T21:29:54Z",
  region: "us-east-1",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
  detail: {
    "instance-id": "i-0123456789",
    state: "RUNNING",
    valid: true,
    count: 3,
    nothing: null,
    tags: ["HIGH", "LOW"],
    owner: { acc_id: "0a787ecb-4015", n: 1 },
    items: [{ id: "a", parts: [{ n: 1 }] }, { id: "b", parts: [{ n: 2 }, { n: 3 }] }, { name: "c" }],
    quote: 'say "hi"',
    attack: 'x", "queueId": "stolen',
    "path/to_x": "slash",
  },
};

const rule: RuleContext = {
  ruleArn: "arn:aws:events:us-east-1:123456789012:rule/example",
  ruleName: "example",
  ingestedAt: Date.parse("2015-11-11T21:30:00Z"),
};

const variables = {
  instance: "$.detail.instance-id",
  state: "$.detail.state",
  valid: "$.detail.valid",
  count: "$.detail.count",
  nothing: "$.detail.nothing",
  tags: "$.detail.tags",
  owner: "$.detail.owner",
  quote: "$.detail.quote",
  attack: "$.detail.attack",
  missing: "$.detail.not.there",
};

const transformer = (
  inputTemplate: string,
  inputPathsMap: Record<string, string> = variables,
): TargetInput => ({ kind: "transformer", inputPathsMap, inputTemplate });

const transform = (input: TargetInput) => compileTargetInput(input)(event, rule);

/** Template and output. The first ones are those of AWS's documentation. */
const templates: Record<string, readonly [string, string]> = {
  "a string": ['"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
  "a string with escaped quotes": [
    '"instance \\"<instance>\\" is in <state>"',
    '"instance \\"i-0123456789\\" is in RUNNING"',
  ],
  "whole values, minified": [
    '{\n  "instance" : <instance>,\n  "state": <state>\n}',
    '{"instance":"i-0123456789","state":"RUNNING"}',
  ],
  "whole values and strings": [
    '{ "instance": <instance>, "state": "<state>", "status": "instance \\"<instance>\\" is in <state>" }',
    '{"instance":"i-0123456789","state":"RUNNING","status":"instance \\"i-0123456789\\" is in RUNNING"}',
  ],
  "variables among constants": [
    '{ "instance": <instance>, "state": [ 9, <state>, true ], "Transformed": "Yes" }',
    '{"instance":"i-0123456789","state":[9,"RUNNING",true],"Transformed":"Yes"}',
  ],
  "predefined variables as values": [
    '{"arn": <aws.events.rule-arn>, "name": <aws.events.rule-name>, "at": <aws.events.event.ingestion-time>}',
    `{"arn":"${rule.ruleArn}","name":"example","at":"2015-11-11T21:30:00.000Z"}`,
  ],
  "a predefined variable in a string": ['"<aws.events.rule-name> triggered"', '"example triggered"'],
  "the event without its detail": [
    "<aws.events.event>",
    JSON.stringify({
      id: event.id,
      account: event.account,
      detailType: event["detail-type"],
      time: event.time,
      source: event.source,
      region: event.region,
      resources: event.resources,
      version: "0",
    }),
  ],
  "the whole event": ['{"event":<aws.events.event.json>}', JSON.stringify({ event })],
  "a string as a value is escaped": ['{"a":<quote>}', JSON.stringify({ a: 'say "hi"' })],
  "a string in a string template is not escaped": ['"<quote>"', '"say "hi""'],
  "a string inside a JSON string can add members": [
    '{"metadata": "<attack>"}',
    '{"metadata":"x","queueId":"stolen"}',
  ],
  "a string inside a JSON string can replace members": [
    '{"queueId": "own", "metadata": "<attack>"}',
    '{"queueId":"stolen","metadata":"x"}',
  ],
  "a missing path as a value is an empty string": ['{"a":<missing>,"b":[<missing>]}', '{"a":"","b":[""]}'],
  "a missing path in strings is nothing": ['{"a":"[<missing>]"}', '{"a":"[]"}'],
  "a missing path in a string template is nothing": ['"a <missing> b"', '"a  b"'],
  "null, numbers and booleans": [
    '{"a":<nothing>,"b":<count>,"c":<valid>,"d":"<nothing> <count> <valid>"}',
    '{"a":null,"b":3,"c":true,"d":"null 3 true"}',
  ],
  "objects and lists as values": [
    '{"a":<owner>,"b":<tags>}',
    '{"a":{"acc_id":"0a787ecb-4015","n":1},"b":["HIGH","LOW"]}',
  ],
  "objects and lists in a string template lose their quotes": [
    '"<tags> and <owner>, <valid>"',
    '"[HIGH,LOW] and {acc_id:0a787ecb-4015,n:1}, true"',
  ],
  "several lines, each a string": [
    '"<instance> first"\n\n  "<state> second"\n',
    '"i-0123456789 first"\n\n  "RUNNING second"\n',
  ],
  "a string that begins like JSON": ['"{[/ <state>"', '"{[/ RUNNING"'],
  "a single variable": ["<owner>", '{"acc_id":"0a787ecb-4015","n":1}'],
  "a > without a variable": ['{"a":"1 > 0"}', '{"a":"1 > 0"}'],
};

describe("an input template:", () => {
  for (const [name, [template, output]] of Object.entries(templates)) {
    it(name, () => assert.equal(transform(transformer(template)), output));
  }

  it("a value that looks like a variable is not replaced again", () => {
    const input = transformer("[<a>,<b>]", { a: "$.detail.a", b: "$.detail.b" });
    const tricky = { ...event, detail: { a: "<b>", b: "B" } };
    assert.equal(compileTargetInput(input)(tricky, rule), '["<b>","B"]');
  });

  for (const template of ['{"a":"<quote>"}', '{"a":"<tags>"}', '{"a":"<owner>"}']) {
    it(`${template} does not produce JSON, so the event is undeliverable`, () =>
      assert.throws(
        () => transform(transformer(template)),
        new UndeliverableError(
          "INVALID_JSON",
          "The input transformer does not produce valid JSON from this event",
        ),
      ));
  }
});

/** Path and what it reads, as a whole value. */
const paths: Record<string, unknown> = {
  $: event,
  "$.source": "aws.ec2",
  "$.detail-type": "EC2 Instance State-change Notification",
  "$.resources[0]": event.resources[0],
  "$.resources[1]": "",
  "$.detail.items[1].id": "b",
  "$.detail.items[*].id": ["a", "b"],
  "$.detail.items[*].parts[*].n": [1, 2, 3],
  "$.detail.owner.*": ["0a787ecb-4015", 1],
  "$.detail.tags[*]": ["HIGH", "LOW"],
  "$.detail.not[*].there": [],
  "$.detail.path/to_x": "slash",
  "$.detail.tags.0": "",
  "$.detail.tags.length": "",
  "$.detail.state.length": "",
  "$.detail.constructor": "",
};

describe("a JSON path reads:", () => {
  for (const [path, value] of Object.entries(paths)) {
    it(path, () => assert.equal(transform(transformer("<v>", { v: path })), JSON.stringify(value)));
  }
});

describe("other inputs:", () => {
  it("the event itself", () => assert.equal(transform({ kind: "event" }), JSON.stringify(event)));

  it("a constant is passed unchanged", () =>
    assert.equal(transform({ kind: "constant", json: '{ "a": 1 }' }), '{ "a": 1 }'));

  it("a part of the event", () =>
    assert.equal(transform({ kind: "path", path: "$.detail.owner" }), '{"acc_id":"0a787ecb-4015","n":1}'));

  it("a string of the event, as a JSON string", () =>
    assert.equal(transform({ kind: "path", path: "$.detail.state" }), '"RUNNING"'));

  it("a missing part makes the event undeliverable", () =>
    assert.throws(
      () => transform({ kind: "path", path: "$.detail.x" }),
      new UndeliverableError("INVALID_JSON", "InputPath $.detail.x is not in the event"),
    ));
});

const manyVariables = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, "$.id"]));
const notJson = "is not valid JSON; strings need quotes";
const badName = "is not a name of 1 to 256 letters, digits, - and _ (those with dots are reserved)";

/** Input settings, where they are refused, and why. */
const refusals: Record<string, readonly [TargetInput, string, string]> = {
  "a constant that is not JSON": [{ kind: "constant", json: "hello" }, "Input", notJson],
  "a constant of more than 8,192 characters": [
    { kind: "constant", json: `"${"x".repeat(8191)}"` },
    "Input",
    "has 8193 characters, 1 to 8192 are allowed",
  ],
  "an empty template": [transformer(""), "InputTemplate", "has 0 characters, 1 to 8192 are allowed"],
  "a template of more than 8,192 characters": [
    transformer(`"${"x".repeat(8191)}"`),
    "InputTemplate",
    "has 8193 characters, 1 to 8192 are allowed",
  ],
  "text without quotes": [transformer("<instance> is in <state>"), "InputTemplate", notJson],
  "JSON that breaks off": [transformer('{"a": <instance>'), "InputTemplate", notJson],
  "an undefined placeholder": [
    transformer('"<state> <status>"'),
    "InputTemplate",
    "contains invalid placeholder status",
  ],
  "an undefined predefined placeholder": [
    transformer('{"a":<aws.events.event.id>}'),
    "InputTemplate",
    "contains invalid placeholder aws.events.event.id",
  ],
  "an empty placeholder": [transformer('"<>"'), "InputTemplate", "contains invalid placeholder "],
  "a placeholder as a key": [transformer("{<state>: 1}"), "InputTemplate", notJson],
  "a placeholder inside a key": [
    transformer('{"a":[{"b <state>": 1}]}'),
    "InputTemplate",
    "has a placeholder as an object key",
  ],
  "a line that is not a string": [
    transformer('"<state>"\n17'),
    "InputTemplate, line 2",
    "is not a string in quotes",
  ],
  "a line without quotes": [transformer('"<state>"\n<state>, too'), "InputTemplate, line 2", notJson],
  "more than 100 variables": [
    transformer('"<v0>"', manyVariables(101)),
    "InputPathsMap",
    "has 101 variables, at most 100 are allowed",
  ],
  "a variable with a reserved name": [
    transformer('"x"', { "aws.events.rule-name": "$.id" }),
    "InputPathsMap.aws.events.rule-name",
    badName,
  ],
  "a variable without a name": [transformer('"x"', { "": "$.id" }), "InputPathsMap.", badName],
  "a path without $": [
    transformer('"x"', { a: "detail.id" }),
    "InputPathsMap.a",
    'JSON path "detail.id" does not begin with $',
  ],
  "a path in bracket notation": [
    transformer('"x"', { a: "$.detail['id']" }),
    "InputPathsMap.a",
    `JSON path "$.detail['id']" is not supported from character 9 on`,
  ],
  "a path with a filter": [
    transformer('"x"', { a: "$.detail.items[?(@.id)]" }),
    "InputPathsMap.a",
    'JSON path "$.detail.items[?(@.id)]" is not supported from character 15 on',
  ],
  "a path that descends": [
    { kind: "path", path: "$..id" },
    "InputPath",
    'JSON path "$..id" is not supported from character 2 on',
  ],
  "a path of more than 256 characters": [
    { kind: "path", path: `$.${"a".repeat(255)}` },
    "InputPath",
    "has 257 characters, 1 to 256 are allowed",
  ],
};

describe("input settings are refused:", () => {
  for (const [name, [input, where, reason]] of Object.entries(refusals)) {
    it(name, () =>
      assert.throws(
        () => compileTargetInput(input),
        ({ name, message }: InvalidTargetInputError) => {
          assert.deepEqual(
            { name, message },
            { name: "InvalidTargetInputError", message: `${where}: ${reason}` },
          );
          return true;
        },
      ),
    );
  }
});

it("a template may have 100 variables", () =>
  assert.equal(transform(transformer('"<v99>"', manyVariables(100))), `"${event.id}"`));
