import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { buildFunction as buildFromSources } from "../lambda/build/build.ts";

/** Stands in for the build of the function in the published program, which has neither the sources nor esbuild: copies the function. */
export const buildFunction: (
  outDir: string,
) => Promise<Pick<Awaited<ReturnType<typeof buildFromSources>>, "outDir">> = async (outDir) => {
  await cp(fileURLToPath(new URL("../../dist/function", import.meta.url)), outDir, { recursive: true });
  return { outDir };
};
