/**
 * What `npm pack` runs before and after it packs: the tarball gets the published package.json, the repository keeps its own. (`npm publish`
 * refuses the repository, which is private: publish the tarball.)
 */
import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildPackage } from "./build.ts";
import { eventsManifest, publishedManifest } from "./manifest.ts";

const fileOf = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const manifest = fileOf("package.json");
/** The repository's, while npm packs. */
const saved = fileOf("package.repository.json");
const ofEvents = fileOf("events/package.json");

/** Builds the package, and gives the folder the published package.json. */
export async function publish(): Promise<void> {
  await buildPackage();
  // Still there if a pack was interrupted: then package.json is the published one already.
  if (!existsSync(saved)) await rename(manifest, saved);
  await writeFile(manifest, JSON.stringify(publishedManifest(), undefined, 2));
  await writeFile(ofEvents, JSON.stringify(eventsManifest, undefined, 2));
}

async function restore(): Promise<void> {
  if (existsSync(saved)) await rename(saved, manifest);
  await rm(ofEvents, { force: true });
}

if (import.meta.main) await (process.argv[2] === "restore" ? restore() : publish());
