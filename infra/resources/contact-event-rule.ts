import { type EventPattern, Match, Rule } from "aws-cdk-lib/aws-events";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import { Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Settings } from "../settings/settings.ts";
import { logGroupTarget } from "./outcome-log.ts";

type PatternSettings = Pick<Settings, "instanceArns" | "transferMethods">;

/** The steps in the life of a transferred contact that `trace` shows. */
const eventTypes = ["INITIATED", "QUEUED", "CONNECTED_TO_AGENT", "DISCONNECTED"] as const;

/**
 * Copies what happens to transferred contacts to the outcome log. The rule is on the default bus, the only one to which Connect
 * sends. Connect sends these events on a best-effort basis, so the rule has no dead-letter queue.
 */
export function createContactEventRule(
  scope: Construct,
  settings: PatternSettings,
  logGroup: LogGroup,
): Rule {
  const rule = new Rule(scope, "ContactEventRule", {
    description: "Keeps the later events of transferred contacts in the outcome log",
    eventPattern: contactEventPattern(Stack.of(scope).account, settings),
  });
  rule.addTarget({ bind: () => logGroupTarget(logGroup) });
  return rule;
}

/**
 * Matches events of contacts that a transfer has made. AWS's samples write the values of members in different cases.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
 */
function contactEventPattern(account: string, settings: PatternSettings): EventPattern {
  const anyCase = (values: readonly string[]) =>
    Match.anyOf(...values.map((value) => Match.equalsIgnoreCase(value)));
  return {
    account: [account],
    source: ["aws.connect"],
    detailType: ["Amazon Connect Contact Event"],
    detail: {
      instanceArn: settings.instanceArns,
      eventType: anyCase(eventTypes),
      channel: anyCase(["TASK", "EMAIL"]),
      initiationMethod: anyCase(settings.transferMethods),
      previousContactId: Match.exists(),
    },
  };
}
