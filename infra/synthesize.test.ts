import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Match, Template } from "aws-cdk-lib/assertions";
import { buildOnce } from "../lambda/build/build-once.ts";
import { synthesize } from "./synthesize.ts";

const instanceArns = "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";
const project = fileURLToPath(new URL("..", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "contact-transfer-synth-"));
after(() => rm(folder, { recursive: true }));

const quick = { validate: false, build: buildOnce };

interface Ended {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `cdk synth` as a user does. */
function cdkSynth(...args: string[]): Promise<Ended> {
  const { CDK_OUTDIR: _outdir, CDK_CONTEXT_JSON: _context, ...env } = process.env;
  const cdk = join(project, "node_modules", ".bin", "cdk");
  return new Promise((resolve) => {
    execFile(cdk, ["synth", "--quiet", ...args], { cwd: project, env }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? error.code : 0, stdout, stderr }),
    );
  });
}

/** The function's code in an assembly. */
async function codeOf(assetsManifest: string): Promise<string> {
  const { files } = JSON.parse(await readFile(assetsManifest, "utf8"));
  const [path] = Object.values<{ source: { path: string; packaging: string } }>(files)
    .filter(({ source }) => source.packaging === "zip")
    .map(({ source }) => source.path);
  assert.ok(path);
  return join(dirname(assetsManifest), path, "index.mjs");
}

describe("in the same process", () => {
  it("a template, its assets and the built function are written", async () => {
    const outDir = join(folder, "in-process");
    const synthesized = await synthesize({ instanceArns }, outDir, { validate: false });
    assert.deepEqual(synthesized, {
      stackName: "ContactTransfer",
      templateFile: join(outDir, "ContactTransfer.template.json"),
      assetsManifest: join(outDir, "ContactTransfer.assets.json"),
    });
    await access(await codeOf(synthesized.assetsManifest));
    const template = JSON.parse(await readFile(synthesized.templateFile, "utf8"));
    assert.deepEqual(Object.keys(template.Outputs).sort(), [
      "DashboardName",
      "DeadLetterQueueArn",
      "DeadLetterQueueUrl",
      "EventBusName",
      "EventSourceMappingId",
      "FunctionLogGroupName",
      "FunctionName",
      "IntentQueueArn",
      "IntentQueueUrl",
      "OutcomeLogGroupName",
      "RuleName",
    ]);
  });

  it("the stack is bound to the instance's account and Region, under the given name", async () => {
    const outDir = join(folder, "bound");
    const { stackName } = await synthesize({ instanceArns, stackName: "Transfers-eu" }, outDir, quick);
    assert.equal(stackName, "Transfers-eu");
    const { artifacts } = JSON.parse(await readFile(join(outDir, "manifest.json"), "utf8"));
    const { environment, properties } = artifacts["Transfers-eu"];
    assert.equal(environment, "aws://111122223333/us-east-1");
    assert.equal(properties.stackName ?? "Transfers-eu", "Transfers-eu");
  });

  for (const [bus, index] of [
    ["default", 1],
    ["orders", 2],
  ] as const) {
    it(`RuleName is the rule's name on the bus ${bus}, cut out of its ARN`, async () => {
      const outDir = join(folder, bus);
      const { templateFile } = await synthesize({ instanceArns, eventBusName: bus }, outDir, quick);
      const template = Template.fromJSON(JSON.parse(await readFile(templateFile, "utf8")));
      template.hasOutput("RuleName", {
        Value: { "Fn::Select": [index, { "Fn::Split": ["/", { "Fn::GetAtt": [Match.anyValue(), "Arn"] }] }] },
      });
      template.hasOutput("EventBusName", { Value: bus });
    });
  }

  it("the function's asset has one hash, whatever folder is written to", async () => {
    const hashes = new Set<string>();
    for (const name of ["one", join("another", "deeper")]) {
      const { assetsManifest } = await synthesize({ instanceArns }, join(folder, name), { validate: false });
      hashes.add(basename(dirname(await codeOf(assetsManifest))));
    }
    assert.equal(hashes.size, 1, [...hashes].join(", "));
  });

  it("CDK's own keys in a config file apply, unless the context overrides them", async () => {
    const config = join(folder, "production.json");
    const boundary = "@aws-cdk/core:permissionsBoundary";
    const keys = { "@aws-cdk/core:bootstrapQualifier": "prod", [boundary]: { name: "file" } };
    await writeFile(config, JSON.stringify({ instanceArns, ...keys }));
    for (const [name, context, policy] of [
      ["of-file", {}, "file"],
      ["of-c", { [boundary]: '{"name":"c"}' }, "c"],
    ] as const) {
      const outDir = join(folder, name);
      const { templateFile } = await synthesize({ config, ...context }, outDir, quick);
      const template = Template.fromJSON(JSON.parse(await readFile(templateFile, "utf8")));
      template.allResourcesProperties("AWS::IAM::Role", {
        PermissionsBoundary: `arn:aws:iam::111122223333:policy/${policy}`,
      });
      template.hasParameter("BootstrapVersion", { Default: "/cdk-bootstrap/prod/version" });
    }
  });

  it("a permissions boundary that CDK would ignore is refused", async () => {
    const context = { instanceArns, "@aws-cdk/core:permissionsBoundary": "boundary" };
    await assert.rejects(synthesize(context, join(folder, "boundary"), quick), {
      name: "SettingError",
      message: '@aws-cdk/core:permissionsBoundary: "boundary" is not an object or JSON of one.',
    });
  });

  it("settings that exceed a limit of AWS reject with what to do", async () => {
    const flows = Array.from(
      { length: 90 },
      (_, index) => `00000000-0000-4000-8000-${100_000_000_000 + index}`,
    );
    await assert.rejects(synthesize({ instanceArns, contactFlowIds: flows }, join(folder, "large"), quick), {
      name: "SettingError",
      message: /^The policies of the function's role can take \d+ characters/,
    });
  });

  it("a setting that cannot be used rejects before anything is built", async () => {
    const outDir = join(folder, "refused");
    await assert.rejects(synthesize({ instanceArns: "mine" }, outDir), { name: "SettingError" });
    await assert.rejects(access(join(outDir, "function")));
  });
});

describe("by the CDK CLI", { concurrency: true }, () => {
  it("synth is quiet and writes the template and the function's code", async () => {
    const outDir = join(folder, "cli");
    const ended = await cdkSynth(
      "-c",
      `instanceArns=${instanceArns}`,
      "-c",
      "batchSize=5",
      "-c",
      "eventSources=com.example.orders",
      "-c",
      "alarmTopicArn=arn:aws:sns:us-east-1:111122223333:operators",
      "--output",
      outDir,
    );
    assert.deepEqual(ended, { exitCode: 0, stdout: "", stderr: "" });
    const template = Template.fromJSON(
      JSON.parse(await readFile(join(outDir, "ContactTransfer.template.json"), "utf8")),
    );
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", { BatchSize: 5 });
    await access(await codeOf(join(outDir, "ContactTransfer.assets.json")));
  });

  for (const [name, args, sentence] of [
    [
      "without instanceArns",
      [],
      `instanceArns is missing: name the Amazon Connect instances that may be used, separated by commas, as in \`-c instanceArns=${instanceArns}\`.`,
    ],
    [
      "with instanceArns that are none",
      ["-c", "instanceArns=arn:aws:lambda:us-east-1:111122223333:function:mine"],
      `instanceArns: "arn:aws:lambda:us-east-1:111122223333:function:mine" is not the ARN of an Amazon Connect instance, such as ${instanceArns}.`,
    ],
  ] as const) {
    it(`synth ${name} ends with one sentence and exit code 1`, async () => {
      const ended = await cdkSynth(...args, "--output", join(folder, name));
      // The last line is the CDK CLI's own word on an app that has ended with an error.
      const cliLine = "node --import ./require-node.mjs infra/app.ts: Subprocess exited with error 1";
      assert.deepEqual(ended, { exitCode: 1, stdout: "", stderr: `${sentence}\n${cliLine}\n` });
    });
  }
});
