import { randomUUID } from "node:crypto";
import {
  type ConnectClient,
  DescribeContactCommand,
  DescribeContactFlowCommand,
  DescribeInstanceCommand,
  DescribeQueueCommand,
  DescribeUserCommand,
  ListAssociatedContactsCommand,
} from "@aws-sdk/client-connect";
import { DescribeEventBusCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetServiceQuotaCommand, type ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import type { Settings } from "../../infra/settings/settings.ts";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import { transferContactQuotaCode } from "../../local/services/account/account-operations.ts";
import { explainError } from "../aws/explain-error.ts";
import type { Finding } from "./finding.ts";

export interface PreflightDeps {
  readonly connect: ConnectClient;
  readonly sts: STSClient;
  readonly quotas: ServiceQuotasClient;
  readonly eventBridge: EventBridgeClient;
}

type Checked = Pick<
  Settings,
  | "instanceArns"
  | "contactFlowIds"
  | "queueIds"
  | "userIds"
  | "transfersPerSecond"
  | "resolveUnknown"
  | "shadow"
> & { readonly eventBusName?: string; readonly alarmTopicArn?: string };

/** Flow types that TransferContact accepts, as `DescribeContactFlow` names them. */
const transferFlowTypes = ["CONTACT_FLOW", "AGENT_TRANSFER", "QUEUE_TRANSFER"];

/** Makes every check in turn, read-only: each of these calls has a quota of two per second. */
export async function* preflightChecks(settings: Checked, deps: PreflightDeps): AsyncGenerator<Finding> {
  const { instanceArns, contactFlowIds = [], queueIds = [], userIds = [] } = settings;
  const [firstInstanceArn = ""] = instanceArns;
  yield await checkCaller(firstInstanceArn, deps);
  for (const arn of instanceArns) yield await checkInstance(instanceIdOf(arn), deps);
  for (const [id, instanceId] of inInstances(contactFlowIds, instanceArns))
    yield await checkFlow(id, instanceId, deps);
  for (const [id, instanceId] of inInstances(queueIds, instanceArns))
    yield await checkQueue(id, instanceId, deps);
  for (const [id, instanceId] of inInstances(userIds, instanceArns))
    yield await checkUser(id, instanceId, deps);
  if (settings.resolveUnknown && !settings.shadow)
    for (const arn of instanceArns) yield* checkReads(instanceIdOf(arn), deps);
  yield await checkQuota(settings.transfersPerSecond, deps);
  const { eventBusName = "default" } = settings;
  if (eventBusName !== "default") yield await checkEventBus(eventBusName, deps);
  const unnamed = ["contactFlowIds", "queueIds", "userIds"] as const;
  const skipped = unnamed.filter((name) => settings[name] === undefined);
  if (skipped.length > 0) {
    yield { verdict: "skipped", text: `not checked, because the settings name none: ${skipped.join(", ")}` };
  }
  if (settings.alarmTopicArn !== undefined) {
    yield {
      verdict: "skipped",
      text: `not checked: the topic ${settings.alarmTopicArn} and its subscriptions`,
    };
  }
}

/** An id is looked up in every instance, an ARN in its own. */
function inInstances(
  ids: readonly string[],
  instanceArns: readonly string[],
): [id: string, instanceId: string][] {
  return ids.flatMap((id) => {
    const arn = parseConnectArn(id);
    return arn
      ? [[arn.id ?? id, arn.instanceId] as [string, string]]
      : instanceArns.map((instanceArn): [string, string] => [id, instanceIdOf(instanceArn)]);
  });
}

function instanceIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function checkCaller(instanceArn: string, { sts }: PreflightDeps): Promise<Finding> {
  return check("sts:GetCallerIdentity", "your identity", async () => {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand());
    const account = instanceArn.split(":")[4];
    const isRight = Account === account;
    return [isRight, `you are ${Arn}${isRight ? "" : `, but the instances belong to account ${account}`}`];
  });
}

function checkInstance(InstanceId: string, { connect }: PreflightDeps): Promise<Finding> {
  return check("connect:DescribeInstance", `the instance ${InstanceId}`, async () => {
    const { Instance } = await connect.send(new DescribeInstanceCommand({ InstanceId }));
    return [
      Instance?.InstanceStatus === "ACTIVE",
      `the instance ${InstanceId} is ${Instance?.InstanceStatus}`,
    ];
  });
}

/**
 * The two reads of `resolveUnknown`, for a contact that does not exist: Connect answers that only to those who may read. They
 * are made with your credentials, so they show what a service control policy denies, and not what the function's role lacks.
 */
async function* checkReads(InstanceId: string, { connect }: PreflightDeps): AsyncGenerator<Finding> {
  const input = { InstanceId, ContactId: randomUUID() };
  const reads = {
    "connect:DescribeContact": () => connect.send(new DescribeContactCommand(input)),
    "connect:ListAssociatedContacts": () => connect.send(new ListAssociatedContactsCommand(input)),
  };
  for (const [action, read] of Object.entries(reads)) {
    const of = `contacts of ${InstanceId}, which resolveUnknown needs`;
    yield await check(action, of, async () => {
      try {
        await read();
      } catch (error) {
        if (!unknownContact.test((error as Error).name)) throw error;
      }
      return [true, `${action} can be called on ${of}`];
    });
  }
}

const unknownContact = /^(ResourceNotFound|ContactNotFound|InvalidRequest)Exception$/;

function checkFlow(ContactFlowId: string, InstanceId: string, { connect }: PreflightDeps): Promise<Finding> {
  const flow = `the flow ${ContactFlowId} of ${InstanceId}`;
  return check("connect:DescribeContactFlow", flow, async () => {
    const { ContactFlow } = await connect.send(new DescribeContactFlowCommand({ InstanceId, ContactFlowId }));
    const { Type = "", State, Status } = ContactFlow ?? {};
    if (!transferFlowTypes.includes(Type)) {
      return [false, `${flow} has the type ${Type}; a transfer needs ${transferFlowTypes.join(", ")}`];
    }
    const isLive = State !== "ARCHIVED" && Status !== "SAVED";
    return [isLive, `${flow} is a ${Type}${isLive ? "" : `, ${State} and ${Status}: publish it`}`];
  });
}

function checkQueue(QueueId: string, InstanceId: string, { connect }: PreflightDeps): Promise<Finding> {
  const queue = `the queue ${QueueId} of ${InstanceId}`;
  return check("connect:DescribeQueue", queue, async () => {
    const { Queue } = await connect.send(new DescribeQueueCommand({ InstanceId, QueueId }));
    return [Queue?.Status !== "DISABLED", `${queue} is ${Queue?.Status}`];
  });
}

function checkUser(UserId: string, InstanceId: string, { connect }: PreflightDeps): Promise<Finding> {
  const user = `the user ${UserId} of ${InstanceId}`;
  return check("connect:DescribeUser", user, async () => {
    const { User } = await connect.send(new DescribeUserCommand({ InstanceId, UserId }));
    return [true, `${user} is ${User?.Username}`];
  });
}

function checkQuota(transfersPerSecond: number, { quotas }: PreflightDeps): Promise<Finding> {
  return check("servicequotas:GetServiceQuota", "the quota of TransferContact", async () => {
    const input = { ServiceCode: "connect", QuotaCode: transferContactQuotaCode };
    const { Quota } = await quotas.send(new GetServiceQuotaCommand(input));
    const { Value = 0 } = Quota ?? {};
    return [
      transfersPerSecond <= Value,
      `the quota of TransferContact is ${Value} per second, and transfersPerSecond is ${transfersPerSecond}`,
    ];
  });
}

function checkEventBus(Name: string, { eventBridge }: PreflightDeps): Promise<Finding> {
  return check("events:DescribeEventBus", `the event bus ${Name}`, async () => {
    await eventBridge.send(new DescribeEventBusCommand({ Name }));
    return [true, `the event bus ${Name} exists`];
  });
}

async function check(
  action: string,
  of: string,
  ask: () => Promise<readonly [isRight: boolean, text: string]>,
): Promise<Finding> {
  try {
    const [isRight, text] = await ask();
    return { verdict: isRight ? "right" : "wrong", text };
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException")
      return { verdict: "wrong", text: `${of} does not exist` };
    const explained = explainError(error, { action, of });
    if (explained === error) throw error;
    return { verdict: "unknown", text: (explained as Error).message };
  }
}
