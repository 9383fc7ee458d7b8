import { join } from "node:path";
import { App, Aws } from "aws-cdk-lib/core";
import { buildFunction } from "../lambda/build/build.ts";
import { type Context, cdkContext, withoutDefaultFlags } from "./context/cdk-context.ts";
import { featureFlags } from "./context/feature-flags.ts";
import { withConfigFile } from "./context/read-config-file.ts";
import { readContext, settingsOfConstruct } from "./context/read-context.ts";
import { functionCode } from "./function/function-code.ts";
import { environmentOf } from "./settings/connect-settings.ts";
import { resolveSettings } from "./settings/resolve-settings.ts";
import { SettingError } from "./settings/setting-error.ts";
import { ContactTransferStack } from "./stack.ts";

/** The files of a synthesis, as absolute paths. */
export interface Synthesized {
  readonly stackName: string;
  readonly templateFile: string;
  /** Names the folder beside it that holds the function's code. */
  readonly assetsManifest: string;
}

/** Writes what synth warns of to the assembly only. */
const quiet = { "@aws-cdk/core:failSynthOnValidationErrors": false };

export interface SynthesizeOptions {
  /** Without it, CDK's own check of the template, which takes most of the time, and its report are skipped. @default true */
  readonly validate?: boolean;
  /** Writes the function into a folder. @default bundles it */
  readonly build?: (outDir: string) => Promise<{ readonly outDir: string }>;
}

/**
 * Builds the function and writes the stack's cloud assembly into `outDir`, by default the CDK CLI's folder. Unusable settings
 * reject with a `SettingError`.
 */
export async function synthesize(
  context: Context,
  outDir?: string,
  { validate = true, build = buildFunction }: SynthesizeOptions = {},
): Promise<Synthesized> {
  const settings = await withConfigFile(withoutDefaultFlags(givenContext(context)));
  const { stackName, props } = readContext(settings);
  const app = new App({
    // The same with and without the CDK CLI.
    context: { ...featureFlags, ...(!validate && quiet) },
    postCliContext: cdkContext(settings),
    outdir: outDir,
    autoSynth: false,
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
  });
  // Checked before the work begins; the construct checks again, for apps that use it directly.
  const { instanceArns } = resolveSettings(settingsOfConstruct(props), {
    account: Aws.ACCOUNT_ID,
    region: Aws.REGION,
  });
  // Built inside the assembly, so that two syntheses at a time do not share a folder.
  const { outDir: codeFolder } = await build(join(app.outdir, "function"));
  const stack = new ContactTransferStack(app, stackName, {
    ...props,
    // The id too: physical names are derived from it, and two stacks of one account must not share them.
    stackName,
    // The instance's account and Region: with credentials of another account the CDK CLI refuses to deploy.
    env: environmentOf(instanceArns),
    code: functionCode(codeFolder),
  });
  const assembly = synth(app);
  return {
    stackName,
    templateFile: join(assembly.directory, stack.templateFile),
    assetsManifest: join(assembly.directory, `${stack.artifactId}.assets.json`),
  };
}

/** What the CDK CLI passes in the environment, and what is given here. */
function givenContext(context: Context): Context {
  return new App({ context, autoSynth: false, treeMetadata: false }).node.getAllContext();
}

/** What the construct finds wrong with the whole stack is a setting that cannot be used, too. */
function synth(app: App) {
  try {
    return app.synth();
  } catch (error) {
    const [, found] =
      /^Validation failed with the following errors:\s*(.*)/s.exec(String((error as Error).message)) ?? [];
    throw found === undefined
      ? error
      : new SettingError(found.replace(/^\s*\[[^\]]*\] /gm, ""), { cause: error });
  }
}
