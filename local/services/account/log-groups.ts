import { compileLogFilterPattern } from "./log-filter-pattern.ts";

/** An error that the service answers with status 400. */
export class LogsError extends Error {
  override readonly name: "ResourceNotFoundException" | "InvalidParameterException";

  constructor(name: LogsError["name"], message: string) {
    super(message);
    this.name = name;
  }
}

interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface FilterLogEventsInput {
  readonly logGroupName?: unknown;
  readonly filterPattern?: unknown;
  /** Milliseconds since 1970; both ends are included. */
  readonly startTime?: unknown;
  readonly endTime?: unknown;
  readonly nextToken?: unknown;
  readonly limit?: unknown;
}

const logStreamName = "local";
const maxPageLength = 10_000;
/** A function of a busy local stack logs without end: the oldest events are forgotten. */
const maxEvents = 100_000;

/** CloudWatch log groups in memory: rules write to them, `FilterLogEvents` reads them. */
export class LogGroups {
  readonly #groups: ReadonlyMap<string, LogEvent[]>;
  #putCount = 0;

  constructor(names: readonly string[]) {
    this.#groups = new Map(names.map((name) => [name, []]));
  }

  /** `timestamp` in milliseconds since 1970. */
  put(logGroupName: string, message: string, timestamp: number): void {
    const events = this.#find(logGroupName);
    const eventId = String(this.#putCount++).padStart(56, "0");
    events.push({ eventId, timestamp, message });
    if (events.length > maxEvents) events.splice(0, maxEvents / 10);
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
  filterLogEvents({
    logGroupName,
    filterPattern,
    startTime,
    endTime,
    nextToken,
    limit,
  }: FilterLogEventsInput) {
    const matches = compile(String(filterPattern ?? ""));
    const from = Number(startTime ?? 0);
    if (from < 0) {
      const what = `Value '${from}' at 'startTime' failed to satisfy constraint: Member must have value greater than or equal to 0`;
      throw new LogsError("InvalidParameterException", `1 validation error detected: ${what}`);
    }
    const until = Number(endTime ?? Number.POSITIVE_INFINITY);
    const events = this.#find(String(logGroupName ?? ""));
    const found = events.filter(
      ({ timestamp, message }) => timestamp >= from && timestamp <= until && matches(message),
    );
    const start = Number(nextToken ?? 0);
    const end = start + Math.min(Number(limit ?? maxPageLength), maxPageLength);
    return {
      events: found
        .slice(start, end)
        .map((event) => ({ ...event, logStreamName, ingestionTime: event.timestamp })),
      ...(end < found.length && { nextToken: String(end) }),
    };
  }

  #find(name: string): LogEvent[] {
    const group = this.#groups.get(name);
    if (group) return group;
    throw new LogsError("ResourceNotFoundException", "The specified log group does not exist.");
  }
}

function compile(pattern: string) {
  try {
    return compileLogFilterPattern(pattern);
  } catch (error) {
    throw new LogsError("InvalidParameterException", (error as Error).message);
  }
}
