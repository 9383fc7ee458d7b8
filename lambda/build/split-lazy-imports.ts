import { basename } from "node:path";
import type { Plugin } from "esbuild";

/** What the SDK itself loads late: credential providers, but that of the environment, and what no call of ours needs. */
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

/** The entry points of the late files, by name. */
export const lazyEntryPoints = Object.fromEntries(lazyImports.map((path) => [basename(path), path]));

/**
 * Leaves what the SDK loads late to files of their own under `lazy/`, from a build of their own: with esbuild's splitting alone,
 * whatever of the SDK's core they have in common with the rest would be loaded at start too.
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
            `The AWS SDK does not load ${missing.join(", ")} late any more. Look at what the new version does, and whether lambda/build/split-lazy-imports.ts has to change.`,
          );
        }
      });
    },
  };
}
