import { UsageError } from "../../../../cli/errors.ts";
import { readTextFile } from "../../../../cli/read-text-file.ts";
import { readWorld, type WorldSeed } from "./read-world.ts";
import seed from "./world.json" with { type: "json" };

/** The project's example world, or the user's own file. */
export async function readConnectSeed(file?: string): Promise<WorldSeed> {
  if (file === undefined) return readWorld(seed, "world.json");
  const text = await readTextFile(file);
  try {
    return readWorld(JSON.parse(text), file);
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(error instanceof SyntaxError ? `${file} is not JSON: ${message}.` : message, {
      cause: error,
    });
  }
}
