import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { isOutcomeId } from "../operate/letters/letter-of-outcome.ts";
import type { SessionOptions } from "../operate/open-session.ts";
import type { Session } from "../operate/session.ts";
import { type CommandOptions, commandWriter, selectionOptions } from "./command-line.ts";
import { describeSession } from "./describe-session.ts";
import { checkContact } from "./letters/check-contact.ts";
import { FailureLog } from "./letters/failure-log.ts";
import { groupLetters } from "./letters/group-letters.ts";
import { listLetters } from "./letters/list-letters.ts";
import { QueueReader } from "./letters/queue-reader.ts";
import { type ShownLetter, showLetter } from "./letters/show-letter.ts";
import { traceIntent } from "./letters/trace-intent.ts";
import { readAlarms } from "./now/alarms.ts";
import { createSeeNow } from "./now/see-now.ts";
import { SuccessLog } from "./now/success-log.ts";
import type { Alarms } from "./protocol/now.ts";
import type { Overview } from "./protocol/overview.ts";
import type { DiscardPlan } from "./protocol/plans.ts";
import type { Run } from "./protocol/runs.ts";
import { lettersOf, planReplay } from "./runs/plan-replay.ts";
import { ResolvePlanner } from "./runs/plan-resolve.ts";
import {
  readDiscardRequest,
  readReplayRequest,
  readResolvePlanRequest,
  readRunRequest,
  readWhy,
} from "./runs/read-request.ts";
import { discardFile, Runs } from "./runs/runs.ts";
import { ApiRefusal } from "./server/errors.ts";
import type { Handlers } from "./server/routes.ts";
import { watchSession } from "./watched-session.ts";

export interface ConsoleOptions {
  readonly session: Session;
  /** How the session was opened, for the command lines. */
  readonly options: SessionOptions;
  readonly canWrite: boolean;
  readonly auditFile: string;
  readonly idleMinutes: number;
  /** A remark on the work, for the terminal. */
  readonly note: (text: string) => void;
}

export interface ConsoleHandlers extends AsyncDisposable {
  readonly handlers: Handlers;
  /** Whether a run or a reading is under way. */
  isBusy(): boolean;
}

/** The console on a deployment: each endpoint is an operation of operate/. */
export function createHandlers(asked: ConsoleOptions): ConsoleHandlers {
  const { options, canWrite, auditFile } = asked;
  const { session, watch } = watchSession(asked.session, asked.note);
  const { clock, deployment } = session;
  const write = commandWriter(options);
  const queue = new QueueReader(session, write(["dlq", "list"]));
  const { failures, successes } = openLogs(session);
  const seeNow = createSeeNow({ session, failures, successes, alarms: () => alarmsOf(session) });
  const resolvePlanner = new ResolvePlanner(session, write);
  const runs = new Runs({ session, auditFile, queue, failures, successes, write, note: asked.note });
  let reading: Promise<void> = Promise.resolve();

  const find = (id: string): ShownLetter => {
    const { snapshot } = queue;
    const known = isOutcomeId(id) ? failures?.index.get(id) : snapshot?.index.get(id);
    const freshness = isOutcomeId(id) ? failures?.freshness : snapshot?.freshness;
    const letter = isOutcomeId(id) ? failures?.letter(id) : snapshot?.letter(id);
    if (!known || !freshness || !letter) {
      throw new ApiRefusal("NoSuchLetter", "This dead letter is not among those that have been read.");
    }
    const expiresAt = isOutcomeId(id) ? undefined : known.sentAt + (snapshot?.retentionMs ?? 0);
    return { letter, row: { ...known.row, expiresAt }, freshness };
  };

  const change = async (act: (these: Runs) => Run | Promise<Run>): Promise<Run> => {
    if (!canWrite) {
      throw new ApiRefusal(
        "ReadOnly",
        "This console is read-only: start it again with --write to change anything.",
      );
    }
    return act(runs);
  };

  return {
    handlers: {
      "GET /api/session": () => describeSession({ ...asked, session }),
      "GET /api/overview": () => {
        refreshOld(failures, clock.now());
        return overviewOf(queue, failures, clock.now(), (causeId) =>
          write(["dlq", "list"], { cause: causeId }),
        );
      },
      async "GET /api/now"() {
        const [last] = runs.all();
        const { leased } = watch;
        const why = runs.isBusy ? "a run works on them" : "the queue is being read";
        return {
          ...(await seeNow()),
          lease: leased && { ...leased, why },
          reading: queue.reading,
          run: last && { id: last.id, state: last.state },
        };
      },
      async "POST /api/reading"() {
        if (runs.isBusy)
          throw new ApiRefusal("Busy", "A run works on the queue: wait for its end, or cancel it.");
        const started = await queue.start();
        reading = started.whenDone;
        return started.reading;
      },
      "GET /api/letters": ({ query }) => {
        refreshOld(failures, clock.now());
        return listLetters(query, { log: failures, queue }, clock.now(), write);
      },
      "GET /api/letters/:id": ({ params: { id = "" } }) =>
        showLetter(find(id), deployment, clock.now(), write),
      "POST /api/letters/:id/check": ({ params: { id = "" } }) =>
        checkContact(find(id).letter, session, write),
      "POST /api/plans/replay": ({ body }) =>
        planReplay(readReplayRequest(body), queue.snapshot, session, write),
      async "POST /api/plans/discard"({ body }): Promise<DiscardPlan> {
        const { selection } = readDiscardRequest(body);
        const { freshness, letters, reasons } = await lettersOf(selection, queue.snapshot, session);
        const file = discardFile(clock.now());
        const optionsOf: CommandOptions = { ...selectionOptions(selection), to: file, yes: true };
        const byReason = Map.groupBy(reasons, (reason) => reason);
        return {
          kind: "discard",
          freshness,
          selected: letters.length,
          reasons: Array.from(byReason, ([reason, { length }]) => ({ reason, count: length })),
          file,
          commandLine: write(["dlq", "discard"], optionsOf),
        };
      },
      "POST /api/plans/resolve": ({ body }) =>
        resolvePlanner.plan(readResolvePlanRequest(body), queue.snapshot),
      "GET /api/runs": () => ({ runs: runs.all() }),
      "GET /api/runs/:id": ({ params: { id = "" } }) => runs.get(id),
      "POST /api/runs": ({ body }) => change((these) => these.start(readRunRequest(body))),
      "POST /api/runs/:id/pause": ({ params: { id = "" } }) => change((these) => these.pause(id)),
      "POST /api/runs/:id/resume": ({ params: { id = "" } }) => change((these) => these.resume(id)),
      "POST /api/runs/:id/cancel": ({ params: { id = "" } }) => change((these) => these.cancel(id)),
      "POST /api/runs/:id/undo": ({ params: { id = "" }, body }) =>
        change((these) => these.undo(id, readWhy(body))),
      "GET /api/runs/:id/report": ({ params: { id = "" }, query: { cursor = "0" } }) =>
        runs.report(id, Number(cursor) || 0),
      "GET /api/trace": ({ query: { id = "", check } }) => {
        if (id === "") throw new ApiRefusal("WrongUse", "Give an id to trace.");
        if (id.length > maxIdLength) {
          throw new ApiRefusal(
            "WrongUse",
            `No id has more than ${maxIdLength} characters; this text has ${id.length}.`,
          );
        }
        return traceIntent(id, session, queue, { write, asksConnect: check === "true" });
      },
    },
    isBusy: () => queue.isReading || runs.isBusy,
    async [Symbol.asyncDispose]() {
      await runs.close();
      await reading;
      // A reading of the log under way must not write to what is closed.
      await failures?.reading.settled();
      failures?.[Symbol.dispose]();
      queue[Symbol.dispose]();
    },
  };
}

/** Of a contact; all others are shorter. */
const maxIdLength = 256;

function openLogs(session: Session) {
  const { deployment, clock } = session;
  const logGroupName = deployment.outputs?.outcomeLogGroupName;
  if (logGroupName === undefined) return {};
  let client: Promise<CloudWatchLogsClient> | undefined;
  const logs = () => {
    client ??= session.logs();
    return client;
  };
  const deps = { logs, logGroupName, clock };
  return {
    failures: new FailureLog({ ...deps, instances: deployment.instances }),
    successes: new SuccessLog(deps),
  };
}

async function alarmsOf({ deployment, cloudWatch, clock }: Session): Promise<Alarms> {
  if (deployment.stack === undefined)
    return { kind: "unknown", why: "Alarms are those of a stack: give --stack NAME." };
  return readAlarms(await cloudWatch(), deployment.stack, clock.now);
}

const logMs = 10_000;

/** Begins to read what is new, for the next time that somebody asks. */
function refreshOld(failures: FailureLog | undefined, now: number): void {
  if (failures && now - (failures.freshness?.readAt ?? 0) > logMs) void failures.reading.refresh();
}

function overviewOf(
  { snapshot }: QueueReader,
  failures: FailureLog | undefined,
  now: number,
  listCommand: (causeId: string) => string,
): Overview {
  const log = failures?.freshness && failures.index.all();
  const inQueue = snapshot?.index.all();
  const groups = groupLetters({ log, queue: inQueue, retentionMs: snapshot?.retentionMs }, now);
  return {
    groups: groups.map((group) => ({ ...group, listCommand: listCommand(group.id) })),
    freshness: [failures?.freshness, snapshot?.freshness].filter((each) => each !== undefined),
    isReadingLog: failures !== undefined && failures.freshness === undefined && failures.reading.isReading,
    logError: failures?.reading.error,
    total: { failures: log?.length, inQueue: inQueue?.length },
  };
}
