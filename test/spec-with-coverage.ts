import { relative } from "node:path";
import { Readable } from "node:stream";
import { spec, type TestEvent } from "node:test/reporters";

const rooms = ["events", "lambda", "infra", "local", "operate", "console", "cli", "simulation"];

/** Node's spec reporter, with one line on coverage in place of a table of all files. */
export default async function* specWithCoverage(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  yield* Readable.from(shortenCoverage(events)).compose(new spec());
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
