import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { isObject, parseJson } from "../../cli/json.ts";
import type { Outcome } from "../../events/merge-outcomes.ts";
import { askAws } from "./explain-error.ts";

/** Members of an outcome that name an intent or a contact. */
const identities = [
  "detail.intentId",
  "detail.clientToken",
  "detail.messageId",
  "detail.request.contactId",
  "detail.response.contactId",
];

/** The logged outcomes that name `id`, in the order of the log, from `since` on (milliseconds since 1970). */
export async function findOutcomes(
  client: CloudWatchLogsClient,
  logGroupName: string,
  id: string,
  since: number,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const quoted = JSON.stringify(id);
  const filterPattern = `{ ${identities.map((member) => `($.${member} = ${quoted})`).join(" || ")} }`;
  let nextToken: string | undefined;
  do {
    const input = { logGroupName, filterPattern, startTime: since, nextToken };
    const page = await askAws("logs:FilterLogEvents", `the log group ${logGroupName}`, () =>
      client.send(new FilterLogEventsCommand(input)),
    );
    for (const { message = "" } of page.events ?? []) {
      const event = parseJson(message);
      if (isOutcome(event)) outcomes.push(event);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return outcomes;
}

function isOutcome(event: unknown): event is Outcome {
  return (
    isObject(event) && isObject(event.detail) && String(event["detail-type"]).startsWith("Contact Transfer ")
  );
}
