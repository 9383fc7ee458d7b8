import { basename } from "node:path";
import type { Plugin } from "esbuild";

/**
 * What dependencies load only when they need it (the SDK its credential providers, but those of the environment) becomes a
 * file of its own under `late/`, from a build of its own: with esbuild's splitting alone, whatever of the SDK's core the
 * files have in common with those would be loaded at start too. `entryPoints` is complete once the build has ended.
 */
export function lateDependencies(): { plugin: Plugin; entryPoints: Record<string, string> } {
  const entryPoints: Record<string, string> = {};
  const plugin: Plugin = {
    name: "late-dependencies",
    setup(build) {
      build.onResolve({ filter: lateInSdk }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === resolving) return undefined;
        const resolved = await build.resolve(path, { kind, importer, resolveDir, pluginData: resolving });
        if (resolved.errors.length > 0) return resolved;
        const name = basename(path);
        entryPoints[name] = resolved.path;
        return { path: `./late/${name}.mjs`, external: true };
      });
    },
  };
  return { plugin, entryPoints };
}

/** The SDK's own late imports, and no others: to be asked about every import would double the time of a build. */
const lateInSdk =
  /^(?:@aws-sdk\/credential-provider-|@smithy\/credential-provider-|@smithy\/core\/event-streams$|bowser$)/;
const resolving = Symbol("resolving");
