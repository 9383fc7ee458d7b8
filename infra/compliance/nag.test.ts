import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CfnInstance } from "aws-cdk-lib/aws-connect";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { Key } from "aws-cdk-lib/aws-kms";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, Aspects, Stack, Validations } from "aws-cdk-lib/core";
import * as nag3 from "cdk-nag";
import * as nag2 from "cdk-nag-2";
import { instanceArn } from "../../test/makers.ts";
import { ContactTransfer } from "../contact-transfer.ts";
import type { ContactTransferProps } from "../contact-transfer-props.ts";

// `npm test` switches CDK's own validation off.
process.env.CDK_VALIDATION = "true";

const folder = await mkdtemp(join(tmpdir(), "contact-transfer-nag-"));
after(() => rm(folder, { recursive: true }));

type PropsIn = (stack: Stack) => Partial<ContactTransferProps>;

function appWith(propsIn: PropsIn, name: string): App {
  const app = new App({
    outdir: join(folder, name),
    context: { "@aws-cdk/core:validateAgainstDefaultRules": true },
  });
  const stack = new Stack(app, "Stack", { env: { account: "111122223333", region: "us-east-1" } });
  new ContactTransfer(stack, "Transfers", {
    instanceArns: [instanceArn],
    code: Code.fromInline("exports.handler = async () => ({ batchItemFailures: [] });"),
    eventSources: ["com.example.orders"],
    ...propsIn(stack),
  });
  return app;
}

/** `Pack-Rule`, for resources of the construct. */
interface Finding {
  readonly rule: string;
  readonly path: string;
}

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

async function findingsOf3(propsIn: PropsIn, name: string): Promise<Finding[]> {
  const app = appWith(propsIn, `3-${name}`);
  const { AwsSolutionsChecks, ServerlessChecks, HIPAASecurityChecks } = nag3;
  const { NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks } = nag3;
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new ServerlessChecks(app),
    new HIPAASecurityChecks(app),
    new NIST80053R4Checks(app),
    new NIST80053R5Checks(app),
    new PCIDSS321Checks(app),
  );
  try {
    app.synth();
  } catch {
    // Findings make it throw; the report has them.
  }
  const report: Report = JSON.parse(await readFile(join(app.outdir, "validation-report.json"), "utf8"));
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({ rule: ruleName, path: constructPath })),
    ),
  );
}

async function findingsOf2(propsIn: PropsIn, name: string): Promise<Finding[]> {
  const app = appWith(propsIn, `2-${name}`);
  const { AwsSolutionsChecks, ServerlessChecks, HIPAASecurityChecks } = nag2;
  const { NIST80053R4Checks, NIST80053R5Checks, PCIDSS321Checks } = nag2;
  Aspects.of(app).add(new AwsSolutionsChecks());
  Aspects.of(app).add(new ServerlessChecks());
  Aspects.of(app).add(new HIPAASecurityChecks());
  Aspects.of(app).add(new NIST80053R4Checks());
  Aspects.of(app).add(new NIST80053R5Checks());
  Aspects.of(app).add(new PCIDSS321Checks());
  const messages = app.synth().stacks.flatMap((stack) => stack.messages);
  return messages.map(({ id, entry }) => ({
    rule: String(entry.data).split(": ")[0] ?? "",
    path: id.slice(1),
  }));
}

/** The rules that find something in the construct, without the name of their pack. */
function rulesIn(findings: readonly Finding[]): string[] {
  const ofConstruct = findings.filter(
    ({ rule, path }) =>
      path.startsWith("Stack/Transfers/") && /^(AwsSolutions|Serverless|HIPAA|NIST|PCI)/.test(rule),
  );
  const names = ofConstruct.map(({ rule }) => rule.replace(/^[\w.]+?-(?=[A-Z])/, ""));
  return [...new Set(names)].toSorted();
}

/** What the app must decide, each by a prop. */
const answeredByProps = ["CloudWatchAlarmAction", "CloudWatchLogGroupEncrypted", "LambdaInsideVPC"];

const complete: PropsIn = (stack) => ({
  vpc: new Vpc(stack, "Vpc", { maxAzs: 2 }),
  encryptionKey: new Key(stack, "Key", { enableKeyRotation: true }),
  alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:operators",
});

const cases: [name: string, propsIn: PropsIn, left: readonly string[]][] = [
  ["by default, only what a prop answers", () => ({}), answeredByProps],
  [
    "with instances that the app creates",
    (stack) => {
      const instance = new CfnInstance(stack, "Instance", {
        attributes: { inboundCalls: false, outboundCalls: false },
        identityManagementType: "CONNECT_MANAGED",
      });
      return { instanceArns: [instance.attrArn] };
    },
    answeredByProps,
  ],
  ["with a key, a VPC and a topic, nothing", complete, []],
  [
    "with these, direct delivery, an own bus and a gradual rollout, nothing",
    (stack) => ({
      ...complete(stack),
      delivery: "direct",
      eventBus: "own",
      rollout: "canary",
      contactFlowIds: ["one"],
      resolveUnknown: true,
      contactEvents: true,
    }),
    [],
  ],
];

for (const [version, findingsOf] of [
  ["3", findingsOf3],
  ["2", findingsOf2],
] as const) {
  describe(`all packs of cdk-nag ${version} find`, () => {
    for (const [index, [name, propsIn, left]] of cases.entries()) {
      it(name, async () => {
        assert.deepEqual(rulesIn(await findingsOf(propsIn, String(index))), left);
      });
    }
  });
}
