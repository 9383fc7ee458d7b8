import { type EventPattern, Match } from "aws-cdk-lib/aws-events";
import { Annotations, Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { requestDetailType } from "../../events/detail-types.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * Requests of the stack's account and of the producers' accounts. Who puts an event chooses its source, but not its account.
 * With organizations the accounts are unknown, so only the bus's policy holds others back.
 */
export function requestPattern(
  scope: Construct,
  { eventSources, outcomeSource, producers }: Pick<Settings, "eventSources" | "outcomeSource" | "producers">,
): EventPattern {
  const { account: own } = Stack.of(scope);
  const accounts = producers.flatMap(({ account }) => account ?? []);
  const hasOrganizations = producers.some(({ organizationId }) => organizationId !== undefined);
  if (eventSources === undefined) {
    Annotations.of(scope).addWarningV2(
      "contact-transfer:eventSources",
      "eventSources is not set: every principal of the account that may put events on the bus can have contacts transferred. Set eventSources to the sources of your producers.",
    );
  }
  const sources = eventSources && [...eventSources, ...producers.flatMap((producer) => producer.sources)];
  return {
    detailType: [requestDetailType],
    source: sources ? [...new Set(sources)] : Match.anythingBut(outcomeSource),
    ...(!hasOrganizations && { account: [...new Set([own, ...accounts])] }),
  };
}
