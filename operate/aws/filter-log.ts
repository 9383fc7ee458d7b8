import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { askAws } from "./explain-error.ts";

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}

/** The most characters of a filter. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const maxPattern = 1024;

/**
 * A filter for JSON events in which one of the members is this text. In a filter `*` is a wildcard, and a text that is too
 * long for one is cut there: who needs exactly this text looks at what was found.
 */
export function jsonFilter(members: readonly string[], text: string): string {
  for (let length = text.length; ; length--) {
    const quoted = JSON.stringify(length === text.length ? text : `${text.slice(0, length)}*`);
    const pattern = `{ ${members.map((member) => `($.${member} = ${quoted})`).join(" || ")} }`;
    if (pattern.length <= maxPattern || length === 0) return pattern;
  }
}

export interface LogQuery {
  readonly logGroupName: string;
  /** All events, if there is none. */
  readonly filterPattern?: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
}

/** All events of a log group that match, in the order of the log. */
export async function filterLog(client: CloudWatchLogsClient, query: LogQuery): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  for await (const page of logPages(client, query)) found.push(...page);
  return found;
}

/** The same page by page, for what does not fit into memory. */
export async function* logPages(
  client: CloudWatchLogsClient,
  query: LogQuery,
): AsyncGenerator<readonly LogEvent[]> {
  // CloudWatch Logs refuses an instant before 1970, such as that of `--since 99999d`.
  const startTime = Math.max(0, query.startTime);
  let nextToken: string | undefined;
  do {
    const page = await askAws("logs:FilterLogEvents", `the log group ${query.logGroupName}`, () =>
      client.send(new FilterLogEventsCommand({ ...query, startTime, nextToken })),
    );
    yield (page.events ?? []).map(({ timestamp = 0, message = "" }) => ({ at: timestamp, message }));
    nextToken = page.nextToken;
  } while (nextToken);
}
