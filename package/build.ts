/**
 * Builds the package in place: `dist/` with the construct, the helpers, the program and the function, and the notices of what they contain.
 * `npm run build:package`; `npm pack` runs it too, and packs with the published package.json (package/pack.ts).
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFunction } from "../lambda/build/build.ts";
import { bundleLibrary, bundleProgram } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import { noticesOf } from "./notices.ts";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

export async function buildPackage(): Promise<void> {
  const [{ metafiles }, library, program] = await Promise.all([
    buildFunction(join(dist, "function")),
    bundleLibrary(dist),
    bundleProgram(dist),
  ]);
  await writeDeclarations(dist);
  const notices = await noticesOf([...metafiles, ...library, program]);
  await writeFile(join(dist, "THIRD-PARTY-NOTICES.txt"), notices);
}

if (import.meta.main) await buildPackage();
