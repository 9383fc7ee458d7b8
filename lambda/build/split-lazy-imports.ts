import { basename } from "node:path";
import type { Plugin } from "esbuild";

/** Dynamic imports of the SDK: credential providers other than the environment's, and modules that no call needs. */
const lazyImports = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/credential-provider-imds",
  "@smithy/core/event-streams",
  "bowser",
] as const;

/** The entry points of the lazy files, by name. */
export const lazyEntryPoints = Object.fromEntries(lazyImports.map((path) => [basename(path), path]));

/**
 * Moves the SDK's dynamic imports to files under `lazy/`, which are built separately: with esbuild's splitting alone, the
 * parts of the SDK's core that they share with the rest would be loaded at start too.
 */
export function splitLazyImports(): Plugin {
  return {
    name: "split-lazy-imports",
    setup(build) {
      const found = new Set<string>();
      build.onResolve({ filter: new RegExp(`^(?:${lazyImports.join("|")})$`) }, ({ path, kind }) => {
        if (kind !== "dynamic-import") return undefined;
        found.add(path);
        return { path: `./lazy/${basename(path)}.mjs`, external: true };
      });
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
