import { DescribeRuleCommand } from "@aws-sdk/client-eventbridge";
import { ToolError } from "../../cli/errors.ts";
import { requestDetailType } from "../../events/detail-types.ts";
import { mismatchExplainer } from "../../infra/eventbridge/explain-mismatch.ts";
import { answerOf, askAws } from "../aws/explain-error.ts";
import type { Session } from "../session.ts";

/** Whether the deployment's rule takes a request: EventBridge itself accepts and drops an event that no rule takes. */
export type RuleCheck =
  | { readonly kind: "taken" }
  | { readonly kind: "dropped"; readonly why: string }
  /** The rule could not be read. */
  | { readonly kind: "unchecked"; readonly why: string };

/** Asks the deployment's rule about a request from `source`. */
export async function checkRule(source: string, session: Session): Promise<RuleCheck> {
  const { ruleName, eventBusName } = session.outputs();
  if (ruleName === undefined) return { kind: "unchecked", why: "the stack has no output RuleName" };
  const eventBridge = await session.eventBridge();
  try {
    const { State, EventPattern = "{}" } = await askAws("events:DescribeRule", `the rule ${ruleName}`, () =>
      eventBridge.send(new DescribeRuleCommand({ Name: ruleName, EventBusName: eventBusName })),
    );
    if (State === "DISABLED") return { kind: "dropped", why: `the rule ${ruleName} is disabled` };
    const account = /^arn:[\w-]+:\w+::(\d{12}):/.exec((await session.operator()).aws)?.[1];
    const clauses = mismatchExplainer(EventPattern)({ source, account, "detail-type": requestDetailType });
    if (clauses.length === 0) return { kind: "taken" };
    return { kind: "dropped", why: `the rule ${ruleName} does not take it: ${clauses.join(", and ")}` };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (answerOf(error).name !== "ResourceNotFoundException")
      return { kind: "unchecked", why: error.message };
    return { kind: "dropped", why: `the rule ${ruleName} does not exist on the bus ${eventBusName}` };
  }
}

/** What the rule takes, for a person: its pattern. */
export async function describeRule(session: Session): Promise<string> {
  const { ruleName, eventBusName } = session.outputs();
  const eventBridge = await session.eventBridge();
  const input = { Name: ruleName, EventBusName: eventBusName };
  const pattern = await eventBridge.send(new DescribeRuleCommand(input)).then(
    ({ EventPattern = "" }) => ` the pattern ${EventPattern}`,
    () => "", // Without the right to read the rule, its name helps as well.
  );
  return `The rule ${ruleName ?? "of the stack"} on the bus ${eventBusName} takes${pattern === "" ? " requests" : pattern}.`;
}
