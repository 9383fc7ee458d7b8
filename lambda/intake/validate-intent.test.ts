import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseLossless } from "../../events/lossless-json.ts";
import {
  foreignInstanceArn,
  instanceArn,
  instanceId,
  makeDetail,
  makeEnvelope,
  makeSettings,
} from "../../test/makers.ts";
import type { Violation } from "../refusal.ts";
import type { Instances } from "../settings.ts";
import { createIntentValidator } from "./validate-intent.ts";

const { instances } = makeSettings();
const validate = createIntentValidator(instances);
const foreignInstanceId = foreignInstanceArn.split("/")[1] ?? "";

/** Two allowed instances without a default. */
const twoInstances: Instances = {
  byId: new Map([
    [instanceId, { id: instanceId, arn: instanceArn }],
    [foreignInstanceId, { id: foreignInstanceId, arn: foreignInstanceArn }],
  ]),
};

async function violationsOf(envelope: unknown, validator = validate): Promise<Violation[]> {
  const { refusal } = await validator(envelope);
  assert.equal(refusal?.reason, "InvalidIntent");
  return refusal.violations ?? [];
}

describe("a valid intent", () => {
  it("has the envelope's id as its identity, and the deployment's only instance", async () => {
    assert.deepEqual(await validate(makeEnvelope()), {
      intent: {
        intentId: "event-1",
        isIdGiven: false,
        instanceId,
        contactId: "task-1",
        contactFlowId: "flow-to-queue",
        destination: { kind: "queue", queueId: "queue-cancellations" },
        time: undefined,
        expiresAt: undefined,
        metadata: undefined,
      },
    });
  });

  it("has its own identity, user, instants and metadata", async () => {
    const metadata = { order: { id: "4711" } };
    const detail = makeDetail({
      queueId: undefined,
      userId: "user-1",
      intentId: "order-4711",
      expiresAt: "2026-11-24T12:00:00+01:00",
      metadata,
    });
    const envelope = {
      id: "event-1",
      time: "2026-11-24T10:00:00Z",
      detail: JSON.parse(JSON.stringify(detail)),
    };
    assert.deepEqual(await validate(envelope), {
      intent: {
        intentId: "order-4711",
        isIdGiven: true,
        instanceId,
        contactId: "task-1",
        contactFlowId: "flow-to-queue",
        destination: { kind: "user", userId: "user-1" },
        time: Date.parse("2026-11-24T10:00:00Z"),
        expiresAt: Date.parse("2026-11-24T11:00:00Z"),
        metadata,
      },
    });
  });

  it("may have other members in its envelope: EventBridge adds some", async () => {
    const envelope = makeEnvelope(
      {},
      { "replay-name": "r", version: "0", account: "1", resources: [], more: 1 },
    );
    assert.equal((await validate(envelope)).refusal, undefined);
  });

  it("may have ids as long as Connect's model allows", async () => {
    const detail = {
      contactId: "c".repeat(256),
      contactFlowId: "f".repeat(500),
      queueId: "q".repeat(256),
      intentId: "~".repeat(128),
    };
    assert.equal((await validate(makeEnvelope(detail))).refusal, undefined);
  });

  it("may have every number that EventBridge accepts in its metadata, and keeps its digits", async () => {
    const metadata =
      '{"n":[9223372036854775807,-9223372036854775808,9007199254740993,1.10,-0,1e20,1.7e308,12345678901234567890.5]}';
    const envelope = parseLossless(
      `{"id":"e","detail":{"contactId":"c","contactFlowId":"f","metadata":${metadata}}}`,
    );
    const { intent } = await validate(envelope);
    assert.equal(JSON.stringify(intent?.metadata), metadata);
  });

  it("may have 4 KiB of metadata", async () => {
    const metadata = { text: "x".repeat(4096 - '{"text":""}'.length) };
    assert.equal((await validate(makeEnvelope({ metadata }))).refusal, undefined);
  });
});

const typeNames: Readonly<Record<string, string>> = {
  "7": "a number",
  "[]": "an array",
  true: "a boolean",
  '"text"': "a string",
  null: "null",
};

/** The fault, the envelope, and the complete messages. */
const invalid: [string, unknown, Violation[]][] = [
  ["null", null, [{ path: "", message: "the body is null; it must be a JSON object" }]],
  ["an array", [], [{ path: "", message: "the body is an array; it must be a JSON object" }]],
  ["no detail", { id: "e" }, [{ path: "/detail", message: "detail is missing" }]],
  [
    "a misspelt detail",
    { id: "e", Detail: {} },
    [{ path: "/detail", message: "detail is missing; there is a Detail: did you mean detail?" }],
  ],
  [
    "an empty envelope: every violation is listed",
    {},
    [
      { path: "/id", message: "id is missing" },
      { path: "/detail", message: "detail is missing" },
    ],
  ],
  [
    "another detail-type",
    makeEnvelope({}, { "detail-type": "Contact Transfer Succeeded" }),
    [
      {
        path: "/detail-type",
        message: 'detail-type must be "Contact Transfer Requested" if present',
      },
    ],
  ],
  [
    "a misspelt queueId",
    makeEnvelope({ queueID: "q" }),
    [{ path: "/detail/queueID", message: "detail/queueID is not a known property; did you mean queueId?" }],
  ],
  [
    "an unknown member that is like none",
    makeEnvelope({ priority: 1 }),
    [
      {
        path: "/detail/priority",
        message:
          "detail/priority is not a known property; known are contactId, contactFlowId, instanceId, queueId, userId, intentId, expiresAt, metadata",
      },
    ],
  ],
  [
    "an unknown member with a pointer's own characters",
    makeEnvelope({ "user/Id": 1 }),
    [
      {
        path: "/detail/user~1Id",
        message: "detail/user~1Id is not a known property; did you mean userId?",
      },
    ],
  ],
  [
    "both destinations",
    makeEnvelope({ userId: "u" }),
    [{ path: "/detail", message: "detail has both queueId and userId; give at most one of them" }],
  ],
  [
    "a number for an id: nothing is coerced",
    makeEnvelope({ contactId: 4711 }),
    [
      {
        path: "/detail/contactId",
        message:
          "detail/contactId is a number; it must be a contact id (1-256 characters A-Z a-z 0-9 - _ .) or a contact ARN",
      },
    ],
  ],
  [
    "an empty queue",
    makeEnvelope({ queueId: "" }),
    [
      {
        path: "/detail/queueId",
        message:
          "detail/queueId is empty; it must be a queue id (1-256 characters A-Z a-z 0-9 - _ .) or a queue ARN (…/queue/…)",
      },
    ],
  ],
  [
    "an ARN of the wrong kind",
    makeEnvelope({ contactFlowId: `${instanceArn}/queue/q` }),
    [
      {
        path: "/detail/contactFlowId",
        message:
          "detail/contactFlowId is a queue ARN; it must be a flow id (1-500 characters A-Z a-z 0-9 - _ .) or a flow ARN (…/contact-flow/…)",
      },
    ],
  ],
  [
    "the ARN of an agent's own queue, and a flow ARN with an alias",
    makeEnvelope({
      contactFlowId: `${instanceArn}/contact-flow/f:$LATEST`,
      queueId: `${instanceArn}/queue/agent/a`,
    }),
    [
      {
        path: "/detail/contactFlowId",
        message:
          "detail/contactFlowId is a flow ARN with more behind the id (a version or an alias, for example); it must be a flow id (1-500 characters A-Z a-z 0-9 - _ .) or a flow ARN (…/contact-flow/…)",
      },
      {
        path: "/detail/queueId",
        message:
          "detail/queueId is the ARN of an agent's own queue (give the agent as userId); it must be a queue id (1-256 characters A-Z a-z 0-9 - _ .) or a queue ARN (…/queue/…)",
      },
    ],
  ],
  [
    "a detail that was encoded twice",
    { id: "e", detail: JSON.stringify(makeDetail()) },
    [
      {
        path: "/detail",
        message:
          "detail is a string; it must be a JSON object. It was encoded as JSON twice: send the object itself",
      },
    ],
  ],
  ...[7, [], true, "text", null].map((detail): [string, unknown, Violation[]] => [
    `a detail that is ${JSON.stringify(detail)}`,
    { id: "e", detail },
    [
      {
        path: "/detail",
        message: `detail is ${typeNames[JSON.stringify(detail)]}; it must be a JSON object`,
      },
    ],
  ]),
  [
    "null for a queue beside a user: the null is first",
    makeEnvelope({ queueId: null, userId: "u" }),
    [
      {
        path: "/detail/queueId",
        message:
          "detail/queueId is null; it must be a queue id (1-256 characters A-Z a-z 0-9 - _ .) or a queue ARN (…/queue/…). Leave it out instead",
      },
      { path: "/detail", message: "detail has both queueId and userId; give at most one of them" },
    ],
  ],
  [
    "numbers in metadata that EventBridge refuses: their outcome could never be published",
    parseLossless(
      '{"id":"e","detail":{"contactId":"c","contactFlowId":"f","metadata":{"a":[9223372036854775808,-9223372036854775809],"b":1e309,"c":100000000000000000000}}}',
    ),
    ["b", "c", "a/0", "a/1"].map((name) => ({
      path: `/detail/metadata/${name}`,
      message: `detail/metadata/${name} is a number that EventBridge refuses (an integer beyond 64 bits, or beyond 1.8e308); send it as a string`,
    })),
  ],
  [
    "a day that does not exist, and an instant without offset",
    makeEnvelope({ expiresAt: "2026-02-30T00:00:00Z" }, { time: "2026-11-24T10:00:00" }),
    [
      { path: "/time", message: "time must be an RFC 3339 date-time, for example 2026-11-24T10:00:00Z" },
      {
        path: "/detail/expiresAt",
        message: "detail/expiresAt must be an RFC 3339 date-time, for example 2026-11-24T10:00:00Z",
      },
    ],
  ],
  [
    "a space in an identity",
    makeEnvelope({ intentId: "order 4711" }),
    [
      {
        path: "/detail/intentId",
        message: "detail/intentId must be 1-128 visible ASCII characters without spaces",
      },
    ],
  ],
  [
    "too much metadata, counted in UTF-8 bytes",
    makeEnvelope({ metadata: { text: "ü".repeat(2048) } }),
    [
      {
        path: "/detail/metadata",
        message: "detail/metadata is 4107 bytes as JSON; the limit is 4096",
      },
    ],
  ],
  [
    "a member that could reach a prototype, anywhere",
    JSON.parse(
      '{"id":"e","constructor":1,"detail":{"contactId":"c","contactFlowId":"f","metadata":{"a":[{"__proto__":{}}]}}}',
    ),
    [
      { path: "/constructor", message: "constructor is not an allowed member name" },
      {
        path: "/detail/metadata/a/0/__proto__",
        message: "detail/metadata/a/0/__proto__ is not an allowed member name",
      },
    ],
  ],
];

describe("an invalid intent", () => {
  for (const [name, envelope, violations] of invalid) {
    it(`is explained in words: ${name}`, async () => {
      assert.deepEqual(await violationsOf(envelope), violations);
    });
  }

  for (const member of ["contactId", "contactFlowId", "queueId", "userId", "instanceId"]) {
    it(`is one whose ${member} is too long, has a foreign character, or is null`, async () => {
      for (const value of ["x".repeat(501), "a b", "a/b", "a:b", "ä", null, ["a"]]) {
        const detail = { contactId: "c", contactFlowId: "f", [member]: value };
        const [violation, ...others] = await violationsOf({ id: "e", detail });
        assert.equal(violation?.path, `/detail/${member}`);
        assert.deepEqual(others, []);
      }
    });
  }

  it("lists 20 of thousands of violations, and counts the others", async () => {
    const members = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`m${index}`, 1]));
    const { refusal } = await validate({ id: "e", detail: { ...makeDetail(), ...members } });
    assert.equal(refusal?.violations?.length, 20);
    assert.equal(refusal?.moreViolations, 1_980);
    assert.ok(refusal.violations.every(({ path }) => path.startsWith("/detail/m")));
  });

  it("is one that is nested too deeply", async () => {
    const deep = JSON.parse(`{"id":"e","x":${"[".repeat(300)}${"]".repeat(300)}}`);
    assert.deepEqual(await violationsOf(deep), [
      { path: "", message: "the body is more than 256 levels deep" },
    ]);
  });

  it("lists 20 violations and counts the others, with the first one in its message", async () => {
    const unknown = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`strange${index}`, 1]));
    const { refusal } = await validate(makeEnvelope(unknown));
    assert.equal(refusal?.violations?.length, 20);
    assert.equal(refusal?.moreViolations, 10);
    assert.equal(refusal?.message, `${refusal?.violations?.[0]?.message} (and 29 more)`);
  });

  it("cuts member names to 64 characters", async () => {
    const [violation] = await violationsOf(makeEnvelope({ ["ä".repeat(5_000)]: 1 }));
    assert.equal(violation?.path, `/detail/${"ä".repeat(64)}…`);
  });

  it("has its identity only if that is valid", async () => {
    const cases: [unknown, string | undefined][] = [
      [makeEnvelope({ queueID: 1 }), "event-1"],
      [makeEnvelope({ queueID: 1, intentId: "order-1" }), "order-1"],
      [makeEnvelope({ queueID: 1, intentId: "order 1" }), undefined],
      [makeEnvelope({ queueID: 1 }, { id: "event 1" }), undefined],
      [makeEnvelope({ queueID: 1, intentId: 4711 }), undefined],
      [{ detail: null }, undefined],
    ];
    for (const [envelope, intentId] of cases) {
      const result = await validate(envelope);
      assert.equal(result.intent, undefined);
      assert.equal("intentId" in result ? result.intentId : undefined, intentId);
    }
  });

  it("does not affect the next one", async () => {
    await validate({});
    assert.equal((await validate(makeEnvelope())).refusal, undefined);
  });
});

it("a bug in the validation is thrown as it is: it is no violation", async () => {
  const bug = new TypeError("a bug");
  const envelope = Object.defineProperty({ id: "e" }, "detail", {
    enumerable: true,
    get() {
      throw bug;
    },
  });
  await assert.rejects(async () => validate(envelope), bug);
});

describe("the instance of an intent", () => {
  it("must be named if the deployment allows several and has no default", async () => {
    const validator = createIntentValidator(twoInstances);
    assert.deepEqual(await violationsOf(makeEnvelope({ queueID: "q" }), validator), [
      { path: "/detail/queueID", message: "detail/queueID is not a known property; did you mean queueId?" },
      {
        path: "/detail/instanceId",
        message: "detail/instanceId is missing; this deployment allows several instances and has no default",
      },
    ]);
    const { intent } = await validator(makeEnvelope({ instanceId: foreignInstanceArn }));
    assert.equal(intent?.instanceId, foreignInstanceId);
  });

  it("is refused if it is not allowed, with everything known about the intent", async () => {
    for (const named of [foreignInstanceId, foreignInstanceArn]) {
      const { intent, refusal } = await validate(makeEnvelope({ instanceId: named }));
      assert.equal(intent?.instanceId, foreignInstanceId);
      assert.deepEqual(refusal, {
        reason: "NotAllowed",
        message:
          "detail/instanceId names an instance that this deployment does not allow; the setting instanceArns lists what is allowed",
      });
    }
  });

  it("is refused if its ARN is of another account, Region or partition", async () => {
    const strangers = [
      instanceArn.replace("111122223333", "444455556666"),
      instanceArn.replace("us-east-1", "eu-west-2"),
      instanceArn.replace("arn:aws:", "arn:aws-us-gov:"),
    ];
    for (const arn of strangers) {
      const { refusal } = await validate(makeEnvelope({ instanceId: arn }));
      assert.equal(refusal?.reason, "NotAllowed");
    }
  });

  it("must be the one in every ARN: a foreign ARN is refused, and its id does not become an intent", async () => {
    const kinds = { contactId: "contact", contactFlowId: "contact-flow", queueId: "queue", userId: "agent" };
    for (const [member, kind] of Object.entries(kinds)) {
      const others = member === "userId" ? { queueId: undefined } : {};
      const foreign = { [member]: `${foreignInstanceArn}/${kind}/x` };
      assert.deepEqual(await validate(makeEnvelope({ ...others, ...foreign })), {
        refusal: {
          reason: "NotAllowed",
          message: `detail/${member} is an ARN from outside the intent's instance (another instance, account, Region or partition)`,
        },
        intentId: "event-1",
      });
    }
  });
});
