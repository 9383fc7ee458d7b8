import { reasonNames } from "../../events/failure-reasons.ts";
import { memberAt } from "../../operate/letters/member-path.ts";
import { describeLetterReason } from "../../operate/letters/reasons.ts";
import { buildPage } from "../build/build-page.ts";
import {
  filterNames,
  type Letter,
  type LetterFilter,
  type LetterRow,
  type Now,
  type ReplayRequest,
  type Run,
} from "../protocol.ts";
import type { Handlers } from "../server/routes.ts";
import { type ConsoleServer, startConsoleServer } from "../server/start-server.ts";
import { fixtureLetter, fixtureLetters } from "./fixture-letters.ts";

export interface FixtureOptions {
  /** The time of the made-up incident. */
  readonly now: number;
  /** How many times its letters. @default 1 */
  readonly copies?: number;
  /** Shown in place of the first letter. */
  readonly letter?: Letter;
  /** @default true */
  readonly canWrite?: boolean;
}

const command = "npx contact-transfer";

/** The console's server in front of a made-up incident, for what a local stack does not have: days of history, alarms that ring, 50,000 letters. */
export async function startFixtureConsole(options: FixtureOptions): Promise<ConsoleServer> {
  const { files } = await buildPage();
  return startConsoleServer({ handlers: fixtureHandlers(options), page: files });
}

function fixtureHandlers({ now, copies = 1, letter, canWrite = true }: FixtureOptions): Handlers {
  const { rows: made, groups } = fixtureLetters(now, copies);
  const rows = letter ? [letter, ...made] : made;
  const [example] = groups;
  const shownGroups = letter && example ? [...groups, { ...example, ...groupOfLetter(letter) }] : groups;
  const readAt = now - 20_000;
  const runs = new Map<string, Run>();
  const matching = (filter: LetterFilter) => rows.filter((row) => matches(row, filter));
  const selectedOf = ({ selection }: Pick<ReplayRequest, "selection">) =>
    selection.kind === "ids"
      ? rows.filter(({ id }) => selection.ids.includes(id))
      : matching(selection.filter);
  return {
    "GET /api/session": () => sessionInfo(canWrite),
    "GET /api/overview": () => ({
      groups: shownGroups,
      freshness: [
        { source: "log", readAt: now - 9000 },
        { source: "queue", readAt },
      ],
      isReadingLog: false,
      total: { inQueue: rows.length, failures: rows.length + 2 },
    }),
    "GET /api/now": () => ({ ...nowOf(now, rows.length), ...lastRun(runs) }),
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
      planOf(body as ReplayRequest, selectedOf(body as ReplayRequest), readAt),
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
    "GET /api/runs": () => ({ runs: [...runs.values()] }),
    "GET /api/runs/:id": ({ params }) => runs.get(params.id ?? "") ?? failRun(),
    "POST /api/runs": ({ body }) => {
      const { request, why } = body as { request: ReplayRequest; why: string };
      const run = runOf(why, selectedOf(request).length, now);
      runs.set(run.id, run);
      return run;
    },
    "POST /api/runs/:id/pause": ({ params }) => change(runs, params.id, "paused"),
    "POST /api/runs/:id/resume": ({ params }) => change(runs, params.id, "sending"),
    "POST /api/runs/:id/cancel": ({ params }) => change(runs, params.id, "cancelled"),
    "GET /api/runs/:id/report": () => ({
      rows: rows.slice(0, 11).map(({ id, intentId, clientToken }, index) => ({
        id,
        ...(intentId !== undefined && { intentId }),
        ...(clientToken !== undefined && { clientToken }),
        newMessageId: `new-${id}`,
        sentAt: now - (11 - index) * 1000,
        ...(index < 2
          ? { fate: "waiting" as const }
          : { fate: "transferred" as const, newContactId: `8f28b205-${index}c1d-4a70-b2f0-3d6f1f1c2a11` }),
      })),
    }),
    "POST /api/runs/:id/undo": ({ params }) => change(runs, params.id, "done"),
    "GET /api/trace": ({ query }) => traceOf(query.id ?? "", rows, now),
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

function sessionInfo(canWrite: boolean) {
  return {
    version: "0.1.0",
    stack: "ContactTransfer",
    region: "eu-central-1",
    account: "111122223333",
    isLocal: false,
    deadLetterQueueUrl: "https://sqs.eu-central-1.amazonaws.com/111122223333/dead",
    intentQueueUrl: "https://sqs.eu-central-1.amazonaws.com/111122223333/intents",
    canWrite,
    operator: { aws: "assumed-role/on-call/kim", local: "kim@laptop" },
    auditFile: ".contact-transfer/audit.jsonl",
    hasOutcomeLog: true,
    hasFunctionLog: true,
    transfersPerSecond: 2,
    idleMinutes: 30,
    reasons: reasonNames.map((reason) => ({ reason, ...describeLetterReason(reason) })),
    filters: filterNames.map((name) => ({ name, description: descriptions[name] ?? "" })),
  };
}

const descriptions: Readonly<Record<string, string>> = {
  reason: "failure reason; several separated by commas",
  queue: "id or ARN of the destination queue",
  "older-than": "failed at least this long ago: 30m, 6h, 2d, 1d12h",
  message: "part of the failure's message, in any case",
};

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

function nowOf(now: number, letters: number): Now {
  const buckets = 72;
  const startsAt = now - buckets * 300_000;
  const wave = (index: number) => Math.round(46 + 30 * Math.sin(index / 9) + 12 * Math.sin(index * 1.7));
  return {
    at: now - 1000,
    deadLetters: { visible: letters, inFlight: 0, delayed: 0, total: letters },
    intents: { visible: 128, inFlight: 20, delayed: 6, total: 154 },
    pace: {
      transfersPerSecond: 2,
      endedPerSecond: 1.86,
      minutes: 15,
      secondsAtQuota: 77,
      secondsAtPace: 83,
      retried: [
        { reason: "WaitsForSlot", count: 18, since: now - 40_000 },
        { reason: "AccessDenied", count: 2, since: now - 190_000 },
      ],
    },
    outcomes: {
      startsAt,
      bucketMs: 300_000,
      succeeded: Array.from({ length: buckets }, (_, index) => wave(index)),
      failed: Array.from({ length: buckets }, (_, index) =>
        index > 56 ? Math.round((index - 55) / 3) : index % 17 === 3 ? 2 : 0,
      ),
      readAt: now - 9000,
    },
    alarms: {
      kind: "read",
      readAt: now - 9000,
      total: 14,
      ringing: [
        {
          name: "ContactTransfer-DeadLetters",
          since: now - 5 * 3_600_000,
          description:
            "There are dead letters: intents failed and wait for a person. Open them, fix the cause, replay.",
        },
      ],
    },
    problems: [],
  };
}

function planOf(
  { edits = [], perSecond = 1 }: ReplayRequest,
  selected: readonly LetterRow[],
  readAt: number,
) {
  const invalid = edits.some(({ json }) => json?.includes(" ")) ? selected.length : 0;
  const notIntents = edits.length > 0 ? [] : selected.filter(({ isIntent }) => !isIntent);
  const toReplay = selected.length - notIntents.length - invalid;
  const [first] = selected;
  return {
    kind: "replay" as const,
    freshness: { source: "queue" as const, readAt },
    selected: selected.length,
    toReplay,
    merged: 0,
    skipped:
      notIntents.length === 0
        ? []
        : [
            {
              skipReason: "NotAnIntent",
              count: notIntents.length,
              why: "not an intent: repair it with --set and --unset, or add --include-invalid",
              examples: notIntents
                .slice(0, 3)
                .map(({ id, intentId }) => ({ id, ...(intentId !== undefined && { intentId }) })),
            },
          ],
    ...(edits.length > 0 &&
      first && {
        edited: {
          changed: selected.length - invalid,
          unchanged: 0,
          invalid,
          violations:
            invalid > 0
              ? [
                  {
                    path: edits.find(({ json }) => json?.includes(" "))?.path ?? "",
                    message:
                      "detail/userId must be a user id (1-256 characters A-Z a-z 0-9 - _ .) or a user ARN (…/agent/…)",
                  },
                ]
              : [],
          differences: [
            {
              count: selected.length,
              example: { id: first.id, ...(first.intentId !== undefined && { intentId: first.intentId }) },
              changes: edits.map(({ path, json }) => ({
                path: path.slice(1).replaceAll("/", "."),
                from: JSON.stringify(
                  memberAt(fixtureLetter(first, readAt).envelope, path.slice(1).split("/")),
                ),
                ...(json !== undefined && { to: json }),
              })),
            },
          ],
          moreDifferences: 0,
        },
      }),
    notes: selected.some(({ effect }) => effect === "unknown")
      ? [
          {
            kind: "note" as const,
            text: "6 may already have transferred the contact (effect unknown); each keeps its client token, which prevents a second transfer.",
          },
        ]
      : [],
    perSecond,
    seconds: Math.ceil(toReplay / perSecond),
    steps: [1, 10, toReplay - 11].filter((step) => step > 0),
    commandLine: `${command} dlq replay --queue queue-refunds --yes --follow`,
  };
}

function runOf(why: string, selected: number, now: number): Run {
  return {
    id: "run-1",
    kind: "replay",
    state: "watching",
    revision: 1,
    startedAt: now - 14_000,
    why,
    operator: "assumed-role/on-call/kim (kim@laptop)",
    commandLine: `${command} dlq replay --queue queue-refunds --yes --follow`,
    selected,
    done: 11,
    skipped: 0,
    failed: 0,
    perSecond: 1,
    secondsLeft: 31,
    step: { number: 2, of: 3, until: 11 },
    fates: { transferred: 9, failedAgain: 0, waiting: 2, readAt: now - 2000, failedAgainAs: [] },
    failures: [],
    canUndo: false,
  };
}

function traceOf(id: string, rows: readonly LetterRow[], now: number) {
  const row = rows.find((each) => [each.clientToken, each.intentId, each.contactId, each.id].includes(id));
  const at = row?.failedAt ?? now;
  return {
    id,
    readAt: now - 1000,
    remarks: [],
    commandLine: `${command} trace ${id}`,
    intents: row
      ? [
          {
            ...(row.clientToken !== undefined && { clientToken: row.clientToken }),
            ...(row.intentId !== undefined && { intentId: row.intentId }),
            ...(row.contactId !== undefined && { contactId: row.contactId }),
            state: "failed" as const,
            text: "Failed; its dead letter is in the queue",
            timeline: [
              { at: at - 120_000, kind: "requested" as const, text: `requested by ${row.source}` },
              {
                at: at - 100_000,
                kind: "retried" as const,
                text: "retried, WaitsForSlot, 3 times until it got a slot",
              },
              {
                at: at - 1000,
                kind: "failed" as const,
                text: `failed, ${row.reason}: ${row.message} (effect ${row.effect}, receive 4)`,
              },
              {
                at,
                kind: "dead letter" as const,
                text: `in the dead-letter queue: message ${row.id}`,
                letterId: row.id,
              },
            ],
          },
        ]
      : [],
  };
}
