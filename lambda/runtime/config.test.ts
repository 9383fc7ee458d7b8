import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foreignInstanceArn, instanceArn, instanceId } from "../../test/makers.ts";
import { readConfig as readConfigWith } from "./config.ts";
import { environmentVariables } from "./environment.ts";

const env = {
  INSTANCE_ARNS: instanceArn,
  EVENT_BUS_NAME: "default",
  OUTCOME_SOURCE: "contact-transfer",
  TRANSFERS_PER_SECOND: "2",
  MAX_CONCURRENCY: "4",
  RETRY_FOR_SECONDS: "3600",
  SETTLE_FOR_SECONDS: "300",
  TRANSFER_METHODS: "TRANSFER,API",
  MAX_INTENT_AGE_SECONDS: "86400",
  NOT_FOUND_GRACE_SECONDS: "10",
  INTENT_QUEUE_URL: "https://sqs/intents",
  DEAD_LETTER_QUEUE_URL: "https://sqs/dead-letters",
};

const noFile = () => {
  throw new Error("ENOENT");
};
const readConfig = (variables: Parameters<typeof readConfigWith>[0], readFile = noFile as () => string) =>
  readConfigWith(variables, readFile);

describe("readConfig", () => {
  it("divides the pace among the function's instances", () => {
    const instance = { id: instanceId, arn: instanceArn };
    assert.deepEqual(readConfig(env), {
      instances: { byId: new Map([[instanceId, instance]]), defaultInstance: instance },
      allowLists: { contactFlows: undefined, queues: undefined, users: undefined },
      eventBusName: "default",
      outcomeSource: "contact-transfer",
      requestsPerSecond: 0.5,
      retryForMs: 3_600_000,
      maxIntentAgeMs: 86_400_000,
      notFoundGraceMs: 10_000,
      intentQueueUrl: "https://sqs/intents",
      deadLetterQueueUrl: "https://sqs/dead-letters",
      enqueueUnfinished: false,
      isShadow: false,
      resolveUnknown: undefined,
    });
  });

  it("divides the reads among the instances too, if unknown effects are resolved", () => {
    const { resolveUnknown } = readConfig({ ...env, RESOLVE_UNKNOWN: "true", SETTLE_FOR_SECONDS: "60" });
    assert.deepEqual(resolveUnknown, {
      settleForMs: 60_000,
      transferMethods: ["TRANSFER", "API"],
      shareOfReads: 0.25,
    });
  });

  it("reads every variable of the list, and no other", () => {
    const read = new Set<string>();
    const spy = new Proxy(env, {
      get(variables, name) {
        read.add(String(name));
        return Reflect.get(variables, name);
      },
    });
    readConfig(spy);
    assert.deepEqual([...read].sort(), [...environmentVariables].sort());
  });

  it("runs in shadow mode if the stack says so", () => {
    assert.equal(readConfig({ ...env, SHADOW: "true" }).isShadow, true);
  });

  it("has a default instance only if there is one instance or one is named", () => {
    const INSTANCE_ARNS = `${instanceArn},${foreignInstanceArn}`;
    assert.equal(readConfig({ ...env, INSTANCE_ARNS }).instances.defaultInstance, undefined);
    const named = readConfig({ ...env, INSTANCE_ARNS, DEFAULT_INSTANCE_ARN: foreignInstanceArn });
    assert.equal(named.instances.defaultInstance?.arn, foreignInstanceArn);
  });

  it("reads the allow-lists", () => {
    const { allowLists } = readConfig({ ...env, CONTACT_FLOW_IDS: "f1,f2", QUEUE_IDS: "q", USER_IDS: "u" });
    assert.deepEqual(allowLists, {
      contactFlows: new Set(["f1", "f2"]),
      queues: new Set(["q"]),
      users: new Set(["u"]),
    });
  });

  it("adds the allow-lists of the file to those of the environment, and reads it only if the stack says so", () => {
    const file = () => JSON.stringify({ queueIds: ["q1", "q2"], userIds: ["u"] });
    const { allowLists } = readConfig({ ...env, ALLOW_LISTS_IN_FILE: "true", QUEUE_IDS: "token" }, file);
    assert.deepEqual(allowLists, {
      contactFlows: undefined,
      queues: new Set(["token", "q1", "q2"]),
      users: new Set(["u"]),
    });
    assert.equal(readConfig(env, file).allowLists.queues, undefined);
    const flows = () => JSON.stringify({ contactFlowIds: ["f"] });
    assert.deepEqual(readConfig({ ...env, ALLOW_LISTS_IN_FILE: "true" }, flows).allowLists, {
      contactFlows: new Set(["f"]),
      queues: undefined,
      users: undefined,
    });
  });

  it("stops the start if the file of allow-lists cannot be read: everything would be allowed", () => {
    for (const file of [noFile, () => "{"]) {
      assert.throws(
        () => readConfig({ ...env, ALLOW_LISTS_IN_FILE: "true" }, file),
        /environment variable ALLOW_LISTS_IN_FILE is invalid: the file of allow-lists cannot be read/,
      );
    }
  });

  for (const name of Object.keys(env)) {
    it(`stops the start with the variable's name if ${name} is missing`, () => {
      assert.throws(() => readConfig({ ...env, [name]: undefined }), {
        message: `The function's environment variable ${name} is invalid: it is missing or empty. The stack sets it: npx cdk deploy --revert-drift restores it.`,
      });
    });
  }

  const noNumber = "it must be a number greater than 0";
  for (const [name, value, problem] of [
    [
      "INSTANCE_ARNS",
      `${instanceArn}/queue/q`,
      `"${instanceArn}/queue/q" is not the ARN of a Connect instance`,
    ],
    ["INSTANCE_ARNS", "11111111", '"11111111" is not the ARN of a Connect instance'],
    ["DEFAULT_INSTANCE_ARN", foreignInstanceArn, "it is not one of INSTANCE_ARNS"],
    ["TRANSFERS_PER_SECOND", "fast", noNumber],
    ["MAX_CONCURRENCY", "0", noNumber],
    ["RETRY_FOR_SECONDS", "-1", noNumber],
    ["MAX_INTENT_AGE_SECONDS", "Infinity", noNumber],
    ["SHADOW", "yes", 'it must be "true" or unset'],
  ] as const) {
    it(`stops the start if ${name} is ${value}`, () => {
      assert.throws(() => readConfig({ ...env, [name]: value }), {
        message: `The function's environment variable ${name} is invalid: ${problem}. The stack sets it: npx cdk deploy --revert-drift restores it.`,
      });
    });
  }

  it("accepts a pace below one per second, and no grace at all", () => {
    const slow = readConfig({ ...env, TRANSFERS_PER_SECOND: "0.5", NOT_FOUND_GRACE_SECONDS: "0" });
    assert.deepEqual([slow.requestsPerSecond, slow.notFoundGraceMs], [0.125, 0]);
  });
});
