import { setImmediate } from "node:timers/promises";
import { leastOf } from "../../cli/least-of.ts";
import { createContactReads, type OperatorReads } from "../../operate/checks/contact-reads.ts";
import { publishSettings } from "../../operate/resolve/carry-out.ts";
import { type Judged, judgeAll } from "../../operate/resolve/judge-all.ts";
import {
  type JudgedLetter,
  sketchUnknown,
  type UnknownLetter,
  verdictRulesOf,
} from "../../operate/resolve/judge-letter.ts";
import type { Session } from "../../operate/session.ts";
import { selectionOptions, type WriteCommand } from "../command-line.ts";
import type { QueueSnapshot } from "../letters/queue-reader.ts";
import { byAction, judgedRow } from "../letters/verdict-of.ts";
import type { ResolvePlan, ResolvePlanRequest } from "../protocol/plans.ts";
import { lettersOf } from "./plan-replay.ts";

/** How long Connect is asked before an answer shows how far it is. */
const askForMs = 1_000;
/** A page that is gone must not have Connect asked for ever. */
const longestReadMs = 30_000;
const onlyThrottled =
  "Connect has answered no read for 30 s. Others may use up the quota of its reads: ask again later.";
/** Letters are read from the disk so many at a time. */
const lettersAtOnce = 50;
const maxJudgedRows = 200;
/** What Connect has answered about so many selections is kept. */
const maxSelections = 8;

/** What Connect has answered about the letters of one selection, by message id. */
interface Asked {
  reads: OperatorReads;
  readonly unknown: Map<string, UnknownLetter>;
  readonly judged: Map<string, JudgedLetter>;
}

/** What a resolve would do with the letters as they were when the queue was read. The run asks Connect again. */
export class ResolvePlanner {
  readonly #session: Session;
  readonly #write: WriteCommand;
  readonly #asked = new Map<string, Asked>();
  #snapshot: QueueSnapshot | undefined;
  /** One at a time asks, at the pace that Connect allows. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(session: Session, write: WriteCommand) {
    this.#session = session;
    this.#write = write;
  }

  /** Asks on for a moment, and answers with the verdicts so far. */
  async plan(
    { selection, again = false }: ResolvePlanRequest,
    snapshot: QueueSnapshot | undefined,
  ): Promise<ResolvePlan> {
    const { freshness, letters, index } = await lettersOf(selection, snapshot, this.#session);
    if (this.#snapshot !== snapshot) this.#asked.clear();
    this.#snapshot = snapshot;
    const asked = this.#askedOf(JSON.stringify(selection), again);
    const unknown = await this.#unknownOf(letters, index, asked);
    const asking = this.#turn.then(() => this.#ask(unknown, asked));
    this.#turn = asking.catch(() => {});
    const { unread } = await asking;
    const judged = unknown.flatMap(({ messageId }) => asked.judged.get(messageId) ?? []);
    const rows = judged.map(judgedRow).toSorted(byAction);
    return {
      kind: "resolve",
      freshness,
      selected: letters.length,
      unknown: unknown.length,
      judged: judged.length,
      toPublish: rows.filter(({ action }) => action === "publish").length,
      toReplay: rows.filter(({ action }) => action === "replay").length,
      early: rows.filter(({ verdict }) => !verdict.isFinal && verdict.found !== "unreadable").length,
      readAt: judged.length > 0 ? leastOf(judged.map(({ readAt }) => readAt)) : undefined,
      rows: rows.slice(0, maxJudgedRows),
      moreRows: Math.max(0, rows.length - maxJudgedRows),
      unread,
      problem: this.#problem(),
      commandLine: this.#write(["dlq", "resolve"], { ...selectionOptions(selection), yes: true }),
    };
  }

  #askedOf(selection: string, again: boolean): Asked {
    const known = again ? undefined : this.#asked.get(selection);
    const { connect, clock } = this.#session;
    const asked = known ?? {
      reads: createContactReads(connect, clock),
      unknown: new Map(),
      judged: new Map(),
    };
    // The one that was asked about last is kept longest.
    this.#asked.delete(selection);
    this.#asked.set(selection, asked);
    for (const oldest of this.#asked.keys()) {
      if (this.#asked.size <= maxSelections) break;
      this.#asked.delete(oldest);
    }
    return asked;
  }

  async #unknownOf(
    ids: readonly string[],
    snapshot: QueueSnapshot,
    { unknown }: Asked,
  ): Promise<readonly UnknownLetter[]> {
    const { deployment, clock } = this.#session;
    const found: UnknownLetter[] = [];
    for (const [number, id] of ids.entries()) {
      if (snapshot.index.get(id)?.row.effect !== "unknown") continue;
      const letter = unknown.has(id) ? undefined : snapshot.letter(id);
      const sketch = unknown.get(id) ?? (letter && sketchUnknown(letter, deployment, clock.now()));
      if (!sketch) continue;
      unknown.set(id, sketch);
      found.push(sketch);
      if (letter && number % lettersAtOnce === 0) await setImmediate();
    }
    return found;
  }

  async #ask(unknown: readonly UnknownLetter[], { reads, judged }: Asked): Promise<Judged> {
    const { clock, deployment, signal } = this.#session;
    const left = unknown.filter(({ messageId }) => !judged.has(messageId));
    if (left.length === 0 || reads.blocked !== undefined) return { letters: [], unread: reads.blocked };
    const silence = new AbortController();
    const asked = new AbortController();
    void clock.sleep(longestReadMs, asked.signal).then(
      () => silence.abort(),
      () => {},
    );
    const endsAt = clock.monotonic() + askForMs;
    const now = await judgeAll(left, {
      reads,
      rules: verdictRulesOf(deployment),
      options: deployment,
      isEnough: () => clock.monotonic() > endsAt,
      signal: AbortSignal.any([signal, silence.signal]),
    });
    asked.abort();
    if (silence.signal.aborted && now.letters.length === 0) return { letters: [], unread: onlyThrottled };
    for (const one of now.letters) judged.set(one.letter.messageId, one);
    return now;
  }

  /** A resolve publishes, so it needs the bus. */
  #problem(): string | undefined {
    try {
      publishSettings(this.#session);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
