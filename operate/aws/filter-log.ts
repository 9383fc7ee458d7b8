import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { askAws } from "./explain-error.ts";

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}

/** A filter for JSON events in which one of the members is this text. */
export function jsonFilter(members: readonly string[], text: string): string {
  const quoted = JSON.stringify(text);
  return `{ ${members.map((member) => `($.${member} = ${quoted})`).join(" || ")} }`;
}

/** All events of a log group that match, in the order of the log. */
export async function filterLog(
  client: CloudWatchLogsClient,
  query: { readonly logGroupName: string; readonly filterPattern: string; readonly startTime: number },
): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await askAws("logs:FilterLogEvents", `the log group ${query.logGroupName}`, () =>
      client.send(new FilterLogEventsCommand({ ...query, nextToken })),
    );
    for (const { timestamp = 0, message = "" } of page.events ?? []) found.push({ at: timestamp, message });
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}
