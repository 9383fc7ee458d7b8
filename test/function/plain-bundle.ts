import { build } from "esbuild";

/** The same code in one file as esbuild makes it, without any step of this project: what the function's build is held against. */
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
