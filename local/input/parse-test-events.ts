import { UsageError } from "../../cli/errors.ts";
import { parseLossless } from "../../events/lossless-json.ts";
import { readUserEvent, type TestEvent } from "./test-event.ts";

/** Each event is named after its file, with a number if the file holds several. @throws UsageError */
export function parseTestEvents(name: string, content: string): TestEvent[] {
  const events = content.trim() === "" ? [] : (parseWhole(content) ?? parseLines(name, content));
  if (events.length === 0) throw new UsageError(`${name} holds no events. ${expected}`);
  return events.map((event, index) =>
    readUserEvent(events.length > 1 ? `${name}:${index + 1}` : name, event),
  );
}

const expected =
  "A file must hold an event, an array of events, JSON lines, or the entries of put-events; see --help.";

function parseWhole(content: string): unknown[] | undefined {
  try {
    return eventsIn(parseLossless(content));
  } catch {
    return undefined; // JSON lines, or unreadable: parsing by line finds out, and names the place
  }
}

/** `{"Entries": […]}` is the input of put-events as a whole. */
function eventsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const entries = (value as { readonly Entries?: unknown } | null)?.Entries;
  return Array.isArray(entries) ? entries : [value];
}

function parseLines(name: string, content: string): unknown[] {
  const lines = Array.from(content.split("\n").entries(), ([index, text]) => ({ index, text })).filter(
    ({ text }) => text.trim() !== "",
  );
  return lines.map(({ index, text }, count) => {
    try {
      return parseLossless(text);
    } catch (error) {
      // If even the first line is no JSON, the file is one text that breaks somewhere else.
      const why = count === 0 && lines.length > 1 ? whyNotJson(content) : undefined;
      const place = why === undefined ? `, line ${index + 1},` : "";
      const what = why ?? (error as Error).message.replace(/ \(line .*\)/, "");
      throw new UsageError(`${name}${place} is not JSON: ${what}. ${expected}`, { cause: error });
    }
  });
}

function whyNotJson(content: string): string | undefined {
  try {
    JSON.parse(content);
    return undefined;
  } catch (error) {
    return (error as Error).message.replaceAll(/\s+/g, " ");
  }
}
