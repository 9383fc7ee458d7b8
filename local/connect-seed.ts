import { readWorld, type WorldSeed } from "./connect/read-world.ts";
import seed from "./connect/world.json" with { type: "json" };
import { readTextFile } from "./read-text-file.ts";
import { UsageError } from "./usage-error.ts";

/** What the local Connect holds: the example world of the project, or the user's own file. */
export async function readConnectSeed(file?: string): Promise<WorldSeed> {
  if (file === undefined) return readWorld(seed, "world.json");
  const text = await readTextFile(file);
  try {
    return readWorld(JSON.parse(text), file);
  } catch (error) {
    throw new UsageError(error instanceof SyntaxError ? `${file} is not JSON.` : (error as Error).message, {
      cause: error,
    });
  }
}
