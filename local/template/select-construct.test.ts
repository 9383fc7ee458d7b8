import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { EventBus } from "aws-cdk-lib/aws-events";
import { Code } from "aws-cdk-lib/aws-lambda";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { App, CfnOutput, Stack, Stage } from "aws-cdk-lib/core";
import { ContactTransfer } from "../../infra/contact-transfer.ts";
import { interpretTemplate } from "./interpret-template.ts";
import { readAssembly, type SynthesizedStack } from "./read-assembly.ts";
import { selectConstruct } from "./select-construct.ts";

const instance = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const env = { account: "111122223333", region: "us-east-1" };
const account = {
  region: "us-east-1",
  accountId: "000000000000",
  stackName: "S",
  sqsUrl: "http://127.0.0.1",
};

describe("a user's own app", () => {
  let folder: string;
  let stacks: readonly SynthesizedStack[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "assembly-"));
    const app = new App({ outdir: folder, builtinCloudFormationValidation: false });
    const code = () => Code.fromAsset(join(import.meta.dirname, "..", "run"));
    const props = { instanceArns: [instance], code: code() };
    const support = new Stack(app, "Support", { env });
    const eventBus = new EventBus(support, "Bus");
    new ContactTransfer(support, "Orders", { ...props, eventBus });
    new ContactTransfer(support, "Claims", props);
    const backlog = new Queue(support, "Backlog");
    new CfnOutput(support, "BacklogUrl", { value: backlog.queueUrl });
    new CfnOutput(support, "BusName", { value: eventBus.eventBusName });
    new Stack(app, "Empty", { env });
    new Stack(app, "AnyAccount");
    const staged = new Stack(new Stage(app, "Prod", { env }), "Support", { stackName: "prod-support" });
    new ContactTransfer(staged, "Transfers", { ...props, code: code() });
    app.synth();
    stacks = await readAssembly(folder);
  });
  after(() => rm(folder, { recursive: true }));

  it("has stacks, those of stages included", () => {
    assert.deepEqual(
      stacks.map(({ stackName, accountId, region }) => [stackName, accountId, region]),
      [
        ["Support", env.account, env.region],
        ["Empty", env.account, env.region],
        ["AnyAccount", undefined, "us-east-1"],
        ["prod-support", env.account, env.region],
      ],
    );
  });

  it("runs one construct, with what it refers to, and names the rest", () => {
    const { assembly, path, instanceArns, leftOut } = selectConstruct(stacks, {
      stack: "Support",
      id: "Orders",
    });
    const model = interpretTemplate(assembly, account);
    assert.equal(path, "Support/Orders");
    assert.deepEqual(instanceArns, [instance]);
    assert.equal(model.queues.length, 2);
    assert.equal(model.functions.length, 1);
    assert.equal(model.eventBusNames.length, 1);
    assert.equal(model.outputs.EventBusName, model.eventBusNames[0]);
    assert.equal(model.outputs.BusName, model.eventBusNames[0]);
    assert.equal(
      model.outputs.IntentQueueUrl,
      model.queues.find(({ redrivePolicy }) => redrivePolicy)?.queueUrl,
    );
    assert.ok(!("BacklogUrl" in model.outputs));
    assert.ok(leftOut.some((name) => /^Backlog\w+ \(AWS::SQS::Queue\)$/.test(name)));
    assert.ok(leftOut.some((name) => /^ClaimsFunction\w+ \(AWS::Lambda::Function\)$/.test(name)));
    assert.ok(!leftOut.some((name) => /Orders|Role|Policy|Alarm/.test(name)), leftOut.join(", "));
  });

  it("runs the only construct of a stack, by what cdk calls the stack", () => {
    const { assembly, path } = selectConstruct(stacks, { stack: "Prod/Support" });
    assert.equal(path, "Prod/Support/Transfers");
    assert.equal(interpretTemplate(assembly, account).outputs.EventBusName, "default");
  });

  for (const [choice, message] of [
    [{}, "Several stacks have a ContactTransfer. Choose one with --stack: Support, Prod/Support."],
    [
      { stack: "Suport" },
      "The assembly has no stack Suport. Stacks with a ContactTransfer: Support, Prod/Support.",
    ],
    [{ stack: "Empty" }, "The stack Empty has no ContactTransfer."],
    [{ stack: "Support" }, "The stack Support has several. Choose one with --id: Orders, Claims."],
    [
      { stack: "Support", id: "Order" },
      "The stack Support has no ContactTransfer Order; it has Orders, Claims.",
    ],
  ] as const) {
    it(`is refused in one sentence for ${JSON.stringify(choice)}`, () => {
      assert.throws(() => selectConstruct(stacks, choice), { name: "UsageError", message });
    });
  }
});

it("a folder that is no assembly is refused in one sentence", async () => {
  await assert.rejects(readAssembly(import.meta.dirname), {
    name: "UsageError",
    message: `${import.meta.dirname} is not a cloud assembly: its manifest.json cannot be read. \`cdk synth\` writes one into cdk.out.`,
  });
});
