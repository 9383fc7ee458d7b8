// The thread of `synthesizeAssembly`: CDK takes a second or more, and meanwhile the stack's modules load.
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { AssetManifestArtifact, CloudAssembly } from "aws-cdk-lib/cx-api";
import { SettingError } from "../../infra/settings/setting-error.ts";
import { synthesize } from "../../infra/synthesize.ts";
import type { StackAssembly } from "./stack-assembly.ts";

const { context, directory } = workerData as { context: Record<string, unknown>; directory: string };
try {
  // CDK's own validation takes most of the time; `npm run synth` and the tests do it.
  await synthesize(context, directory, { validate: false });
  parentPort?.postMessage({ assembly: describeAssembly(new CloudAssembly(directory)) });
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  parentPort?.postMessage({ settingError: error.message }); // a class does not survive postMessage
}

function describeAssembly({ artifacts, stacks: [stack] }: CloudAssembly): StackAssembly {
  if (!stack) throw new Error(`${directory} holds no stack.`);
  const { account, region } = stack.environment;
  const manifests = artifacts.filter((artifact) => AssetManifestArtifact.isAssetManifestArtifact(artifact));
  const files = manifests.flatMap(({ contents }) => Object.values(contents.files ?? {}));
  return {
    stackName: stack.stackName,
    region,
    accountId: account,
    template: stack.template,
    codeDirectories: Object.fromEntries(
      files
        .filter(({ source }) => source.packaging === "zip")
        .flatMap(({ source, destinations }) =>
          Object.values(destinations).map(({ objectKey }) => [objectKey, join(directory, source.path ?? "")]),
        ),
    ),
  };
}
