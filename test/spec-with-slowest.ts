import { relative } from "node:path";
import { Readable } from "node:stream";
import { spec, type TestEvent } from "node:test/reporters";

const rooms = ["events", "lambda", "infra", "local", "operate", "console", "cli", "simulation"];

const slowestFiles = 10;

/** Node's spec reporter, with the slowest files at its end, and one line on coverage in place of a table of all files. */
export default async function* specWithSlowest(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const durations: FileDuration[] = [];
  yield* Readable.from(shortenCoverage(withDurations(events, durations))).compose(new spec());
  if (durations.length > 1) yield describeSlowest(durations);
}

interface FileDuration {
  readonly file: string;
  readonly ms: number;
}

async function* withDurations(
  events: AsyncIterable<TestEvent>,
  durations: FileDuration[],
): AsyncGenerator<TestEvent> {
  for await (const event of events) {
    if (event.type === "test:summary" && event.data.file !== undefined)
      durations.push({ file: relative(process.cwd(), event.data.file), ms: event.data.duration_ms });
    yield event;
  }
}

function describeSlowest(durations: readonly FileDuration[]): string {
  const slowest = durations.toSorted((a, b) => b.ms - a.ms).slice(0, slowestFiles);
  const lines = slowest.map(({ file, ms }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${file}\n`);
  return `The slowest files, each with the time of its process:\n${lines.join("")}`;
}

async function* shortenCoverage(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  for await (const event of events) {
    if (event.type !== "test:coverage") {
      yield event;
      continue;
    }
    const { files, workingDirectory } = event.data.summary;
    const inRoom = (room: string) =>
      files.filter(({ path }) => relative(workingDirectory, path).startsWith(`${room}/`));
    const covered = rooms
      .filter((room) => inRoom(room).length > 0)
      .map((room) => `${room} ${share(inRoom(room))}`);
    const message = `lines covered in the files that were loaded: ${share(rooms.flatMap(inRoom))} (${covered.join(", ")})`;
    yield { type: "test:diagnostic", data: { nesting: 0, message, level: "info" } };
  }
}

function share(files: readonly { coveredLineCount: number; totalLineCount: number }[]): string {
  const sum = (count: "coveredLineCount" | "totalLineCount") =>
    files.reduce((lines, file) => lines + file[count], 0);
  return `${((100 * sum("coveredLineCount")) / sum("totalLineCount")).toFixed(1)} %`;
}
