import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { failedDetailType } from "../../events/detail-types.ts";
import type { Clock } from "../../lambda/ports.ts";
import type { Instances } from "../../lambda/settings.ts";
import { outcomePages } from "../../operate/aws/outcome-log.ts";
import { createLetterSpool } from "../../operate/files/letter-spool.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { letterOfOutcome } from "../../operate/letters/letter-of-outcome.ts";
import { readLetter } from "../../operate/letters/read-letter.ts";
import type { Freshness } from "../protocol/overview.ts";
import { type IndexedLetter, indexLetter } from "./indexed-letter.ts";
import { LetterIndex } from "./letter-index.ts";
import { LogReading } from "./log-reading.ts";

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
  /** How far the log has been read. */
  readonly reading: LogReading;

  constructor(deps: FailureLogDeps) {
    this.#deps = deps;
    this.#since = deps.clock.now() - keptMs;
    this.reading = new LogReading((lastReadAt) => this.#read(lastReadAt), deps.clock.now);
  }

  /** Undefined until the log has been read once. */
  get freshness(): Freshness | undefined {
    const { readAt } = this.reading;
    if (readAt === undefined) return undefined;
    const { dropped } = this.index;
    const mayBeMore = dropped > 0 ? `${dropped} older failures are left out` : undefined;
    return { source: "log", readAt, since: this.#since, mayBeMore };
  }

  /** The dead letter as far as its outcome knows it, from the disk. */
  letter(id: string): DeadLetter | undefined {
    const slot = this.index.get(id)?.slot;
    return slot && readLetter(this.#spool.read(slot), this.#deps.instances);
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

  async #read(lastReadAt: number | undefined): Promise<void> {
    const { logs, logGroupName, instances } = this.#deps;
    const from = lastReadAt === undefined ? this.#since : lastReadAt - overlapMs;
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
  }
}
