import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** One stack as `cdk synth` leaves it: the template, and where the code of its functions is. */
export interface StackAssembly {
  readonly stackName: string;
  readonly region: string;
  /** Undefined where the stack leaves it open. */
  readonly accountId?: string;
  readonly template: unknown;
  /** The folder of an asset by the S3 key that the template gives; throws where the manifest has none. */
  findCode(s3Key: string): string;
}

/** @see https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html */
interface CloudAssembly {
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  /** `aws://ACCOUNT/REGION`, with `unknown-region` where the stack leaves it open. */
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
  };
}

interface AssetManifest {
  readonly files: Readonly<
    Record<string, { readonly source: { readonly path: string; readonly packaging: string } }>
  >;
}

/** Reads the one stack that `directory` (a `cdk.out`) holds. */
export async function readAssembly(directory: string): Promise<StackAssembly> {
  const { artifacts } = (await readJson(join(directory, "manifest.json"))) as CloudAssembly;
  const [stack, ...others] = ofType(artifacts, "aws:cloudformation:stack");
  const [assetManifest] = ofType(artifacts, "cdk:asset-manifest");
  if (!stack || others.length > 0) {
    throw new Error(`${directory} holds ${stack ? "several stacks" : "no stack"}; one is expected.`);
  }
  const [name, { environment = "", properties }] = stack;
  const [template, assets] = await Promise.all([
    readJson(join(directory, properties?.templateFile ?? "")),
    readJson(join(directory, assetManifest?.[1].properties?.file ?? "")),
  ]);
  const region = environment.slice(environment.lastIndexOf("/") + 1);
  const [, accountId] = /^aws:\/\/(\d{12})\//.exec(environment) ?? [];
  return {
    stackName: properties?.stackName ?? name,
    region: region === "" || region === "unknown-region" ? "us-east-1" : region,
    accountId,
    template,
    findCode: (s3Key) => findCode(assets as AssetManifest, directory, s3Key),
  };
}

function ofType(artifacts: CloudAssembly["artifacts"], type: string): [string, Artifact][] {
  return Object.entries(artifacts).filter(([, artifact]) => artifact.type === type);
}

function findCode(assets: AssetManifest, directory: string, s3Key: string): string {
  const source = assets.files[s3Key.replace(/\.zip$/, "")]?.source;
  if (source?.packaging !== "zip")
    throw new Error(`The assets manifest has no folder for the code ${s3Key}.`);
  return resolve(directory, source.path);
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}
