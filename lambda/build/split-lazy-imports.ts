import { basename } from "node:path";
import type { Plugin } from "esbuild";

/**
 * Dynamic imports that share parts of the SDK with what is loaded at start: credential providers other than the
 * environment's, modules that no call needs, and the reads of Connect, whose schemas are half as large as all others.
 */
const lazyImports = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/credential-provider-imds",
  "@smithy/core/event-streams",
  "bowser",
  "./read-calls.ts",
] as const;

/** The entry points of the lazy files, by name. */
export const lazyEntryPoints = Object.fromEntries(
  lazyImports.map((path) => [
    nameOf(path),
    path.startsWith(".") ? `./lambda/runtime/${basename(path)}` : path,
  ]),
);

function nameOf(path: string): string {
  return basename(path, ".ts");
}

/**
 * Moves these dynamic imports to files under `lazy/`, which are built separately: with esbuild's splitting alone, the
 * parts of the SDK's core that they share with the rest would be loaded at start too.
 */
export function splitLazyImports(): Plugin {
  return {
    name: "split-lazy-imports",
    setup(build) {
      const found = new Set<string>();
      build.onResolve(
        { filter: new RegExp(`^(?:${lazyImports.join("|").replaceAll(".", "\\.")})$`) },
        ({ path, kind }) => {
          if (kind !== "dynamic-import") return undefined;
          found.add(path);
          return { path: `./lazy/${nameOf(path)}.mjs`, external: true };
        },
      );
      build.onEnd(({ errors }) => {
        if (errors.length > 0) return;
        const missing = lazyImports.filter((path) => !found.has(path));
        if (missing.length > 0) {
          throw new Error(
            `The AWS SDK does not load ${missing.join(", ")} by dynamic import any more. Check what the new version does, and whether lambda/build/split-lazy-imports.ts has to change.`,
          );
        }
      });
    },
  };
}
