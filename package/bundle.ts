/** The JavaScript of the package: the construct and the helpers as ES modules and as CommonJS, and the program. */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { buildPage } from "../console/build/build-page.ts";
import { publishedManifest } from "./manifest.ts";

const project = fileURLToPath(new URL("..", import.meta.url));
const source = (file: string) => join(project, file);

const options = {
  absWorkingDir: project,
  bundle: true,
  platform: "node",
  target: "node22",
  metafile: true,
  logLevel: "silent",
  legalComments: "none",
  // Users bring these, because the construct must share them with their app.
  external: ["aws-cdk-lib", "constructs"],
} satisfies BuildOptions;

/** The repository's package.json also lists what develops and tests. */
const published = { "package.json": () => JSON.stringify(publishedManifest()) };

const libraryOptions = {
  ...options,
  // A producer has the client anyway.
  external: [...options.external, "@aws-sdk/client-eventbridge"],
  entryPoints: { construct: source("package/construct.ts"), events: source("package/events.ts") },
  plugins: [replaceModules(published)],
} satisfies BuildOptions;

/** Writes the construct and the helpers into `dist/esm` and `dist/cjs`. */
export async function bundleLibrary(dist: string): Promise<readonly Metafile[]> {
  await Promise.all(["esm", "cjs"].map((form) => rm(join(dist, form), { recursive: true, force: true })));
  const built = await Promise.all([
    build({ ...libraryOptions, format: "esm", splitting: true, outdir: join(dist, "esm") }),
    build({
      ...libraryOptions,
      format: "cjs",
      outdir: join(dist, "cjs"),
      // Jest cannot import modules in CommonJS, only require them.
      supported: { "dynamic-import": false },
      define: { "import.meta.url": "importMetaUrl" },
      banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    }),
  ]);
  return built.map(({ metafile }) => metafile);
}

/**
 * Writes the program into `dist/cli`. All files are in one folder two levels below the root, as the sources are: a path that leads from a
 * source to a file of the project leads there from the bundle too.
 */
export async function bundleProgram(dist: string): Promise<Metafile> {
  const outdir = join(dist, "cli");
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    ...options,
    entryPoints: {
      main: source("cli/main.ts"),
      "synthesize-worker": source("local/template/synthesize-worker.ts"),
    },
    outdir,
    outExtension: { ".js": ".mjs" },
    format: "esm",
    splitting: true,
    // A module in CommonJS that is imported when it is needed would have no names, only a default.
    mainFields: ["module", "main"],
    inject: [source("package/async-disposable-stack.mjs")],
    // Libraries in CommonJS load Node's modules with it.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    plugins: [replaceModules(replacements)],
  });
  refuseNameless(metafile);
  await copyFile(source("package/contact-transfer.mjs"), join(outdir, "contact-transfer.mjs"));
  const bootstrap = "function-bootstrap.mjs";
  await copyFile(source(`local/services/lambda/${bootstrap}`), join(outdir, bootstrap));
  return metafile;
}

/** A client that is imported when it is needed, and has lost its names, fails only there. */
function refuseNameless({ outputs }: Metafile): void {
  for (const { entryPoint = "", exports } of Object.values(outputs)) {
    if (!entryPoint.includes("node_modules/@aws-sdk/") || exports.some((name) => name !== "default"))
      continue;
    throw new Error(`${entryPoint} is bundled as CommonJS: what imports it finds no names.`);
  }
}

/** Writes the console's page into `dist/console`. */
export async function bundlePage(dist: string): Promise<Metafile> {
  const { files, metafile } = await buildPage();
  await mkdir(join(dist, "console"), { recursive: true });
  await writeFile(join(dist, "console/page.json"), JSON.stringify({ files }));
  return metafile;
}

type Replacements = Readonly<Record<string, (text: string) => string>>;

/** What differs in the program, by the file of the project. */
const replacements: Replacements = {
  ...published,
  "lambda/build/build.ts": () => 'export * from "../../package/prebuilt-function.ts";',
  "lambda/build/build-once.ts": () =>
    'export { buildFunction as buildOnce } from "../../package/prebuilt-function.ts";',
  "console/build/build-page.ts": () => 'export * from "../../package/prebuilt-page.ts";',
};

function replaceModules(replaced: Replacements): Plugin {
  return {
    name: "replace-modules",
    setup({ onLoad, onEnd }) {
      const unused = new Set(Object.keys(replaced));
      onLoad({ filter: /\.(?:ts|json)$/ }, async ({ path }) => {
        const file = relative(project, path).replaceAll("\\", "/");
        const replace = replaced[file];
        if (!replace) return undefined;
        unused.delete(file);
        return {
          contents: replace(await readFile(path, "utf8")),
          loader: file.endsWith(".json") ? "json" : "ts",
        };
      });
      onEnd(({ errors }) => {
        if (errors.length > 0 || unused.size === 0) return;
        throw new Error(
          `The bundle does not contain ${[...unused].join(", ")} any more: correct package/bundle.ts.`,
        );
      });
    },
  };
}
