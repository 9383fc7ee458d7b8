import { ConnectApiError } from "../connect-api-error.ts";
import type { TransferContactRequest } from "../request-limits.ts";
import { Channel, ContactFlowType } from "./read-world.ts";
import type { Contact, Instance, WorldState } from "./world-state.ts";

const maxTransfers = 11;
const maxContactsInAgentQueue = 10;
const transferableChannels: readonly Channel[] = [Channel.TASK, Channel.EMAIL];
const transferFlowTypes: readonly ContactFlowType[] = [
  ContactFlowType.CONTACT_FLOW,
  ContactFlowType.AGENT_TRANSFER,
  ContactFlowType.QUEUE_TRANSFER,
];

export interface Transferable {
  readonly instance: Instance;
  readonly contact: Contact;
  /** The queue that the contact would wait in; undefined if the flow decides. */
  readonly waitsIn?: Set<string>;
}

/**
 * Checks everything in the state of the world that can prevent a transfer.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html
 * @throws ConnectApiError
 */
export function checkTransferable(
  state: WorldState,
  { InstanceId, ContactId, ContactFlowId, QueueId, UserId }: TransferContactRequest,
  now: number,
): Transferable {
  const instance = state.instance(InstanceId);
  const contact = state.contact(instance, ContactId);
  if (contact.endsAt <= now) throw invalidRequest("The contact is not active");
  if (!transferableChannels.includes(contact.channel)) {
    throw invalidRequest(`Transfer is not supported for ${contact.channel} contacts`);
  }
  if (contact.transfers >= maxTransfers) {
    throw invalidRequest(`The contact has been transferred ${maxTransfers} times`);
  }
  const flowType = state.contactFlowType(instance, ContactFlowId);
  if (!transferFlowTypes.includes(flowType)) {
    throw invalidRequest(`Flow type ${flowType} is not one of ${transferFlowTypes.join(", ")}`);
  }
  if (QueueId !== undefined) return { instance, contact, waitsIn: state.queue(instance, QueueId) };
  if (UserId === undefined) return { instance, contact };
  const agentQueue = state.agentQueue(instance, UserId);
  if (agentQueue.size < maxContactsInAgentQueue) return { instance, contact, waitsIn: agentQueue };
  throw new ConnectApiError(
    "ServiceQuotaExceededException",
    `The agent's queue holds ${maxContactsInAgentQueue} contacts already`,
  );
}

export function invalidRequest(message: string): ConnectApiError {
  return new ConnectApiError("InvalidRequestException", message);
}
