import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { isObject, parseJson } from "../../cli/json.ts";
import { objectAt, textAt } from "./any-case.ts";
import { filterLog, jsonFilter } from "./filter-log.ts";

/** A step in the life of a contact, as Connect has announced it. Instants are milliseconds since 1970. */
export interface ContactStep {
  readonly contactId: string;
  /** In capitals; there may be types that nobody knows yet. */
  readonly type: string;
  readonly at: number;
  readonly previousContactId?: string;
  /** In capitals. */
  readonly initiationMethod?: string;
  readonly queueId?: string;
  readonly agentId?: string;
}

/** AWS's samples write the names of members in both ways. */
const identities = ["contactId", "ContactId", "previousContactId", "PreviousContactId"].map(
  (member) => `detail.${member}`,
);

/** The events of a contact and of its successors that the outcome log has kept, in the order of the log. */
export async function findContactSteps(
  client: CloudWatchLogsClient,
  logGroupName: string,
  contactId: string,
  since: number,
): Promise<ContactStep[]> {
  const filterPattern = jsonFilter(identities, contactId);
  const events = await filterLog(client, { logGroupName, filterPattern, startTime: since });
  return events
    .flatMap(({ message }) => readContactStep(parseJson(message)) ?? [])
    .filter((step) => step.contactId === contactId || step.previousContactId === contactId);
}

/** Undefined for what is no event of a contact. Names of members and types may be in any case. */
export function readContactStep(event: unknown): ContactStep | undefined {
  if (!isObject(event) || event.source !== "aws.connect") return undefined;
  const detail = objectAt(event, "detail");
  const contactId = textAt(detail, "contactId");
  const type = textAt(detail, "eventType")?.toUpperCase();
  if (contactId === undefined || type === undefined) return undefined;
  const queue = objectAt(detail, "queueInfo");
  const agent = objectAt(detail, "agentInfo");
  const instantOf: Readonly<Record<string, string | undefined>> = {
    INITIATED: textAt(detail, "initiationTimestamp"),
    QUEUED: textAt(queue, "enqueueTimestamp"),
    CONNECTED_TO_AGENT: textAt(agent, "connectedToAgentTimestamp"),
    DISCONNECTED: textAt(detail, "disconnectTimestamp"),
  };
  const at = [instantOf[type], textAt(event, "time")]
    .map((text) => Date.parse(text ?? ""))
    .find((one) => one > 0);
  const ids = {
    previousContactId: textAt(detail, "previousContactId"),
    initiationMethod: textAt(detail, "initiationMethod")?.toUpperCase(),
    queueId: idOf(textAt(queue, "queueArn")),
    agentId: idOf(textAt(agent, "agentArn")),
  };
  const known = Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined));
  return at === undefined ? undefined : { contactId, type, at, ...known };
}

function idOf(arn: string | undefined): string | undefined {
  return arn?.slice(arn.lastIndexOf("/") + 1);
}
