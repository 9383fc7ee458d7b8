import { requestDetailType } from "../../events/detail-types.ts";
import type { Environment } from "../../lambda/runtime/environment.ts";
import type { ContactSeed, InstanceSeed, WorldSeed } from "../services/connect/world/read-world.ts";
import type { LocalStack } from "../stack/local-stack.ts";

type StackParts = Pick<LocalStack, "eventBridge" | "outputs" | "settings">;

/** An entry for PutEvents that the stack accepts and that the world can carry out, as far as there is one. */
export function exampleEntry(stack: StackParts, seed: WorldSeed) {
  return {
    Source: exampleSource(stack),
    DetailType: requestDetailType,
    EventBusName: stack.outputs.EventBusName,
    Detail: JSON.stringify(exampleIntent(stack.settings, seed)),
  };
}

/** A source that the rule takes. */
function exampleSource({ eventBridge, outputs }: StackParts): string {
  const rules = eventBridge.listRules(outputs.EventBusName);
  const { eventPattern } = rules.find(({ ruleName }) => ruleName === outputs.RuleName) ?? {};
  const { source = [] } = (eventPattern ?? {}) as { readonly source?: readonly unknown[] };
  const [first] = source;
  return typeof first === "string" ? first : "com.example.orders";
}

/** An intent for what the world contains and the settings allow. */
function exampleIntent(settings: Environment, seed: WorldSeed) {
  const arns = settings.INSTANCE_ARNS?.split(",") ?? Object.keys(seed.instances);
  const arn = settings.DEFAULT_INSTANCE_ARN ?? arns.find((each) => each in seed.instances) ?? "";
  const instance = seed.instances[arn];
  const hasDefault = arns.length === 1 || settings.DEFAULT_INSTANCE_ARN !== undefined;
  const queueId = allowedIn(instance?.queues ?? [], settings.QUEUE_IDS)[0];
  return {
    contactId: openTask(instance) ?? "CONTACT",
    contactFlowId: exampleFlow(instance, settings) ?? "FLOW",
    ...(queueId !== undefined && { queueId }),
    ...(!hasDefault && { instanceId: arn.slice(arn.lastIndexOf("/") + 1) }),
  };
}

function openTask(instance: InstanceSeed | undefined): string | undefined {
  const isOpen = ({ channel, state = "active", transfers = 0 }: ContactSeed) =>
    channel === "TASK" && state === "active" && transfers === 0;
  return Object.entries(instance?.contacts ?? {}).find(([, contact]) => isOpen(contact))?.[0];
}

function exampleFlow(instance: InstanceSeed | undefined, settings: Environment): string | undefined {
  const flows = Object.entries(instance?.contactFlows ?? {}).filter(([, type]) => type === "QUEUE_TRANSFER");
  return allowedIn(
    flows.map(([id]) => id),
    settings.CONTACT_FLOW_IDS,
  )[0];
}

/** The ids that a comma-separated list of ids or ARNs allows. */
function allowedIn(ids: readonly string[], list: string | undefined): readonly string[] {
  const allowed = list?.split(",");
  return ids.filter((id) => allowed?.some((each) => each === id || each.endsWith(`/${id}`)) ?? true);
}
