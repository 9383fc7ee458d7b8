import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../cli/errors.ts";
import { readTextFile } from "../../cli/read-text-file.ts";
import { parseLossless } from "../../events/lossless-json.ts";
import { readSample, readUserEvent, type TestEvent } from "./test-event.ts";

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
 * Reads the user's own events: a file holds one envelope, an array of envelopes, or JSON lines; `-` is stdin.
 * @throws UsageError that names the file and the line.
 */
export async function readFiles(
  files: readonly string[],
  openStdin: () => NodeJS.ReadableStream,
): Promise<TestEvent[]> {
  const testEvents = [];
  for (const file of files) {
    const content = file === "-" ? await text(openStdin()) : await readTextFile(file);
    testEvents.push(...parseTestEvents(file === "-" ? "stdin" : basename(file, ".json"), content));
  }
  return testEvents;
}

/** Each event is named after its file, with a number if the file holds several. */
export function parseTestEvents(name: string, content: string): TestEvent[] {
  if (content.trim() === "")
    throw new UsageError(`${name} is empty. A file must hold an event, an array of events, or JSON lines.`);
  const envelopes = parseWhole(content) ?? parseLines(name, content);
  return envelopes.map((envelope, index) =>
    readUserEvent(envelopes.length > 1 ? `${name}:${index + 1}` : name, envelope),
  );
}

function parseWhole(content: string): unknown[] | undefined {
  try {
    const value = parseLossless(content);
    return Array.isArray(value) ? value : [value];
  } catch {
    return undefined; // JSON lines, or unreadable: parsing by line finds out, and names the line
  }
}

function parseLines(name: string, content: string): unknown[] {
  return content.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [parseLossless(line)];
    } catch {
      throw new UsageError(
        `${name}, line ${index + 1}, is not JSON. A file must hold an event, an array of events, or JSON lines.`,
      );
    }
  });
}
