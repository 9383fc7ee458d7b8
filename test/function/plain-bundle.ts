import { build } from "esbuild";

/** Bundles by esbuild alone, without the build steps of this project: the baseline of the function's build. */
export async function buildPlainBundle(
  entryPoint: string,
  outDir: string,
  external: string[] = [],
): Promise<void> {
  await build({
    entryPoints: { index: entryPoint },
    outdir: outDir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    // CommonJS packages in the bundle call require() for Node's own modules.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    external,
    logLevel: "silent",
  });
}
