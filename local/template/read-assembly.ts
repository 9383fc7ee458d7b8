import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../../cli/errors.ts";
import type { StackAssembly } from "./stack-assembly.ts";

/** As much of a cloud assembly's files as is read here. @see https://www.npmjs.com/package/@aws-cdk/cloud-assembly-schema */
interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}
interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies?: readonly string[];
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
  readonly properties?: {
    readonly stackName?: string;
    readonly templateFile?: string;
    readonly file?: string;
    readonly directoryName?: string;
  };
}
/** By the path of a construct. */
type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;
interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/** A stack of a cloud assembly, and the paths of its constructs in the app. */
export interface SynthesizedStack extends StackAssembly {
  /** What `cdk` calls the stack, such as `Prod/Support`. */
  readonly displayName: string;
  /** By the path of the construct in the app, such as `/Support/Transfers/IntentQueue/Resource`. */
  readonly logicalIds: Readonly<Record<string, string>>;
}

/**
 * The stacks of a cloud assembly, which `cdk synth` writes; those of its stages come after its own.
 * @throws UsageError if the folder is not a cloud assembly.
 */
export async function readAssembly(directory: string): Promise<readonly SynthesizedStack[]> {
  const { artifacts = {} }: Manifest = await readManifest(directory);
  const stacks: SynthesizedStack[] = [];
  const nested: SynthesizedStack[] = [];
  for (const [id, artifact] of Object.entries(artifacts)) {
    const { type, properties = {} } = artifact;
    if (type === "aws:cloudformation:stack") stacks.push(await readStack(directory, id, artifact, artifacts));
    if (type === "cdk:cloud-assembly")
      nested.push(...(await readAssembly(join(directory, properties.directoryName ?? ""))));
  }
  return [...stacks, ...nested];
}

async function readManifest(directory: string): Promise<Manifest> {
  try {
    return await readJson(join(directory, "manifest.json"));
  } catch (error) {
    throw new UsageError(
      `${directory} is not a cloud assembly: its manifest.json cannot be read. \`cdk synth\` writes one into cdk.out.`,
      { cause: error },
    );
  }
}

async function readStack(
  directory: string,
  id: string,
  artifact: Artifact,
  artifacts: NonNullable<Manifest["artifacts"]>,
): Promise<SynthesizedStack> {
  const { environment = "", displayName = id, properties = {}, additionalMetadataFile } = artifact;
  const [, accountId = "", region = ""] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
  const metadata: Metadata = {
    ...artifact.metadata,
    ...(additionalMetadataFile && (await readJson<Metadata>(join(directory, additionalMetadataFile)))),
  };
  const logicalIds = Object.entries(metadata).flatMap(([path, entries]) =>
    entries
      .filter(({ type }) => type === "aws:cdk:logicalId")
      .map(({ data }) => [path, String(data)] as const),
  );
  return {
    stackName: properties.stackName ?? id,
    displayName,
    region: /^unknown/.test(region) ? "us-east-1" : region,
    accountId: /^unknown/.test(accountId) ? undefined : accountId,
    template: await readJson(join(directory, properties.templateFile ?? "")),
    logicalIds: Object.fromEntries(logicalIds),
    codeDirectories: await readCode(directory, artifact, artifacts),
  };
}

/** The folders of code in the asset manifests that the stack depends on. */
async function readCode(
  directory: string,
  { dependencies = [] }: Artifact,
  artifacts: NonNullable<Manifest["artifacts"]>,
): Promise<Readonly<Record<string, string>>> {
  const files = dependencies
    .map((id) => artifacts[id])
    .flatMap((artifact) =>
      artifact?.type === "cdk:asset-manifest" ? [artifact.properties?.file ?? ""] : [],
    );
  const manifests = await Promise.all(files.map((file) => readJson<AssetManifest>(join(directory, file))));
  const folders = manifests
    .flatMap((manifest) => Object.values(manifest.files ?? {}))
    .filter(({ source }) => source.packaging === "zip")
    .flatMap(({ source, destinations }) =>
      Object.values(destinations).map(
        ({ objectKey }) => [objectKey, resolve(directory, source.path ?? "")] as const,
      ),
    );
  return Object.fromEntries(folders);
}

async function readJson<Content>(file: string): Promise<Content> {
  return JSON.parse(await readFile(file, "utf8"));
}
