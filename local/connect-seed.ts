import { readFile } from "node:fs/promises";
import { readWorld, type WorldSeed } from "./connect/read-world.ts";
import seed from "./connect/world.json" with { type: "json" };
import { UsageError } from "./usage-error.ts";

/** What the local Connect holds: the example world of the project, or the user's own file. */
export async function readConnectSeed(file?: string): Promise<WorldSeed> {
  if (file === undefined) return readWorld(seed, "world.json");
  try {
    return readWorld(JSON.parse(await readFile(file, "utf8")), file);
  } catch (error) {
    throw new UsageError(error instanceof SyntaxError ? `${file} is not JSON.` : (error as Error).message, {
      cause: error,
    });
  }
}
