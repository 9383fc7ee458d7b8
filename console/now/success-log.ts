import { succeededDetailType } from "../../events/detail-types.ts";
import { type LoggedOutcome, outcomePages } from "../../operate/aws/outcome-log.ts";
import type { FailureLogDeps } from "../letters/failure-log.ts";
import { LogReading } from "../letters/log-reading.ts";

const keptMs = 6 * 3_600_000;
/** CloudWatch shows an event only a while after it was logged. */
const overlapMs = 2 * 60_000;

/** A transfer that the outcome log knows. */
export interface LoggedSuccess {
  readonly at: number;
  readonly clientToken: string;
  readonly newContactId: string;
}

/** The transfers of the last hours in the outcome log: read once, then only what is new. */
export class SuccessLog {
  readonly #deps: Omit<FailureLogDeps, "instances">;
  readonly #byEvent = new Map<string, LoggedSuccess>();
  readonly #byToken = new Map<string, LoggedSuccess>();
  /** How far the log has been read. */
  readonly reading: LogReading;

  constructor(deps: Omit<FailureLogDeps, "instances">) {
    this.#deps = deps;
    this.reading = new LogReading(
      (lastReadAt = 0, startedAt) => this.#read(lastReadAt, startedAt),
      deps.clock.now,
    );
  }

  all(): Iterable<LoggedSuccess> {
    return this.#byEvent.values();
  }

  /** The last transfer under this token. */
  ofToken(clientToken: string): LoggedSuccess | undefined {
    return this.#byToken.get(clientToken);
  }

  async #read(lastReadAt: number, startedAt: number): Promise<void> {
    const { logs, logGroupName } = this.#deps;
    const from = Math.max(startedAt - keptMs, lastReadAt - overlapMs);
    for await (const page of outcomePages(await logs(), logGroupName, succeededDetailType, from)) {
      for (const logged of page) this.#add(logged);
    }
    for (const [id, { at, clientToken }] of this.#byEvent) {
      if (at >= startedAt - keptMs) continue;
      this.#byEvent.delete(id);
      if (this.#byToken.get(clientToken)?.at === at) this.#byToken.delete(clientToken);
    }
  }

  #add({ at, outcome: { id, detail } }: LoggedOutcome<typeof succeededDetailType>): void {
    if (detail.shadow) return;
    const { clientToken, response } = detail;
    const success = { at, clientToken, newContactId: response.contactId };
    this.#byEvent.set(String(id), success);
    this.#byToken.set(clientToken, success);
  }
}
