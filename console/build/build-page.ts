/** Bundles the console's page: one document, one script and one style sheet, named by their hashes. `npm run build:page` shows its size. */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build, type Metafile } from "esbuild";
import type { PageFile } from "../server/page.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const outdir = join(project, "dist/console");

export interface BuiltPage {
  /** With the document at `/`. */
  readonly files: readonly PageFile[];
  /** Bytes of all files, each compressed with gzip. */
  readonly compressedBytes: number;
  readonly metafile: Metafile;
}

const options = {
  absWorkingDir: project,
  entryPoints: [
    { in: join(project, "console/page/main.tsx"), out: "console" },
    { in: join(project, "console/page/style/console.css"), out: "console" },
  ],
  outdir,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  // Browsers of 2024 and later.
  target: ["es2024", "chrome122", "firefox123", "safari17.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "silent",
} satisfies BuildOptions;

const contentTypes = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" } as const;

/** Bundles the page; rejects with esbuild's own messages. The same sources make the same files. */
export async function buildPage(): Promise<BuiltPage> {
  const { outputFiles, metafile } = await build(options);
  const assets = outputFiles.map(({ path, text }): PageFile => {
    const extension = path.endsWith(".css") ? ".css" : ".js";
    return { path: `/${basename(path)}`, contentType: contentTypes[extension], text };
  });
  const files = [makeDocument(assets), ...assets];
  const compressedBytes = files.reduce((sum, { text }) => sum + gzipSync(text).length, 0);
  return { files, metafile, compressedBytes };
}

/** No inline script or style, so that the content security policy can forbid both. */
function makeDocument(assets: readonly PageFile[]): PageFile {
  const pathOf = (extension: string) => assets.find(({ path }) => path.endsWith(extension))?.path ?? "";
  const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>contact-transfer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${pathOf(".css")}">
<script type="module" src="${pathOf(".js")}"></script>
</head>
<body><div id="app"></div><noscript>The console needs JavaScript.</noscript></body>
</html>
`;
  return { path: "/", contentType: "text/html; charset=utf-8", text };
}

if (import.meta.main) {
  const { files, compressedBytes } = await buildPage();
  for (const { path, text } of files)
    process.stdout.write(`${path}: ${(text.length / 1000).toFixed(1)} KB\n`);
  process.stdout.write(`compressed: ${(compressedBytes / 1000).toFixed(1)} KB\n`);
}
