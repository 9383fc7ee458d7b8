import { notAllowed, type Refusal } from "../refusal.ts";
import type { AllowLists, Instances } from "../settings.ts";
import type { Intent } from "./intent.ts";

/** Checks flow, queue and user against what the deployment allows. IAM can restrict only flows. */
export function checkAllowed(
  intent: Intent,
  { instances, allowLists: lists }: { instances: Instances; allowLists: AllowLists },
): Refusal | undefined {
  const { contactFlowId, destination } = intent;
  const instanceArn = instances.byId.get(intent.instanceId)?.arn;
  const isOutside = (list: ReadonlySet<string> | undefined, kind: string, id: string) =>
    list && !list.has(id) && !list.has(`${instanceArn}/${kind}/${id}`);
  if (isOutside(lists.contactFlows, "contact-flow", contactFlowId)) {
    return notAllowed("contactFlowId", "a flow", "contactFlowIds");
  }
  if (destination.kind === "queue" && isOutside(lists.queues, "queue", destination.queueId)) {
    return notAllowed("queueId", "a queue", "queueIds");
  }
  if (destination.kind === "user" && isOutside(lists.users, "agent", destination.userId)) {
    return notAllowed("userId", "a user", "userIds");
  }
  return undefined;
}
