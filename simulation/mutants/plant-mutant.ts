import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ProcessingCode } from "../world/world.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A fault to plant in the processing code: `find`, which occurs exactly once in `file`, becomes `replace`. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A copy of the processing code with one planted fault; disposing deletes it. */
export interface Planted extends Disposable {
  readonly code: ProcessingCode;
}

/** Plants a fault in a copy of `lambda/`. @throws unless its text occurs exactly once */
export async function plantMutant(mutant: Mutant): Promise<Planted> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "mutant-")));
  try {
    cpSync(join(root, "lambda"), join(folder, "lambda"), {
      recursive: true,
      filter: (path) => !path.endsWith(".test.ts"),
    });
    for (const name of ["events", "node_modules", "package.json"])
      symlinkSync(join(root, name), join(folder, name));
    const file = join(folder, "lambda", mutant.file);
    writeFileSync(file, mutate(readFileSync(file, "utf8"), mutant));
    const { createEngine } = await import(pathToFileURL(join(folder, "lambda/engine.ts")).href);
    const { processBatch, processEvent } = await import(
      pathToFileURL(join(folder, "lambda/process-batch.ts")).href
    );
    return { code: { createEngine, processBatch, processEvent }, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }

  function remove() {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1) {
    throw new Error(
      `The mutant "${name}" cannot be planted: its text occurs ${places} times in lambda/${file}, not once. Change the mutant with the code.`,
    );
  }
  return source.replace(find, () => replace);
}
