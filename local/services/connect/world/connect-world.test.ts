import assert from "node:assert/strict";
import { it } from "node:test";
import { ConnectWorld, type ConnectWorldOptions } from "./connect-world.ts";
import type { InstanceSeed, WorldSeed } from "./read-world.ts";

const instanceArn = "arn:aws:connect:eu-west-2:999988887777:instance/i-1";

/** A world at instant 1000 with a flow of each kind, and a test's additions. */
function world(more: Partial<InstanceSeed> = {}, options: Partial<ConnectWorldOptions> = {}) {
  let ids = 0;
  const instance: InstanceSeed = {
    contactFlows: {
      inbound: "CONTACT_FLOW",
      "to-agent": "AGENT_TRANSFER",
      "to-queue": "QUEUE_TRANSFER",
      whisper: "AGENT_WHISPER",
    },
    queues: ["q-1"],
    users: ["u-1"],
    contacts: { "c-1": { channel: "TASK" }, "c-2": { channel: "TASK" } },
    ...more,
  };
  const clock = { now: 1000 };
  return {
    clock,
    connect: new ConnectWorld({
      seed: { instances: { [instanceArn]: instance } },
      now: () => clock.now,
      newId: () => `new-${++ids}`,
      ...options,
    }),
  };
}

function request(overrides: Record<string, string | undefined> = {}) {
  return { InstanceId: "i-1", ContactId: "c-1", ContactFlowId: "to-queue", ...overrides };
}

function refusal(name: string, message?: RegExp) {
  return { name, ...(message && { message }) };
}

it("a transfer ends the contact and starts a new one that refers to it", () => {
  const { connect, clock } = world();
  clock.now = 5000;
  assert.deepEqual(connect.transferContact(request({ QueueId: "q-1", ClientToken: "t" })), {
    ContactId: "new-1",
    ContactArn: `${instanceArn}/contact/new-1`,
  });
  assert.deepEqual(connect.describeContact({ InstanceId: "i-1", ContactId: "c-1" }).Contact, {
    Arn: `${instanceArn}/contact/c-1`,
    Id: "c-1",
    InitialContactId: undefined,
    PreviousContactId: undefined,
    RelatedContactId: undefined,
    InitiationMethod: "API",
    Channel: "TASK",
    QueueInfo: undefined,
    AgentInfo: undefined,
    InitiationTimestamp: new Date(1000),
    LastUpdateTimestamp: new Date(5000),
    DisconnectTimestamp: new Date(5000),
    DisconnectReason: undefined,
    NextContacts: undefined,
  });
  assert.deepEqual(connect.describeContact({ InstanceId: "i-1", ContactId: "new-1" }).Contact, {
    Arn: `${instanceArn}/contact/new-1`,
    Id: "new-1",
    InitialContactId: "c-1",
    PreviousContactId: "c-1",
    RelatedContactId: undefined,
    InitiationMethod: "TRANSFER",
    Channel: "TASK",
    QueueInfo: { Id: "q-1", EnqueueTimestamp: new Date(5000) },
    AgentInfo: undefined,
    InitiationTimestamp: new Date(5000),
    LastUpdateTimestamp: new Date(5000),
    DisconnectTimestamp: undefined,
    DisconnectReason: undefined,
    NextContacts: undefined,
  });
  assert.deepEqual(connect.transfers, [
    {
      instanceId: "i-1",
      contactId: "c-1",
      newContactId: "new-1",
      contactFlowId: "to-queue",
      queueId: "q-1",
      userId: undefined,
      clientToken: "t",
      transferredAt: 5000,
    },
  ]);
});

it("a contact of a chain keeps its initial contact", () => {
  const { connect } = world();
  connect.transferContact(request());
  connect.transferContact(request({ ContactId: "new-1" }));
  const { Contact } = connect.describeContact({ InstanceId: "i-1", ContactId: "new-2" });
  assert.equal(Contact?.InitialContactId, "c-1");
  assert.equal(Contact?.PreviousContactId, "new-1");
});

const accepted: Record<string, Record<string, string>> = {
  "a queue": { QueueId: "q-1" },
  "a user": { UserId: "u-1" },
  "a user by ARN": { UserId: `${instanceArn}/agent/u-1` },
  "the destination that the flow decides": {},
  "the destination of an inbound flow": { ContactFlowId: "inbound" },
  "the destination of a transfer-to-agent flow": { ContactFlowId: "to-agent" },
};
for (const [what, overrides] of Object.entries(accepted)) {
  it(`a contact is transferred to ${what}`, () => {
    const { connect } = world();
    assert.equal(connect.transferContact(request(overrides)).ContactId, "new-1");
  });
}

const rejected: Record<string, [Record<string, string>, string, RegExp]> = {
  "an unknown instance": [{ InstanceId: "i-9" }, "ResourceNotFoundException", /^Instance not found: i-9$/],
  "an unknown contact": [{ ContactId: "c-9" }, "ResourceNotFoundException", /^Contact not found: c-9$/],
  "an unknown flow": [{ ContactFlowId: "f-9" }, "ResourceNotFoundException", /^Contact flow not found: f-9$/],
  "an unknown queue": [{ QueueId: "q-9" }, "ResourceNotFoundException", /^Queue not found: q-9$/],
  "an unknown user": [{ UserId: "u-9" }, "ResourceNotFoundException", /^User not found: u-9$/],
  "a user ARN of another instance": [
    { UserId: `${instanceArn.replace("i-1", "i-2")}/agent/u-1` },
    "ResourceNotFoundException",
    /^User not found/,
  ],
  "a contact given as an ARN": [
    { ContactId: `${instanceArn}/contact/c-1` },
    "ResourceNotFoundException",
    /^Contact not found/,
  ],
  "both destinations": [{ QueueId: "q-1", UserId: "u-1" }, "InvalidRequestException", /must not both/],
  "a flow of a wrong type": [{ ContactFlowId: "whisper" }, "InvalidRequestException", /AGENT_WHISPER/],
  "a voice contact": [{ ContactId: "voice" }, "InvalidRequestException", /VOICE/],
  "a chat contact": [{ ContactId: "chat" }, "InvalidRequestException", /CHAT/],
  "an ended contact": [{ ContactId: "ended" }, "InvalidRequestException", /not active/],
  "a contact transferred 11 times": [{ ContactId: "moved-11" }, "InvalidRequestException", /11 times/],
};
for (const [what, [overrides, name, message]] of Object.entries(rejected)) {
  it(`${what} is ${name}, and nothing is transferred`, () => {
    const { connect } = world({
      contacts: {
        "c-1": { channel: "TASK" },
        voice: { channel: "VOICE" },
        chat: { channel: "CHAT" },
        ended: { channel: "TASK", state: "ended" },
        "moved-11": { channel: "EMAIL", transfers: 11 },
      },
    });
    assert.throws(() => connect.transferContact(request(overrides)), refusal(name, message));
    assert.deepEqual(connect.transfers, []);
  });
}

it("an email can be transferred, and so can a contact that has been transferred 10 times", () => {
  const { connect } = world({ contacts: { "c-1": { channel: "EMAIL", transfers: 10 } } });
  connect.transferContact(request());
  assert.throws(
    () => connect.transferContact(request({ ContactId: "new-1" })),
    refusal("InvalidRequestException"),
  );
});

it("an agent's queue holds 10 contacts; when one leaves, another fits", () => {
  const contacts = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`c-${n}`, { channel: "TASK" } as const]),
  );
  const { connect } = world({ contacts });
  const toAgent = (n: number) => connect.transferContact(request({ ContactId: `c-${n}`, UserId: "u-1" }));
  for (let n = 0; n < 10; n++) toAgent(n);
  assert.throws(() => toAgent(10), refusal("ServiceQuotaExceededException", /holds 10 contacts/));
  connect.transferContact(request({ ContactId: "new-1" }));
  toAgent(10);
  assert.throws(() => toAgent(11), refusal("ServiceQuotaExceededException"));
  connect.endContact({ InstanceId: "i-1", ContactId: "new-2" });
  toAgent(11);
});

it("a contact that ends while the world runs cannot be transferred", () => {
  const { connect } = world();
  connect.endContact({ InstanceId: "i-1", ContactId: "c-1" });
  assert.throws(() => connect.transferContact(request()), refusal("InvalidRequestException", /not active/));
});

it("additions to a running world can be used", () => {
  const { connect } = world();
  assert.throws(
    () => connect.transferContact(request({ QueueId: "q-2" })),
    refusal("ResourceNotFoundException"),
  );
  const more: WorldSeed = {
    instances: { [instanceArn]: { contactFlows: {}, queues: ["q-2"], users: [], contacts: {} } },
  };
  connect.add(more);
  assert.equal(connect.transferContact(request({ QueueId: "q-2" })).ContactId, "new-1");
});

it("access is denied by action and request", () => {
  const { connect } = world(
    {},
    {
      allow: (action, { ContactId }) => action === "connect:DescribeContact" || ContactId !== "c-1",
    },
  );
  assert.throws(
    () => connect.transferContact(request()),
    refusal("AccessDeniedException", /connect:TransferContact on resource: instance\/i-1\/contact\/c-1/),
  );
  assert.equal(connect.describeContact({ InstanceId: "i-1", ContactId: "c-1" }).Contact?.Id, "c-1");
  assert.equal(connect.transferContact(request({ ContactId: "c-2" })).ContactId, "new-1");
});

it("an unknown contact cannot be described", () => {
  const { connect } = world();
  assert.throws(
    () => connect.describeContact({ InstanceId: "i-1", ContactId: "c-9" }),
    refusal("ResourceNotFoundException"),
  );
});

it("an open world creates unknown ids, which then obey the rules", () => {
  const { connect } = world({}, { openWorld: true });
  const foreign = { InstanceId: "i-9", ContactId: "c-9", ContactFlowId: "f-9", QueueId: "q-9" };
  assert.equal(
    connect.transferContact(foreign).ContactArn,
    "arn:aws:connect:us-east-1:111122223333:instance/i-9/contact/new-1",
  );
  assert.throws(() => connect.transferContact(foreign), refusal("InvalidRequestException", /not active/));
  assert.throws(
    () => connect.transferContact(request({ ContactFlowId: "whisper" })),
    refusal("InvalidRequestException"),
  );
});

it("a contact that takes a while to end is transferred twice unless the token prevents it", () => {
  const { connect, clock } = world({}, { originalEndsAfterMs: 100 });
  connect.transferContact(request({ ClientToken: "t-1" }));
  clock.now += 99;
  connect.transferContact(request({ ClientToken: "t-1" }));
  assert.equal(connect.transfers.length, 1);
  connect.transferContact(request({ ClientToken: "t-2" }));
  assert.equal(connect.transfers.length, 2);
  clock.now += 1;
  assert.throws(
    () => connect.transferContact(request({ ClientToken: "t-3" })),
    refusal("InvalidRequestException"),
  );
});

for (const openWorld of [false, true]) {
  it(`a contact that is not visible yet is not found${openWorld ? ", not even in an open world" : ""}`, () => {
    const contacts = { "c-1": { channel: "TASK", visibleAfterMs: 5_000 } } as const;
    const { connect, clock } = world({ contacts }, { openWorld });
    clock.now += 4_999;
    const notFound = refusal("ResourceNotFoundException", /Contact not found: c-1/);
    assert.throws(() => connect.transferContact(request()), notFound);
    assert.throws(() => connect.describeContact({ InstanceId: "i-1", ContactId: "c-1" }), notFound);
    clock.now += 1;
    assert.equal(connect.transferContact(request()).ContactId, "new-1");
  });
}
