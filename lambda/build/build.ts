/**
 * Builds the function: ES modules that Lambda loads as `index.handler`, with their source maps beside them.
 * `npm run build`, and every synth.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { compileEagerly } from "./compile-eagerly.ts";
import { lazyBuiltins } from "./lazy-builtins.ts";
import { leaveOut } from "./leave-out.ts";
import { readOutputs } from "./read-outputs.ts";
import { slimSdkSchemas } from "./slim-sdk-schemas.ts";
import { lazyEntryPoints, splitLazyImports } from "./split-lazy-imports.ts";

const defaultOutDir = fileURLToPath(new URL("../../dist/function", import.meta.url));
const handlerFile = fileURLToPath(new URL("../handler.ts", import.meta.url));

export interface BuiltFunction {
  readonly outDir: string;
  /** Bytes of all JavaScript. Half of it is loaded at start, most of the other half never. */
  readonly bytes: number;
  /** What the bundles contain. */
  readonly metafiles: readonly Metafile[];
}

const options = {
  absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "silent",
} satisfies BuildOptions;

/** A build of the function that is not yet written. */
export interface FunctionFiles {
  /** Names relative to the function's folder. */
  readonly files: readonly (readonly [name: string, text: string])[];
  readonly metafiles: readonly Metafile[];
}

/**
 * Bundles the function into `outDir`, which holds nothing else afterwards; rejects with esbuild's own messages. The same sources
 * make the same files, wherever the project, its packages and `outDir` are: CDK names the asset by their hash.
 */
export async function buildFunction(
  outDir = defaultOutDir,
  entryPoint = handlerFile,
): Promise<BuiltFunction> {
  const { files, metafiles } = await bundleFunction(entryPoint);
  await writeFunction(files, outDir);
  return { outDir, metafiles, bytes: metafiles.reduce((sum, metafile) => sum + scriptBytes(metafile), 0) };
}

export async function bundleFunction(entryPoint = handlerFile): Promise<FunctionFiles> {
  // Bundled as if for the default folder, because the paths in source maps depend on it.
  const [main, lazy] = await Promise.all([
    build({
      ...options,
      entryPoints: { index: entryPoint },
      outdir: defaultOutDir,
      plugins: [lazyBuiltins(), splitLazyImports(), slimSdkSchemas(), leaveOut(), compileEagerly()],
      sourcemap: "linked",
      sourcesContent: false,
    }),
    build({
      ...options,
      entryPoints: lazyEntryPoints,
      outdir: `${defaultOutDir}/lazy`,
      plugins: [lazyBuiltins(), slimSdkSchemas()],
    }),
  ]);
  const files = [main, lazy].flatMap((built) => readOutputs(built, defaultOutDir));
  return { files, metafiles: [main.metafile, lazy.metafile] };
}

/** Writes the files into `outDir`, which holds nothing else afterwards. */
export async function writeFunction(files: FunctionFiles["files"], outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  for (const [name, text] of files) {
    await mkdir(dirname(join(outDir, name)), { recursive: true });
    await writeFile(join(outDir, name), text);
  }
}

function scriptBytes({ outputs }: Metafile): number {
  return Object.entries(outputs)
    .filter(([file]) => file.endsWith(".mjs"))
    .reduce((sum, [, { bytes }]) => sum + bytes, 0);
}

if (import.meta.main) {
  const { outDir, bytes } = await buildFunction(process.argv[2]);
  process.stdout.write(`${outDir}: ${(bytes / 1000).toFixed(0)} KB\n`);
}
