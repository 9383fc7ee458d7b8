import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

interface UnusedModule {
  /** End of the path of the SDK's file. */
  readonly file: string;
  /** What of it the SDK imports. */
  readonly name: string;
  /** Why no call of the function needs it. */
  readonly reason: string;
  /** The export that stands in its place, made from the file. @default one that throws where it is used, as all others do */
  readonly replacement?: (original: string) => string;
}

const awsCore = "@aws-sdk/core/dist-es/submodules";
const smithyCore = "@smithy/core/dist-es/submodules";

const unusedModules: readonly UnusedModule[] = [
  {
    file: `${smithyCore}/checksum/sha256/Sha256Js.js`,
    name: "Sha256Js",
    reason: "Node has SHA-256 of its own",
  },
  {
    file: `${smithyCore}/endpoints/middleware-endpoint/service-customizations/s3.js`,
    name: "resolveParamsForS3",
    reason: "no call is to S3",
  },
  {
    file: `${smithyCore}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`,
    name: "getInstanceMetadataRegion",
    reason: "Lambda tells its region",
  },
  {
    file: `${smithyCore}/retry/util-retry/AdaptiveRetryStrategy.js`,
    name: "AdaptiveRetryStrategy",
    reason: "the clients are told the standard retry mode",
  },
  {
    file: `${smithyCore}/serde/schema-serde-lib/schema-date-utils.js`,
    name: "_parseEpochTimestamp",
    reason: "no answer of these calls has a time in it",
  },
  {
    file: `${smithyCore}/serde/split-header.js`,
    name: "splitHeader",
    reason: "no answer of these calls has a list in a header",
  },
  {
    file: `${smithyCore}/serde/util-stream/sdk-stream-mixin.js`,
    name: "sdkStreamMixin",
    reason: "no answer of these calls is a stream for the caller",
  },
  {
    file: `${smithyCore}/client/smithy-client/schemaLogFilter.js`,
    name: "schemaLogFilter",
    reason: "no client has a logger",
  },
  {
    file: `${awsCore}/client/middleware-logger/loggerMiddleware.js`,
    name: "getLoggerPlugin",
    reason: "no client has a logger",
    replacement: () => "export const getLoggerPlugin = () => ({ applyToStack() {} });",
  },
  {
    file: `${awsCore}/client/emitWarningIfUnsupportedVersion.js`,
    name: "emitWarningIfUnsupportedVersion",
    reason: "the function runs on Node 24",
    replacement: () => "export const emitWarningIfUnsupportedVersion = () => {};",
  },
  {
    file: `${awsCore}/client/util-endpoints/lib/aws/partitions.js`,
    name: "partitionsInfo",
    reason: "no endpoint depends on the names of places",
    replacement: (original) => original.replaceAll(/"description": "[^"]*"/g, ""),
  },
  {
    file: "@aws-sdk/signature-v4-multi-region/dist-es/SignatureV4MultiRegion.js",
    name: "SignatureV4MultiRegion",
    reason: "no event goes to a global endpoint, and all others are signed as by its base class",
    replacement: () => 'export { SignatureV4 as SignatureV4MultiRegion } from "@smithy/signature-v4";',
  },
  {
    file: `${awsCore}/httpAuthSchemes/aws_sdk/AwsSdkSigV4ASigner.js`,
    name: "AwsSdkSigV4ASigner",
    reason: "no event goes to a global endpoint; EventBridge's client makes one all the same",
    replacement: () => "export class AwsSdkSigV4ASigner {}",
  },
  {
    file: "@smithy/signature-v4/dist-es/HeaderFormatter.js",
    name: "HeaderFormatter",
    reason: "only event streams sign messages; the signer makes one and calls it for them alone",
    replacement: () => "export class HeaderFormatter {}",
  },
];

/** Leaves out of the bundle what the SDK imports and no call of the function can reach. */
export function dropUnusedSdk(): Plugin {
  return {
    name: "drop-unused-sdk",
    setup(build) {
      const seen = new Set<UnusedModule>();
      build.onLoad({ filter: pathEnding(unusedModules.map(({ file }) => file)) }, async ({ path }) => {
        const entry = unusedModules.find(({ file }) => pathEnding([file]).test(path));
        if (!entry) return undefined;
        seen.add(entry);
        return { contents: replaceModule(entry, await readFile(path, "utf8")), loader: "js" };
      });
      // Of a client's package.json, the client asks for the version.
      build.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
        const { version }: { version: string } = JSON.parse(await readFile(path, "utf8"));
        return { contents: JSON.stringify({ version }), loader: "json" };
      });
      build.onEnd(({ errors }) => {
        if (errors.length > 0) return;
        const missing = unusedModules.filter((entry) => !seen.has(entry));
        if (missing.length > 0) throw unexpected(missing.map(({ file }) => file).join(", "), "is not there");
      });
    },
  };
}

/** What stands in the place of a file; throws where the file does not hold what is left out. */
export function replaceModule({ file, name, replacement }: UnusedModule, original: string): string {
  const names = exportsOf(original);
  if (!names.includes(name)) throw unexpected(file, `does not export ${name}`);
  const stub = (name: string) =>
    `export function ${name}() { throw new Error("${name} is not in the function's bundle."); }`;
  if (!replacement) return names.map(stub).join("\n");
  return [replacement(original), ...names.filter((other) => other !== name).map(stub)].join("\n");
}

function exportsOf(source: string): string[] {
  return [...source.matchAll(/^export (?:async )?(?:class|const|function) (\w+)/gm)].map(
    ([, name = ""]) => name,
  );
}

function pathEnding(files: readonly string[]): RegExp {
  const anySeparator = files.map((file) => file.replaceAll(".", "\\.").replaceAll("/", "[\\\\/]"));
  return new RegExp(`[\\\\/](?:${anySeparator.join("|")})$`);
}

function unexpected(file: string, what: string): Error {
  return new Error(
    `The AWS SDK is not written as expected: ${file} ${what}. Look at what the new version does, and whether lambda/build/drop-unused-sdk.ts has to change.`,
  );
}
