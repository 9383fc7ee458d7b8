import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { failedDetailType } from "../../events/detail-types.ts";
import type { Clock } from "../../lambda/ports.ts";
import type { Instances } from "../../lambda/settings.ts";
import { outcomePages } from "../../operate/aws/outcome-log.ts";
import { createLetterSpool } from "../../operate/files/letter-spool.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { letterOfOutcome } from "../../operate/letters/letter-of-outcome.ts";
import { readLetter } from "../../operate/letters/read-letter.ts";
import type { Freshness } from "../protocol.ts";
import { type IndexedLetter, indexLetter } from "./indexed-letter.ts";
import { LetterIndex } from "./letter-index.ts";

/** As long as the outcome log keeps its events by default. */
const keptMs = 30 * 86_400_000;
/** CloudWatch shows an event only a while after it was logged. */
const overlapMs = 5 * 60_000;

export interface FailureLogDeps {
  readonly logs: () => Promise<CloudWatchLogsClient>;
  readonly logGroupName: string;
  readonly instances: Instances;
  readonly clock: Clock;
}

/** The failures of the outcome log: read whole once, then only what is new. It receives nothing from a queue. */
export class FailureLog implements Disposable {
  readonly index = new LetterIndex();
  readonly #deps: FailureLogDeps;
  readonly #spool = createLetterSpool();
  readonly #idOfMessage = new Map<string, string>();
  /** The latest failure of each client token. */
  readonly #lastOfToken = new Map<string, { readonly id: string; readonly at: number }>();
  readonly #since: number;
  #readAt: number | undefined;
  #reading: Promise<void> | undefined;
  #error: string | undefined;

  constructor(deps: FailureLogDeps) {
    this.#deps = deps;
    this.#since = deps.clock.now() - keptMs;
  }

  /** Undefined until the log has been read once. */
  get freshness(): Freshness | undefined {
    if (this.#readAt === undefined) return undefined;
    const { dropped } = this.index;
    const mayBeMore = dropped > 0 ? `${dropped} older failures are left out` : undefined;
    return { source: "log", readAt: this.#readAt, since: this.#since, mayBeMore };
  }

  get isReading(): boolean {
    return this.#reading !== undefined;
  }

  /** Why the last reading failed. */
  get error(): string | undefined {
    return this.#error;
  }

  /** The dead letter as far as its outcome knows it, from the disk. */
  letter(id: string): DeadLetter | undefined {
    const slot = this.index.get(id)?.slot;
    return slot && readLetter(this.#spool.read(slot), this.#deps.instances);
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  [Symbol.dispose](): void {
    this.#spool[Symbol.dispose]();
  }

  /**
   * The failure of a message of the intent queue, or of one that the function has sent in its place: such a failure has the same
   * token and comes later.
   */
  ofMessage(messageId: string, clientToken: string | undefined, sentAt: number): IndexedLetter | undefined {
    const last = this.#lastOfToken.get(clientToken ?? "");
    // EventBridge's times are whole seconds: an earlier failure can have the second in which the message was sent.
    const replaced = last && last.at >= sentAt ? last.id : undefined;
    return this.index.get(this.#idOfMessage.get(messageId) ?? replaced ?? "");
  }

  /** Reads what is new. Two at once are one. Never rejects: `error` has the reason. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read()
      .then(() => {
        this.#error = undefined;
      })
      .catch((error) => {
        this.#error = (error as Error).message;
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { logs, logGroupName, instances, clock } = this.#deps;
    const startedAt = clock.now();
    const from = this.#readAt === undefined ? this.#since : this.#readAt - overlapMs;
    for await (const page of outcomePages(await logs(), logGroupName, failedDetailType, from)) {
      for (const { at, outcome } of page) {
        const letter = letterOfOutcome(outcome, at, instances);
        if (this.index.has(letter.messageId)) continue;
        this.index.add(indexLetter(letter, this.#spool.add(letter)));
        const { messageId, clientToken } = outcome.detail;
        if (messageId !== undefined) this.#idOfMessage.set(messageId, letter.messageId);
        const last = this.#lastOfToken.get(clientToken ?? "");
        const happenedAt = Date.parse(String(outcome.time));
        if (clientToken !== undefined && !(last && last.at > happenedAt))
          this.#lastOfToken.set(clientToken, { id: letter.messageId, at: happenedAt });
      }
    }
    this.#readAt = startedAt;
  }
}
