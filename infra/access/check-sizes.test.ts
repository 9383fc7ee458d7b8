import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Lazy, Stack } from "aws-cdk-lib/core";
import { instanceArn } from "../../test/makers.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";
import { functionCode } from "../function/function-code.ts";

const folder = mkdtempSync(join(tmpdir(), "contact-transfer-sizes-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "index.mjs"), "export const handler = () => {};");

const inline = Code.fromInline("exports.handler = async () => {};");

function transfersIn(props: Partial<ContactTransferProps>) {
  const app = new App();
  const stack = new Stack(app, "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  return {
    app,
    stack,
    transfers: new ContactTransfer(stack, "Transfers", {
      instanceArns: [instanceArn],
      code: inline,
      ...props,
    }),
  };
}

const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index));
const ids = (count: number) =>
  many(count, (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`);
const accounts = (count: number) => many(count, (index) => String(444_455_550_000 + index));

describe("what exceeds a limit of AWS stops synth with what to do", () => {
  const cases: [
    what: string,
    fitting: Partial<ContactTransferProps>,
    tooMuch: Partial<ContactTransferProps>,
    sentence: RegExp,
  ][] = [
    [
      "the role",
      { contactFlowIds: ids(40), code: functionCode(folder) },
      { contactFlowIds: ids(90), code: functionCode(folder) },
      /^The policies of the function's role can take \d+ characters, more than the 10240 that AWS allows: name fewer contactFlowIds/,
    ],
    [
      "the bus's policy",
      {
        eventBus: "own",
        producers: accounts(100).map((account) => ({ account, sources: ["com.example.orders"] })),
      },
      {
        eventBus: "own",
        producers: accounts(40).map((account) => ({ account, sources: [`com.example.of-${account}`] })),
      },
      /^The policy of the bus can take \d+ characters, more than the 10240 that AWS allows: name fewer producers/,
    ],
    [
      "the queue's policy",
      { queuePrincipalArns: many(50, (index) => `arn:aws:iam::444455556666:role/r${index}`) },
      {
        queuePrincipalArns: many(50, (index) => `arn:aws:iam::444455556666:role/${"r".repeat(160)}${index}`),
      },
      /^The policy of the intent queue can take \d+ characters, more than the 8192 that AWS allows/,
    ],
    [
      "the principals of the queue's policy",
      {},
      { queuePrincipalArns: many(51, (index) => `arn:aws:iam::444455556666:role/r${index}`) },
      /^queuePrincipalArns names 51 principals, more than the 50 that SQS allows/,
    ],
    [
      "the environment of code that the app brings",
      { queueIds: ids(60) },
      { queueIds: ids(100) },
      /^The function's environment can take \d+ characters, more than the 4096 that AWS allows: leave code out/,
    ],
    [
      "the rule's pattern",
      { eventSources: many(60, (index) => `com.example.service${index}`) },
      { eventSources: many(100, (index) => `com.example.service${index}`) },
      /^The pattern of the rule Rule can take \d+ characters, more than the 2048 that AWS allows: name fewer eventSources/,
    ],
  ];
  for (const [what, fitting, tooMuch, sentence] of cases) {
    it(what, () => {
      assert.deepEqual(transfersIn(fitting).transfers.node.validate(), []);
      const [found = "", ...others] = transfersIn(tooMuch).transfers.node.validate();
      assert.match(found, sentence);
      assert.deepEqual(others, []);
    });
  }

  it("the queues' policies, which name the rule of each route", () => {
    const { transfers } = transfersIn({});
    for (let index = 0; index < 100; index++) {
      transfers.route(`Route${index}`, {
        eventPattern: { source: ["com.example.shop"], detailType: [`Order ${index} Cancelled`] },
        intent: { contactId: "c", contactFlowId: "f" },
      });
    }
    assert.deepEqual(
      transfers.node.validate().map((found) => found.slice(0, 40)),
      ["The policy of the intent queue can take ", "The policy of the dead-letter queue can "],
    );
  });
});

it("the function's policy in direct delivery, which has a statement for each route, is measured", () => {
  const found = (count: number) => {
    const { transfers } = transfersIn({ delivery: "direct" });
    for (let index = 0; index < count; index++) {
      transfers.route(`Route${index}`, {
        eventPattern: { source: ["com.example.shop"], detailType: [`Order ${index} Cancelled`] },
        intent: { contactId: "c", contactFlowId: "f" },
      });
    }
    return transfers.node.validate().filter((one) => one.startsWith("The policy of the function can take "));
  };
  assert.deepEqual(found(20), []);
  assert.equal(found(60).length, 1);
});

describe("1,000 queues and 1,000 users", () => {
  const token = Lazy.string({ produce: () => `${instanceArn}/queue/of-the-same-app` });
  const props = { queueIds: [...ids(1000), token], userIds: ids(1000), code: functionCode(folder) };
  const { app, stack, transfers } = transfersIn(props);
  const validated = transfers.node.validate();
  const assembly = app.synth();
  const [lambda] = Object.values(Template.fromStack(stack).findResources("AWS::Lambda::Function"));

  it("travel in a file beside the function's code", () => {
    assert.deepEqual(validated, []);
    const file = readdirSync(assembly.directory)
      .map((name) => join(assembly.directory, name, "allow-lists.json"))
      .find((path) => path.includes("asset.") && existsSync(path));
    assert.ok(file);
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { queueIds: ids(1000), userIds: ids(1000) });
  });

  it("leave to the environment what only the deployment knows", () => {
    const { ALLOW_LISTS_IN_FILE, QUEUE_IDS, USER_IDS } = lambda?.Properties.Environment.Variables ?? {};
    assert.deepEqual(
      [ALLOW_LISTS_IN_FILE, QUEUE_IDS, USER_IDS],
      ["true", `${instanceArn}/queue/of-the-same-app`, undefined],
    );
  });

  it("give the same asset in every output folder", () => {
    const [again] = Object.values(
      Template.fromStack(transfersIn(props).stack).findResources("AWS::Lambda::Function"),
    );
    assert.deepEqual(again?.Properties.Code, lambda?.Properties.Code);
  });
});
