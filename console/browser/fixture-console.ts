import { buildPage } from "../build/build-page.ts";
import type { LetterFilter } from "../protocol/filters.ts";
import type { Letter, LetterRow } from "../protocol/letters.ts";
import type { Now } from "../protocol/now.ts";
import type { ReplayRequest } from "../protocol/plans.ts";
import type { Run } from "../protocol/runs.ts";
import type { Handlers } from "../server/routes.ts";
import { type ConsoleServer, startConsoleServer } from "../server/start-server.ts";
import { fixtureLetter, fixtureLetters } from "./fixture-letters.ts";
import { fixturePlan, fixtureReportRow, fixtureRun } from "./fixture-plans.ts";
import { fixtureNow, fixtureSession, fixtureTrace } from "./fixture-stack.ts";
import { fixtureResolvePlan } from "./fixture-verdicts.ts";

export interface FixtureOptions {
  /** The time of the made-up incident. */
  readonly now: number;
  /** How many times its letters. @default 1 */
  readonly copies?: number;
  /** Shown in place of the first letter. */
  readonly letter?: Letter;
  /** @default true */
  readonly canWrite?: boolean;
  /** Whether the stack is paused. @default false */
  readonly isPaused?: boolean;
}

const command = "npx contact-transfer";

/** The console's server in front of a made-up incident, for what a local stack does not have: days of history, alarms that ring, 50,000 letters. */
export async function startFixtureConsole(options: FixtureOptions): Promise<ConsoleServer> {
  const { files } = await buildPage();
  return startConsoleServer({ handlers: fixtureHandlers(options), page: files });
}

function fixtureHandlers({
  now,
  copies = 1,
  letter,
  canWrite = true,
  isPaused = false,
}: FixtureOptions): Handlers {
  const { rows: made, groups } = fixtureLetters(now, copies);
  const rows = letter ? [letter, ...made] : made;
  const [example] = groups;
  const shownGroups = letter && example ? [...groups, { ...example, ...groupOfLetter(letter) }] : groups;
  const readAt = now - 20_000;
  const runs = new Map<string, Run>();
  const present = fixtureNow(now, rows.length);
  let sent: readonly LetterRow[] = [];
  const matching = (filter: LetterFilter) => rows.filter((row) => matches(row, filter));
  const selectedOf = ({ selection }: Pick<ReplayRequest, "selection">) =>
    selection.kind === "ids"
      ? rows.filter(({ id }) => selection.ids.includes(id))
      : matching(selection.filter);
  return {
    "GET /api/session": () => fixtureSession(canWrite),
    "GET /api/overview": () => ({
      groups: shownGroups,
      freshness: [
        { source: "log", readAt: now - 9000 },
        { source: "queue", readAt },
      ],
      isReadingLog: false,
      total: { inQueue: rows.length, failures: rows.length + 2 },
    }),
    "GET /api/now": () => ({ ...present, pace: { ...present.pace, isPaused }, ...lastRun(runs) }),
    "POST /api/reading": () => ({
      state: "done",
      startedAt: now - 2000,
      endedAt: now,
      seen: rows.length,
      expected: rows.length,
      commandLine: `${command} dlq list`,
    }),
    "GET /api/letters": ({ query }) => {
      const filter = JSON.parse(query.filter ?? "{}");
      const found = matching(filter);
      const offset = Number(query.offset ?? 0);
      return {
        rows: found.slice(offset, offset + Number(query.limit ?? 100)),
        offset,
        total: found.length,
        all: rows.length,
        freshness: { source: query.from === "log" ? "log" : "queue", readAt },
        listCommand: `${command} dlq list${flagsOf(filter)}`,
      };
    },
    "GET /api/letters/:id": ({ params }) => {
      const row = rows.find(({ id }) => id === params.id);
      if (row === undefined) throw new Error("There is no such letter.");
      return row === letter ? letter : fixtureLetter(row, readAt);
    },
    "POST /api/letters/:id/check": ({ params }) => ({
      readAt: now,
      canBeTransferred: true,
      why: "open, TASK",
      commandLine: `${command} dlq show ${params.id?.slice(0, 8)} --check`,
    }),
    "POST /api/plans/replay": ({ body }) =>
      fixturePlan(body as ReplayRequest, selectedOf(body as ReplayRequest), readAt),
    "POST /api/plans/discard": ({ body }) => {
      const selected = selectedOf(body as ReplayRequest);
      return {
        kind: "discard",
        freshness: { source: "queue", readAt },
        selected: selected.length,
        reasons: Array.from(
          Map.groupBy(selected, ({ reason }) => reason),
          ([reason, { length }]) => ({ reason, count: length }),
        ),
        file: ".contact-transfer/discarded-2026-11-24T10-00-00-000Z.jsonl",
        commandLine: `${command} dlq discard --yes`,
      };
    },
    "POST /api/plans/resolve": ({ body }) =>
      fixtureResolvePlan(selectedOf(body as ReplayRequest), readAt, now),
    "GET /api/runs": () => ({ runs: [...runs.values()] }),
    "GET /api/runs/:id": ({ params }) => runs.get(params.id ?? "") ?? failRun(),
    "POST /api/runs": ({ body }) => {
      const { request, why } = body as { request: ReplayRequest; why: string };
      sent = selectedOf(request);
      const run = fixtureRun(why, sent.length, now);
      runs.set(run.id, run);
      return run;
    },
    "POST /api/runs/:id/pause": ({ params }) => change(runs, params.id, "paused"),
    "POST /api/runs/:id/resume": ({ params }) => change(runs, params.id, "sending"),
    "POST /api/runs/:id/cancel": ({ params }) => change(runs, params.id, "cancelled"),
    "GET /api/runs/:id/report": () => ({
      rows: sent.slice(0, 11).map((row, index) => fixtureReportRow(row, index, now)),
    }),
    "POST /api/runs/:id/undo": ({ params }) => change(runs, params.id, "done"),
    "GET /api/trace": ({ query }) => ({
      ...fixtureTrace(query.id ?? "", rows, now),
      ...(query.check === "true" && { verdicts: ["message-1: a verdict of Connect's reads"] }),
    }),
  };
}

function groupOfLetter({ causeId, reason, message, source, queueId, error }: Letter) {
  return {
    id: causeId,
    reason,
    message,
    ...(source !== undefined && { source }),
    ...(queueId !== undefined && { place: { kind: "queue" as const, id: queueId } }),
    ...(error && { detail: { kind: "error" as const, name: error.name } }),
  };
}

function failRun(): never {
  throw new Error("There is no such run.");
}

function change(runs: Map<string, Run>, id = "", state: Run["state"]): Run {
  const run = runs.get(id) ?? failRun();
  const changed = { ...run, state, revision: run.revision + 1 };
  runs.set(id, changed);
  return changed;
}

function lastRun(runs: ReadonlyMap<string, Run>): Pick<Now, "run"> {
  const run = [...runs.values()].at(-1);
  return run ? { run: { id: run.id, state: run.state } } : {};
}

function matches(row: LetterRow, filter: LetterFilter): boolean {
  const facts: Readonly<Record<string, string | undefined>> = {
    cause: row.causeId,
    reason: row.reason,
    queue: row.queueId,
    intent: row.intentId,
    contact: row.contactId,
    source: row.source,
  };
  return Object.entries(filter).every(([name, values = []]) => {
    if (name === "message") return values.some((value) => row.message.includes(value));
    return !(name in facts) || values.some((value) => facts[name] === value);
  });
}

function flagsOf(filter: LetterFilter): string {
  return Object.entries(filter)
    .filter(([name]) => name !== "cause")
    .flatMap(([name, values = []]) => values.map((value) => ` --${name} ${value}`))
    .join("");
}
