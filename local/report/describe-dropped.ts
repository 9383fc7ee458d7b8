import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";
import { explainMismatch } from "../../infra/eventbridge/explain-mismatch.ts";
import type { LocalStack } from "../stack/local-stack.ts";

/** Why no rule took an event: `source "x" is not "y"`. */
export function whyDropped(
  event: EventBridgeEvent,
  eventBusName: string,
  { eventBridge, outputs }: Pick<LocalStack, "eventBridge" | "outputs">,
): string {
  const bus = outputs.EventBusName ?? "default";
  if (eventBusName !== bus)
    return `it is on the bus ${eventBusName}; the stack's requests go to the bus ${bus}`;
  const rule = eventBridge.listRules(bus).find(({ ruleName }) => ruleName === outputs.RuleName);
  const clauses = rule ? explainMismatch(rule.eventPattern, { ...event }) : [];
  return clauses.length > 0 ? clauses.join(", and ") : "the stack has no rule for it";
}
