import { readFile } from "node:fs/promises";
import type { buildPage as buildFromSources } from "../console/build/build-page.ts";

type Built = Pick<Awaited<ReturnType<typeof buildFromSources>>, "files">;

/** Stands in for the build of the console's page in the published program, which has neither the sources nor esbuild. */
export async function buildPage(): Promise<Built> {
  // package/build.ts has written it.
  return JSON.parse(
    await readFile(new URL("../../dist/console/page.json", import.meta.url), "utf8"),
  ) as Built;
}
