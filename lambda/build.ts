/**
 * Builds the function: one ES module that Lambda loads as `index.handler`, with its source map beside it.
 * `npm run build`, and every synth.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const defaultOutDir = fileURLToPath(new URL("../dist/function", import.meta.url));

export interface BuiltFunction {
  readonly outDir: string;
  /** Bytes of the JavaScript that Lambda loads. */
  readonly bytes: number;
}

/** Bundles the function into `outDir`; rejects with esbuild's own messages. */
export async function buildFunction(outDir = defaultOutDir): Promise<BuiltFunction> {
  const result = await build({
    entryPoints: { index: fileURLToPath(new URL("./handler.ts", import.meta.url)) },
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
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
  });
  const bytes = Object.entries(result.metafile.outputs)
    .filter(([file]) => file.endsWith(".mjs"))
    .reduce((sum, [, output]) => sum + output.bytes, 0);
  return { outDir, bytes };
}

if (import.meta.main) {
  const { outDir, bytes } = await buildFunction();
  process.stdout.write(`${outDir}: ${(bytes / 1000).toFixed(0)} KB\n`);
}
