import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { isObject, parseJson } from "../../cli/json.ts";
import type { Outcome } from "../../events/merge-outcomes.ts";
import { filterLog, jsonFilter, logPages } from "./filter-log.ts";

/** Members of an outcome that name an intent or a contact. */
const identities = [
  "detail.intentId",
  "detail.clientToken",
  "detail.messageId",
  "detail.request.contactId",
  "detail.response.contactId",
  "detail.resolution.contactId",
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

/** The outcome whose event has this id. */
export async function findOutcomeEvent(
  client: CloudWatchLogsClient,
  logGroupName: string,
  eventId: string,
  since: number,
): Promise<Outcome | undefined> {
  const filterPattern = jsonFilter(["id"], eventId);
  const events = await filterLog(client, { logGroupName, filterPattern, startTime: since });
  const outcomes = events.map(({ message }) => parseJson(message)).filter(isOutcome);
  return outcomes.find(({ id }) => id === eventId);
}

/** The logged outcomes of a kind, page by page in the order of the log, from `since` on (milliseconds since 1970). */
export async function* outcomePages<T extends Outcome["detail-type"]>(
  client: CloudWatchLogsClient,
  logGroupName: string,
  detailType: T,
  since: number,
): AsyncGenerator<readonly LoggedOutcome<T>[]> {
  const filterPattern = jsonFilter(["detail-type"], detailType);
  for await (const page of logPages(client, { logGroupName, filterPattern, startTime: since })) {
    yield page.flatMap(({ at, message }) => {
      const outcome = parseJson(message);
      return isOutcome(outcome) && isOf(outcome, detailType) ? [{ at, outcome }] : [];
    });
  }
}

export interface LoggedOutcome<T extends Outcome["detail-type"]> {
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  readonly outcome: Extract<Outcome, { "detail-type": T }>;
}

function isOf<T extends Outcome["detail-type"]>(
  outcome: Outcome,
  detailType: T,
): outcome is Extract<Outcome, { "detail-type": T }> {
  return outcome["detail-type"] === detailType;
}

/** All logged outcomes from `since` on (milliseconds since 1970). */
export async function recentOutcomes(
  client: CloudWatchLogsClient,
  logGroupName: string,
  since: number,
): Promise<Outcome[]> {
  const events = await filterLog(client, { logGroupName, startTime: since });
  return events.flatMap(({ message }) => {
    const event = parseJson(message);
    return isOutcome(event) ? [event] : [];
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
    detail.resolution?.contactId,
  ].includes(id);
}

function isOutcome(event: unknown): event is Outcome {
  return (
    isObject(event) && isObject(event.detail) && String(event["detail-type"]).startsWith("Contact Transfer ")
  );
}
