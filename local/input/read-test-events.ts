import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../cli/errors.ts";
import { decodeText, NotTextError, readTextFile } from "../../cli/read-text-file.ts";
import { parseTestEvents } from "./parse-test-events.ts";
import { readSample, type TestEvent } from "./test-event.ts";

const samplesDirectory = fileURLToPath(new URL("../../events/samples", import.meta.url));

/** All samples of the project; those of the ready routes come last. */
export async function readSamples(): Promise<readonly TestEvent[]> {
  return [...(await readSamplesOf("")), ...(await readSamplesOf("routes/"))];
}

async function readSamplesOf(folder: string): Promise<readonly TestEvent[]> {
  const directory = join(samplesDirectory, folder);
  const files = (await readdir(directory)).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (file) => {
      const sample: unknown = JSON.parse(await readFile(join(directory, file), "utf8"));
      return readSample(`${folder}${basename(file, ".json")}`, sample);
    }),
  );
}

/**
 * Reads the user's own events from files, from all `.json` and `.jsonl` files of a folder, and from stdin (`-`).
 * @throws UsageError that names the file and the place in it.
 */
export async function readFiles(
  paths: readonly string[],
  openStdin: () => NodeJS.ReadableStream,
): Promise<TestEvent[]> {
  const perFile: (readonly TestEvent[])[] = [];
  for (const path of paths) {
    if (path === "-") perFile.push(parseTestEvents("stdin", await readStdin(openStdin())));
    else {
      for (const file of await filesOf(path)) {
        perFile.push(parseTestEvents(basename(file), await readTextFile(file)));
      }
    }
  }
  return perFile.flat();
}

async function readStdin(stdin: NodeJS.ReadableStream): Promise<string> {
  try {
    return decodeText(await buffer(stdin));
  } catch (error) {
    if (!(error instanceof NotTextError)) throw error;
    throw new UsageError(`Cannot read stdin: ${error.message}.`, { cause: error });
  }
}

async function filesOf(path: string): Promise<readonly string[]> {
  // Whatever else is wrong with the path, reading it says so.
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const files = (await readdir(path)).filter((file) => /\.jsonl?$/.test(file)).sort();
  if (files.length === 0) throw new UsageError(`${path} is a folder without .json or .jsonl files.`);
  return files.map((file) => join(path, file));
}
