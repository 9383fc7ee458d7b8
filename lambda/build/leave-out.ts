import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Plugin } from "esbuild";

interface Replacement {
  /** A file of the SDK, by the end of its path. */
  readonly file: string;
  /** Why the function never needs it. */
  readonly because: string;
  /** What it must contain, so that an update of the SDK that changes it stops the build. */
  readonly contains: string;
  /** The new source. @default each export throws when it is called, and says why */
  readonly source?: (original: string) => string;
}

const smithy = "@smithy/core/dist-es/submodules";
const sharedConfigFiles = "fromSharedConfigFiles(configFileSelector, configuration), ";

/** Writes the same JSON of texts, numbers, lists and maps. */
const jsonSerializer = `
  import { SerdeContextConfig } from "../../ConfigurableSerdeContext";
  export class JsonShapeSerializer2 extends SerdeContextConfig {
    write(_schema, value) { this.value = value; }
    flush() { return JSON.stringify(this.value, plain); }
  }
  function plain(name) {
    const value = this[name];
    if (value instanceof Date || ArrayBuffer.isView(value))
      throw new Error(name + " has a type that lambda/build/leave-out.ts cannot write");
    return value;
  }`;

/** Code that the SDK's clients would load at every start, and that nothing in the function can reach. */
const replacements: readonly Replacement[] = [
  {
    file: `${smithy}/config/node-config-provider/configLoader.js`,
    because: "Lambda has no ~/.aws/config: settings come from the environment or are the defaults",
    contains: sharedConfigFiles,
    source: (original) => original.replace(sharedConfigFiles, ""),
  },
  {
    file: `${smithy}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`,
    because: "Lambda's environment names the Region",
    contains: "export const getInstanceMetadataRegion ",
  },
  {
    file: `${smithy}/checksum/sha256/Sha256Js.js`,
    because: "Node has SHA-256",
    contains: "export class Sha256Js ",
  },
  { file: `${smithy}/checksum/md5/Md5Js.js`, because: "Node has MD5", contains: "export class Md5Js " },
  {
    file: `${smithy}/serde/util-stream/sdk-stream-mixin.js`,
    because: "no operation that is called has a body that is a stream",
    contains: "export const sdkStreamMixin ",
  },
  {
    file: `${smithy}/protocols/json/codec-v2/JsonShapeSerializer2.js`,
    because:
      "it writes JSON byte by byte, which is slow until V8 has compiled it, for types that no call sends",
    contains: "export class JsonShapeSerializer2 extends SerdeContextConfig",
    source: () => jsonSerializer,
  },
  {
    file: `${smithy}/retry/util-retry/AdaptiveRetryStrategy.js`,
    because: "the clients' retry mode is standard",
    contains: "export class AdaptiveRetryStrategy ",
  },
  {
    file: "@smithy/signature-v4/dist-es/HeaderFormatter.js",
    because: "it formats the headers of event streams, and none is sent",
    contains: "export class HeaderFormatter ",
    source: () => "export class HeaderFormatter {}",
  },
  {
    file: "@aws-sdk/signature-v4-multi-region/dist-es/SignatureV4MultiRegion.js",
    because: "it chooses between SigV4 and SigV4A, which only EventBridge's global endpoints need",
    contains: "return this.sigv4Signer.sign(requestToSign, options);",
    source: () => `
      import { SignatureV4 } from "@smithy/signature-v4";
      export class SignatureV4MultiRegion extends SignatureV4 { static sigv4aDependency() { return "none"; } }`,
  },
  ...["connect", "eventbridge", "sqs"].map((client) => ({
    file: `@aws-sdk/client-${client}/package.json`,
    because: "a client reads its version from it",
    contains: `"name": "@aws-sdk/client-${client}"`,
    source: (original: string) => JSON.stringify({ version: JSON.parse(original).version }),
  })),
];

/** Leaves these files out of what is loaded at start. The lazy parts have copies of their own. */
export function leaveOut(): Plugin {
  return {
    name: "leave-out",
    setup(build) {
      const found = new Set<string>();
      build.onLoad({ filter: /[\\/]node_modules[\\/]@(?:smithy|aws-sdk)[\\/]/ }, async ({ path }) => {
        const file = path.replaceAll("\\", "/");
        const replacement = replacements.find((each) => file.endsWith(`/node_modules/${each.file}`));
        if (!replacement) return undefined;
        found.add(replacement.file);
        return {
          contents: replaceSource(replacement, await readFile(path, "utf8")),
          loader: file.endsWith(".json") ? "json" : "js",
          resolveDir: dirname(path),
        };
      });
      build.onEnd(({ errors }) => {
        if (errors.length > 0) return;
        const missing = replacements.find(({ file }) => !found.has(file));
        if (missing) throw unexpected(missing.file, "is not part of the bundle");
      });
    },
  };
}

export function replaceSource(replacement: Replacement, original: string): string {
  const { file, because, contains, source } = replacement;
  if (!original.includes(contains)) throw unexpected(file, `does not contain ${JSON.stringify(contains)}`);
  return source ? source(original) : throwing(original, because);
}

function throwing(original: string, because: string): string {
  const names = [...original.matchAll(/^export (?:const|class|function) (\w+)/gm)].map(([, name]) => name);
  return names
    .map((name) => {
      const message = `${name} is not in the function's bundle, because ${because} (lambda/build/leave-out.ts)`;
      return `export function ${name}() { throw new Error(${JSON.stringify(message)}); }`;
    })
    .join("\n");
}

function unexpected(file: string, what: string): Error {
  return new Error(
    `${file} of the AWS SDK ${what}. Check what the new version does, and whether lambda/build/leave-out.ts still fits.`,
  );
}
