/**
 * Builds what producers and consumers import from the package as plain JavaScript, because Node does not strip types in
 * `node_modules`. `npm run build:events`; also runs before `npm pack`.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const defaultOutDir = fileURLToPath(new URL("../dist/events", import.meta.url));

/** Bundles each export into one file in `outDir`; imports of packages remain. */
export async function buildEvents(outDir = defaultOutDir): Promise<void> {
  await build({
    entryPoints: ["request-transfer", "merge-outcomes"].map((name) =>
      fileURLToPath(new URL(`./${name}.ts`, import.meta.url)),
    ),
    outdir: outDir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node22",
    logLevel: "silent",
  });
}

if (import.meta.main) await buildEvents();
