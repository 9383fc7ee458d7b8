import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { isObject, parseJson } from "../../cli/json.ts";
import type { Outcome } from "../../events/merge-outcomes.ts";
import { filterLog, jsonFilter } from "./filter-log.ts";

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
  const filterPattern = jsonFilter(identities, id);
  const events = await filterLog(client, { logGroupName, filterPattern, startTime: since });
  return events.flatMap(({ message }) => {
    const event = parseJson(message);
    return isOutcome(event) && names(event, id) ? [event] : [];
  });
}

/** In a filter `*` is a wildcard, so what was found may name another id. */
function names({ detail }: Outcome, id: string): boolean {
  return [
    detail.intentId,
    detail.clientToken,
    detail.request?.contactId,
    "messageId" in detail ? detail.messageId : undefined,
    "response" in detail ? detail.response.contactId : undefined,
  ].includes(id);
}

function isOutcome(event: unknown): event is Outcome {
  return (
    isObject(event) && isObject(event.detail) && String(event["detail-type"]).startsWith("Contact Transfer ")
  );
}
