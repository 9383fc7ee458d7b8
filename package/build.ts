/**
 * Builds the package in place: `dist/` with the construct, the helpers, the program, the console's page and the function, and the notices of what they contain.
 * `npm run build:package`; `npm pack` runs it too, and packs with the published package.json (package/pack.ts).
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFunction } from "../lambda/build/build.ts";
import { bundleLibrary, bundlePage, bundleProgram } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import { noticesOf } from "./notices.ts";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

export async function buildPackage(): Promise<void> {
  const [{ metafiles }, library, program, page] = await Promise.all([
    buildFunction(join(dist, "function")),
    bundleLibrary(dist),
    bundleProgram(dist),
    bundlePage(dist),
  ]);
  await writeDeclarations(dist);
  const notices = await noticesOf([...metafiles, ...library, program, page]);
  await writeFile(join(dist, "THIRD-PARTY-NOTICES.txt"), notices);
}

if (import.meta.main) await buildPackage();
