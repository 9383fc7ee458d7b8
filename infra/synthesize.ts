import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { buildFunction } from "../lambda/build.ts";
import { parseConnectArn } from "./connect-arn.ts";
import { ContactTransferStack } from "./contact-transfer-stack.ts";
import { functionCode } from "./function-code.ts";
import { type Context, readContext } from "./read-context.ts";

/** Where a synthesis has left its files, as absolute paths. */
export interface Synthesized {
  readonly stackName: string;
  readonly templateFile: string;
  /** Says which folder beside it holds the function's code. */
  readonly assetsManifest: string;
}

/**
 * Builds the function and writes the stack's cloud assembly into `outDir`, or where the CDK CLI wants it. Settings that cannot
 * be used reject with a `SettingError`. `validate: false` leaves out CDK's own check of the template, most of the time it takes.
 */
export async function synthesize(
  context: Context,
  outDir?: string,
  { validate = true }: { validate?: boolean } = {},
): Promise<Synthesized> {
  const app = new App({
    context,
    outdir: outDir,
    autoSynth: false,
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
  });
  const { stackName, props } = readContext(app.node.getAllContext());
  const [instance] = props.instanceArns.map(parseConnectArn);
  // Built inside of the assembly, so that two syntheses at a time do not meet in one folder.
  const { outDir: codeFolder } = await buildFunction(join(app.outdir, "function"));
  const stack = new ContactTransferStack(app, "ContactTransfer", {
    ...props,
    stackName,
    // The instance's own account and Region: with credentials of others the CDK CLI refuses to deploy.
    env: instance && { account: instance.account, region: instance.region },
    code: functionCode(codeFolder),
  });
  const assembly = app.synth();
  return {
    stackName,
    templateFile: join(assembly.directory, stack.templateFile),
    assetsManifest: join(assembly.directory, `${stack.artifactId}.assets.json`),
  };
}
