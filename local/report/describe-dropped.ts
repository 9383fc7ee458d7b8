import type { EventBridgeEvent } from "../../infra/eventbridge/event.ts";
import { mismatchExplainer } from "../../infra/eventbridge/explain-mismatch.ts";
import type { Rule } from "../services/eventbridge/rule.ts";
import type { LocalStack } from "../stack/local-stack.ts";

/** By rule: Connect announces three events for each transfer, and no rule takes most of them. */
const explainers = new WeakMap<Rule, ReturnType<typeof mismatchExplainer>>();

/** Why no rule took an event: `source "x" is not "y"`, of the rule that its source and detail-type are for. */
export function whyDropped(
  event: EventBridgeEvent,
  eventBusName: string,
  { eventBridge, outputs }: Pick<LocalStack, "eventBridge" | "outputs">,
): string {
  const bus = outputs.EventBusName ?? "default";
  if (eventBusName !== bus)
    return `it is on the bus ${eventBusName}; the stack's requests go to the bus ${bus}`;
  const rules = eventBridge.listRules(bus);
  const { source, account, "detail-type": detailType } = event;
  for (const route of rules) {
    if (explainerOf(route)({ source, account, "detail-type": detailType }).length > 0) continue;
    const clauses = explainerOf(route)({ ...event });
    if (clauses.length > 0) return `${clauses.join(", and ")} (rule ${route.ruleName})`;
  }
  const rule = rules.find(({ ruleName }) => ruleName === outputs.RuleName);
  const clauses = rule ? explainerOf(rule)({ ...event }) : [];
  return clauses.length > 0 ? clauses.join(", and ") : "the stack has no rule for it";
}

function explainerOf(rule: Rule): ReturnType<typeof mismatchExplainer> {
  let explain = explainers.get(rule);
  if (!explain) {
    explain = mismatchExplainer(rule.eventPattern);
    explainers.set(rule, explain);
  }
  return explain;
}
