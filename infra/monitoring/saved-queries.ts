import { CfnQueryDefinition, type LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Settings } from "../settings/settings.ts";

/** CloudWatch Logs Insights queries on the outcome log, by name; the operator replaces `REPLACE-ME`. */
export const savedQueries = {
  "life-of-an-intent": `fields time, \`detail-type\`, detail.failure.reason, detail.failure.message, detail.response.contactId, detail.receiveCount
| filter detail.intentId = "REPLACE-ME"
| sort @timestamp asc`,
  "failures-of-a-contact": `fields time, detail.intentId, detail.failure.reason, detail.failure.message, detail.failure.effect
| filter detail.request.contactId = "REPLACE-ME" and ispresent(detail.failure.reason)
| sort @timestamp asc`,
  "reasons-by-hour": `filter ispresent(detail.failure.reason)
| stats count(*) as failures by detail.failure.reason, bin(1h) as hour
| sort hour desc`,
} as const;

/** With `contactEvents`: transferred contacts of which no agent is known, the oldest first. */
export const contactEventQueries = {
  "transfers-that-never-reached-an-agent": `filter not ispresent(detail.shadow)
| fields coalesce(detail.response.contactId, detail.contactId, detail.ContactId) as contact, coalesce(detail.eventType, detail.EventType, \`detail-type\`) as event
| filter ispresent(contact)
| fields strcontains(event, "Contact Transfer Succeeded") as isTransfer, strcontains(toupper(event), "CONNECTED_TO_AGENT") as isAgent
| stats sum(isTransfer) as transfers, sum(isAgent) as agents, earliest(time) as transferredAt, latest(event) as lastEvent by contact
| filter transfers > 0 and agents < 1
| sort transferredAt asc`,
} as const;

/** Saves the queries in a console folder with the stack's name. */
export function saveQueries(
  scope: Construct,
  folder: string,
  logGroup: LogGroup,
  { contactEvents }: Pick<Settings, "contactEvents">,
): void {
  const queries = { ...savedQueries, ...(contactEvents && contactEventQueries) };
  for (const [name, queryString] of Object.entries(queries)) {
    new CfnQueryDefinition(scope, `Query-${name}`, {
      name: `${folder}/${name}`,
      queryString,
      logGroupNames: [logGroup.logGroupName],
    });
  }
}
