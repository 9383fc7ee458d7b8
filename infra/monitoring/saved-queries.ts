import { CfnQueryDefinition, type LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** CloudWatch Logs Insights queries on the outcome log, by name; the operator replaces `REPLACE-ME`. */
export const savedQueries = {
  "life-of-an-intent": `fields time, \`detail-type\`, detail.failure.reason, detail.failure.message, detail.response.contactId, detail.receiveCount
| filter detail.intentId = "REPLACE-ME"
| sort @timestamp asc`,
  "failures-of-a-contact": `fields time, detail.intentId, detail.failure.reason, detail.failure.message, detail.failure.effect
| filter detail.request.contactId = "REPLACE-ME" and ispresent(detail.failure.reason)
| sort @timestamp asc`,
  "reasons-by-hour": `filter ispresent(detail.failure.reason)
| stats count(*) as failures by detail.failure.reason, bin(1h)
| sort @timestamp desc`,
} as const;

/** Saves the queries in a console folder with the stack's name. */
export function saveQueries(scope: Construct, folder: string, logGroup: LogGroup): void {
  for (const [name, queryString] of Object.entries(savedQueries)) {
    new CfnQueryDefinition(scope, `Query-${name}`, {
      name: `${folder}/${name}`,
      queryString,
      logGroupNames: [logGroup.logGroupName],
    });
  }
}
