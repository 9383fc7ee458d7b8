import { setImmediate } from "node:timers/promises";
import { type Condition, meets } from "../../operate/letters/filters.ts";
import { type CommandOptions, filterOptions, type WriteCommand } from "../command-line.ts";
import type { LetterPage, LettersQuery } from "../protocol/letters.ts";
import type { LetterSource } from "../protocol/overview.ts";
import { ApiRefusal } from "../server/errors.ts";
import type { FailureLog } from "./failure-log.ts";
import type { IndexedLetter } from "./indexed-letter.ts";
import type { QueueReader, QueueSnapshot } from "./queue-reader.ts";
import { conditionsOf, readFilterText } from "./read-filter.ts";

export interface LetterSources {
  /** Undefined without an outcome log. */
  readonly log?: FailureLog;
  readonly queue: QueueReader;
}

const limits = { default: 100, most: 500 };

/** A part of the list, from what has been read already. */
export async function listLetters(
  { from, filter: filterText, order, offset, limit }: LettersQuery,
  { log, queue }: LetterSources,
  now: number,
  write: WriteCommand,
): Promise<LetterPage> {
  const source = readSource(from) ?? (queue.snapshot || !log ? "queue" : "log");
  const filter = readFilterText(filterText);
  const conditions = conditionsOf(filter);
  const selected = await select(source, conditions, { log, queue }, now);
  const start = readNumber("offset", offset, 0);
  const count = Math.min(limits.most, readNumber("limit", limit, limits.default));
  const inOrder = order === "oldest" ? selected.slice(start, start + count) : fromEnd(selected, start, count);
  const { snapshot } = queue;
  const options: CommandOptions = filterOptions(filter);
  return {
    rows: inOrder.map(({ row, sentAt }) =>
      source === "queue" && snapshot ? { ...row, expiresAt: sentAt + snapshot.retentionMs } : row,
    ),
    offset: start,
    total: selected.length,
    all: (source === "queue" ? snapshot?.index.size : log?.index.size) ?? 0,
    freshness: source === "queue" ? snapshot?.freshness : log?.freshness,
    listCommand: write(["dlq", "list"], options),
  };
}

async function select(
  source: LetterSource,
  conditions: readonly Condition[],
  { log, queue }: LetterSources,
  now: number,
): Promise<readonly IndexedLetter[]> {
  const looksInside = conditions.some(({ option }) => option === "--where");
  if (source === "queue") return queue.snapshot ? selectFromQueue(queue.snapshot, conditions, now) : [];
  if (looksInside) {
    throw new ApiRefusal(
      "WrongUse",
      "The filter where looks into bodies, which the outcome log does not have: read the queue first.",
    );
  }
  return log?.index.select(conditions, now) ?? [];
}

/** So many bodies are read between two looks at what else is asked. */
const bodiesAtOnce = 50;

/** The letters of the queue that meet the conditions, the oldest failure first. Only `--where` reads their bodies from the disk. */
export async function selectFromQueue(
  snapshot: QueueSnapshot,
  conditions: readonly Condition[],
  now: number,
): Promise<readonly IndexedLetter[]> {
  const outside = conditions.filter(({ option }) => option !== "--where");
  const inside = conditions.filter(({ option }) => option === "--where");
  const candidates = snapshot.index.select(outside, now);
  if (inside.length === 0) return candidates;
  const known = verdictsOf(snapshot, inside);
  const unknown = candidates.filter(({ row }) => !known.has(row.id));
  for (let start = 0; start < unknown.length; start += bodiesAtOnce) {
    for (const { row } of unknown.slice(start, start + bodiesAtOnce)) {
      const letter = snapshot.letter(row.id);
      known.set(row.id, letter !== undefined && meets(letter, inside, now));
    }
    await setImmediate();
  }
  return candidates.filter(({ row }) => known.get(row.id));
}

/** Which letters of a snapshot meet conditions on their bodies, as far as they have been read for them. */
const verdicts = new WeakMap<QueueSnapshot, Map<string, Map<string, boolean>>>();

function verdictsOf(snapshot: QueueSnapshot, inside: readonly Condition[]): Map<string, boolean> {
  const ofSnapshot = verdicts.get(snapshot) ?? new Map<string, Map<string, boolean>>();
  verdicts.set(snapshot, ofSnapshot);
  const key = JSON.stringify(inside.map(({ value }) => value));
  const known = ofSnapshot.get(key) ?? new Map<string, boolean>();
  ofSnapshot.set(key, known);
  return known;
}

/** A part of the list from its end, newest first. */
function fromEnd<T>(items: readonly T[], start: number, count: number): T[] {
  const end = items.length - start;
  return items.slice(Math.max(0, end - count), Math.max(0, end)).reverse();
}

function readSource(text: string | undefined): LetterSource | undefined {
  if (text === undefined || text === "log" || text === "queue") return text;
  throw new ApiRefusal("WrongUse", "from is log or queue.");
}

function readNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new ApiRefusal("WrongUse", `${name} is not a whole number.`);
}
