import assert from "node:assert/strict";
import { it } from "node:test";
import { Channel as SdkChannel, ContactFlowType as SdkContactFlowType } from "@aws-sdk/client-connect";
import { Channel, ContactFlowType, readWorld } from "./read-world.ts";
import world from "./world.json" with { type: "json" };

const arn = "arn:aws:connect:us-east-1:111122223333:instance/i-1";
const at = `my.json: instances["${arn}"]`;

function instance(overrides: Record<string, unknown> = {}) {
  return {
    instances: { [arn]: { contactFlows: {}, queues: [], users: [], contacts: {}, ...overrides } },
  };
}

it("channels and flow types are those of the SDK", () => {
  assert.deepEqual({ ...Channel }, { ...SdkChannel });
  assert.deepEqual({ ...ContactFlowType }, { ...SdkContactFlowType });
});

it("world.json is read, and each of its two instances allows a transfer", () => {
  const { instances } = readWorld(world, "world.json");
  assert.deepEqual(Object.keys(instances), [
    "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111",
    "arn:aws:connect:us-east-1:111122223333:instance/22222222-2222-4222-8222-222222222222",
  ]);
  for (const { contactFlows, queues, contacts } of Object.values(instances)) {
    assert.ok(Object.values(contactFlows).includes("QUEUE_TRANSFER"));
    assert.ok(queues.length > 0);
    assert.ok(Object.values(contacts).some(({ channel, state }) => channel === "TASK" && state === "active"));
  }
});

it("a contact needs one line: it is active and never transferred by default", () => {
  const seed = readWorld(
    instance({
      contacts: {
        plain: { channel: "TASK" },
        old: { channel: "EMAIL", state: "ended", transfers: 3 },
        new: { channel: "TASK", visibleAfter: "5s" },
      },
    }),
    "my.json",
  );
  assert.deepEqual(seed.instances[arn]?.contacts, {
    plain: { channel: "TASK", state: "active", transfers: 0, visibleAfterMs: 0 },
    old: { channel: "EMAIL", state: "ended", transfers: 3, visibleAfterMs: 0 },
    new: { channel: "TASK", state: "active", transfers: 0, visibleAfterMs: 5_000 },
  });
});

const errors: [what: string, json: unknown, message: string][] = [
  ["an array", [], "my.json: the whole file is not an object. Use an object with instances."],
  ["no instances", {}, "my.json: the whole file lacks instances. Use an object with instances."],
  [
    "an unknown member",
    { instances: {}, contacts: {} },
    'my.json: the whole file has an unknown member "contacts". Use instances, description.',
  ],
  [
    "an instance id instead of an ARN",
    { instances: { "i-1": {} } },
    'my.json: instances["i-1"] is not keyed by an instance ARN. Use arn:aws:connect:REGION:ACCOUNT:instance/ID.',
  ],
  [
    "a world without instances",
    { instances: {} },
    "my.json: instances is empty. Use an object with an instance, keyed by its ARN.",
  ],
  [
    "an instance without users",
    { instances: { [arn]: { contactFlows: {}, queues: [], contacts: {} } } },
    `${at} lacks users. Use an object with contactFlows, queues, users, contacts.`,
  ],
  [
    "a flow type that does not exist",
    instance({ contactFlows: { f: "INBOUND" } }),
    `${at}.contactFlows["f"] is "INBOUND". Use one of ${Object.keys(ContactFlowType).join(", ")}.`,
  ],
  ["queues as an object", instance({ queues: {} }), `${at}.queues is not an array. Use an array of ids.`],
  [
    "contacts as an array",
    instance({ contacts: [] }),
    `${at}.contacts is not an object. Use an object keyed by id.`,
  ],
  [
    "an id with a space",
    instance({ users: ["u-1", "u 2"] }),
    `${at}.users[1] is not an id. Use 1 to 256 letters, digits, hyphens, underscores and full stops.`,
  ],
  [
    "an unknown channel",
    instance({ contacts: { c: { channel: "FAX" } } }),
    `${at}.contacts["c"].channel is "FAX". Use one of VOICE, CHAT, TASK, EMAIL.`,
  ],
  [
    "an unknown state",
    instance({ contacts: { c: { channel: "TASK", state: "open" } } }),
    `${at}.contacts["c"].state is "open". Use one of active, ended.`,
  ],
  [
    "a misspelt member of a contact",
    instance({ contacts: { c: { channel: "TASK", transfer: 11 } } }),
    `${at}.contacts["c"] has an unknown member "transfer". Use channel, state, transfers, visibleAfter.`,
  ],
  [
    "a negative count",
    instance({ contacts: { c: { channel: "TASK", transfers: -1 } } }),
    `${at}.contacts["c"].transfers is -1. Use a whole number from 0 on.`,
  ],
  [
    "a time without a unit",
    instance({ contacts: { c: { channel: "TASK", visibleAfter: 5 } } }),
    `${at}.contacts["c"].visibleAfter is 5. Use a duration such as 5s.`,
  ],
];
for (const [what, json, message] of errors) {
  it(`${what} is an error with file, place and remedy`, () => {
    assert.throws(() => readWorld(json, "my.json"), { message });
  });
}
