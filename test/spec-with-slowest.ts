import { basename, relative } from "node:path";
import { Readable } from "node:stream";
import { spec, type TestEvent } from "node:test/reporters";
import type { Processes } from "./plan-processes.ts";

const rooms = ["events", "lambda", "infra", "local", "operate", "console", "cli", "simulation"];

const slowestProcesses = 10;

/** Node's spec reporter, with the slowest processes at its end, and one line on coverage in place of a table of all files. */
export function specWithSlowest(processes: Processes) {
  return async function* (events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
    const durations: Duration[] = [];
    yield* Readable.from(shortenCoverage(withDurations(events, durations))).compose(new spec());
    if (durations.length > 1) yield describeSlowest(durations, processes);
  };
}

interface Duration {
  readonly program: string;
  readonly ms: number;
}

async function* withDurations(
  events: AsyncIterable<TestEvent>,
  durations: Duration[],
): AsyncGenerator<TestEvent> {
  for await (const event of events) {
    if (event.type === "test:summary" && event.data.file !== undefined)
      durations.push({ program: event.data.file, ms: event.data.duration_ms });
    yield event;
  }
}

function describeSlowest(durations: readonly Duration[], processes: Processes): string {
  const slowest = durations.toSorted((a, b) => b.ms - a.ms).slice(0, slowestProcesses);
  const nameOf = (program: string) => {
    const files = processes.get(program) ?? [];
    return files.length > 1
      ? `${basename(program, ".mjs")}: ${files.length} files in one process`
      : relative(process.cwd(), program);
  };
  const lines = slowest.map(
    ({ program, ms }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${nameOf(program)}\n`,
  );
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
