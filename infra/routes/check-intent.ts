import { Token } from "aws-cdk-lib/core";
import { createContract } from "../../events/contract.ts";
import type { ContactTransferRequested } from "../../events/generated/contact-transfer-requested.ts";
import { checkAllowed } from "../../lambda/intake/allow-list.ts";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import { reduceIntent } from "../../lambda/intake/intent.ts";
import type { Refusal } from "../../lambda/refusal.ts";
import type { ConnectInstance, Instances } from "../../lambda/settings.ts";
import { compileTargetInput } from "../eventbridge/input-transformer.ts";
import type { Settings } from "../settings/settings.ts";
import { fieldOf, type IntentTemplate, routeError } from "./intent-template.ts";
import type { RouteIntent } from "./route.ts";

/** Examples of values that only an event or the deployment knows. */
const examples: Readonly<Record<string, unknown>> = { expiresAt: "2026-11-24T10:00:00Z", metadata: {} };
const idMembers = ["contactId", "contactFlowId", "instanceId", "queueId", "userId"] as const;

/** Refuses a mapping that the function's contract or EventBridge would reject. */
export function checkIntent(
  routeId: string,
  intent: RouteIntent,
  template: IntentTemplate,
  settings: Settings,
): void {
  checkFields(routeId, intent);
  const detail = exampleOf(intent, "detail") as Record<string, unknown>;
  const envelope = { id: "example", time: "2026-11-24T10:00:00Z", source: "example", detail };
  const contract = createContract({ instanceIdRequired: settings.defaultInstanceArn === undefined });
  if (!contract(envelope)) {
    const messages = contract.errors.map(({ message }) => message.replace(/^detail\//, "intent."));
    throw routeError(routeId, messages.join("; "));
  }
  checkLiterals(routeId, intent, envelope, settings);
  try {
    compileTargetInput({ kind: "transformer", ...template });
  } catch (error) {
    throw routeError(routeId, `EventBridge would reject its input transformer: ${(error as Error).message}`);
  }
}

function checkFields(routeId: string, intent: RouteIntent): void {
  for (const name of ["intentId", "expiresAt"] as const) {
    if (intent[name] === undefined || fieldOf(intent[name])) continue;
    throw routeError(
      routeId,
      `intent.${name} would be the same for every event: use a field of the event, or leave it out`,
    );
  }
  for (const name of [...idMembers, "intentId", "expiresAt"] as const) {
    const path = fieldOf(intent[name])?.path;
    if (path === undefined || !(path.includes("*") || /^\$(\.detail)?$/.test(path))) continue;
    throw routeError(
      routeId,
      `intent.${name}: ${path} is a list or an object of the event, not a text: name one field`,
    );
  }
}

/** The mapping, with an example in place of each unknown value. */
function exampleOf(value: unknown, name: string): unknown {
  if (typeof value === "string") return Token.isUnresolved(value) ? (examples[name] ?? "example") : value;
  if (Array.isArray(value)) return value.map((element) => exampleOf(element, ""));
  if (typeof value !== "object" || value === null) return value;
  const isDetail = name === "detail";
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([member, inner]) => [member, exampleOf(inner, isDetail ? member : "")]),
  );
}

/** Refuses literals that the function would always reject as `NotAllowed`, whichever instance an event names. */
function checkLiterals(
  routeId: string,
  intent: RouteIntent,
  envelope: ContactTransferRequested,
  settings: Settings,
): void {
  checkInstances(routeId, intent, settings);
  const instances = knownInstances(settings);
  if (!instances) return;
  const isNamed = intent.instanceId === undefined || !Token.isUnresolved(intent.instanceId);
  const candidates = isNamed ? [intent.instanceId] : settings.instanceArns;
  const refusals = candidates.map((instanceId) => {
    const detail = { ...envelope.detail, instanceId };
    return refusalOf({ ...envelope, detail }, instances, intent, settings);
  });
  const [first] = refusals;
  if (first && refusals.every(Boolean))
    throw routeError(routeId, first.message.replace(/^detail\//, "intent."));
}

/** All ARNs of an intent belong to one instance, which the deployment allows. */
function checkInstances(routeId: string, intent: RouteIntent, { instanceArns }: Settings): void {
  const [first, ...others] = idMembers.flatMap((name) => {
    const instanceArn = parseConnectArn(intent[name] ?? "")?.instanceArn;
    return instanceArn === undefined ? [] : [{ name, instanceArn }];
  });
  if (!first) return;
  const stranger = others.find(({ instanceArn }) => instanceArn !== first.instanceArn);
  if (stranger) {
    throw routeError(
      routeId,
      `intent.${first.name} belongs to ${first.instanceArn}, but intent.${stranger.name} to ${stranger.instanceArn}: a contact can only be transferred within its instance`,
    );
  }
  if (instanceArns.includes(first.instanceArn) || instanceArns.some((arn) => Token.isUnresolved(arn))) return;
  throw routeError(
    routeId,
    `intent.${first.name} belongs to ${first.instanceArn}, which is not one of instanceArns (${instanceArns.join(", ")})`,
  );
}

/** Why the function would reject the literals of an intent in an instance. */
function refusalOf(
  envelope: ContactTransferRequested,
  instances: Instances,
  intent: RouteIntent,
  settings: Settings,
): Refusal | undefined {
  const reduced = reduceIntent(envelope, instances);
  const listFor = (value: string | undefined, ids: readonly string[] | undefined) =>
    ids && value !== undefined && ![value, ...ids].some((id) => Token.isUnresolved(id))
      ? new Set(ids)
      : undefined;
  const allowLists = {
    contactFlows: listFor(intent.contactFlowId, settings.contactFlowIds),
    queues: listFor(intent.queueId, settings.queueIds),
    users: listFor(intent.userId, settings.userIds),
  };
  return reduced.refusal ?? (reduced.intent && checkAllowed(reduced.intent, { instances, allowLists }));
}

function knownInstances({ instanceArns, defaultInstanceArn }: Settings): Instances | undefined {
  if ([...instanceArns, defaultInstanceArn ?? ""].some((arn) => Token.isUnresolved(arn))) return undefined;
  const instances = instanceArns.map((arn): ConnectInstance => ({ id: parseConnectArn(arn)?.id ?? "", arn }));
  return {
    byId: new Map(instances.map((instance) => [instance.id, instance])),
    defaultInstance: instances.find(({ arn }) => arn === defaultInstanceArn),
  };
}
