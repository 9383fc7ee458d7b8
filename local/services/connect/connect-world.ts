import type { DescribeContactResponse } from "@aws-sdk/client-connect";
import { ClientTokens, type TokenSemantics, type TransferContactResponse } from "./client-tokens.ts";
import { ConnectApiError } from "./connect-api-error.ts";
import type { DescribedKind, DescribeRequest } from "./read-request.ts";
import { Channel, ContactFlowType, type WorldSeed } from "./read-world.ts";
import {
  checkDescribeContact,
  checkTransferContact,
  type DescribeContactInput,
  type TransferContactInput,
  type TransferContactRequest,
} from "./request-limits.ts";
import { type Contact, type Instance, WorldState } from "./world-state.ts";

export type ConnectAction =
  | "connect:TransferContact"
  | "connect:DescribeContact"
  | `connect:Describe${DescribedKind}`;

/** What IAM authorizes. */
export interface AuthorizedRequest {
  readonly InstanceId: string;
  readonly ContactId?: string;
}

export interface ConnectWorldOptions {
  readonly seed: WorldSeed;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ids of new contacts. */
  readonly newId: () => string;
  /** @default dedupe */
  readonly tokenSemantics?: TokenSemantics;
  /** How long a client token is remembered, in milliseconds. @default 7 days, as sibling APIs document */
  readonly tokensKeptForMs?: number;
  /**
   * How long a transferred contact still counts as active, in milliseconds. Above 0, a second request within that
   * time transfers the contact twice unless its token prevents it. @default 0
   */
  readonly originalEndsAfterMs?: number;
  /** What IAM allows. @default everything */
  readonly allow?: (action: ConnectAction, request: AuthorizedRequest) => boolean;
  /**
   * Creates whatever a request names on first use: a contact as an active TASK, a flow as QUEUE_TRANSFER, and instances,
   * queues and users. @default false
   */
  readonly openWorld?: boolean;
}

export interface Transfer {
  readonly instanceId: string;
  readonly contactId: string;
  readonly newContactId: string;
  readonly contactFlowId: string;
  readonly queueId?: string;
  readonly userId?: string;
  readonly clientToken?: string;
  /** Milliseconds since the epoch. */
  readonly transferredAt: number;
}

const maxTransfers = 11;
const maxContactsInAgentQueue = 10;
const sevenDaysMs = 7 * 24 * 60 * 60 * 1000;
const transferableChannels: readonly Channel[] = [Channel.TASK, Channel.EMAIL];
const transferFlowTypes: readonly ContactFlowType[] = [
  ContactFlowType.CONTACT_FLOW,
  ContactFlowType.AGENT_TRANSFER,
  ContactFlowType.QUEUE_TRANSFER,
];

/**
 * Amazon Connect as TransferContact sees it: state and rules, without HTTP, quota or clock. Requests and answers have the
 * form of the API; an error is a thrown ConnectApiError.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html
 */
export class ConnectWorld {
  readonly #options: ConnectWorldOptions;
  readonly #state: WorldState;
  readonly #tokens: ClientTokens;
  readonly #transfers: Transfer[] = [];

  constructor(options: ConnectWorldOptions) {
    const { now, openWorld = false, tokenSemantics = "dedupe", tokensKeptForMs = sevenDaysMs } = options;
    this.#options = options;
    this.#state = new WorldState({ now, openWorld });
    this.#tokens = new ClientTokens({ semantics: tokenSemantics, keptForMs: tokensKeptForMs, now });
    this.#state.add(options.seed);
  }

  /** All transfers, in order. */
  get transfers(): readonly Transfer[] {
    return this.#transfers;
  }

  /** Adds to the world; a contact or flow that already exists is replaced. */
  add(seed: WorldSeed): void {
    this.#state.add(seed);
  }

  /** Ends an active contact, as an agent or a customer would. @throws ConnectApiError */
  endContact(input: DescribeContactInput): void {
    const { InstanceId, ContactId } = checkDescribeContact(input);
    const instance = this.#state.instance(InstanceId);
    this.#end(instance, this.#state.contact(instance, ContactId), this.#options.now());
  }

  /**
   * Marks a client token as in flight until the returned function is called.
   * @throws ConnectApiError IdempotencyException while a duplicate is in flight.
   */
  holdToken(clientToken: string | undefined): () => void {
    return this.#tokens.hold(clientToken);
  }

  /** Ends the contact and starts a new one for the destination. @throws ConnectApiError */
  transferContact(input: TransferContactInput): TransferContactResponse {
    const request = checkTransferContact(input);
    this.#authorize("connect:TransferContact", request);
    if (this.#options.tokenSemantics === "validate-first") this.#checkState(request);
    const earlier = this.#tokens.answerTo(request);
    if (earlier) return earlier;
    const { instance, contact, waitsIn } = this.#checkState(request);
    const newContact = this.#move(request, instance, contact, waitsIn);
    const answer = { ContactId: newContact.id, ContactArn: `${instance.arn}/contact/${newContact.id}` };
    this.#tokens.keep(request, answer);
    return answer;
  }

  /** @throws ConnectApiError */
  describeContact(input: DescribeContactInput): DescribeContactResponse {
    const request = checkDescribeContact(input);
    this.#authorize("connect:DescribeContact", request);
    const instance = this.#state.instance(request.InstanceId);
    const contact = this.#state.contact(instance, request.ContactId);
    const startedAt = new Date(contact.startedAt);
    const endedAt = contact.endsAt <= this.#options.now() ? new Date(contact.endsAt) : undefined;
    return {
      Contact: {
        Arn: `${instance.arn}/contact/${contact.id}`,
        Id: contact.id,
        InitialContactId: contact.initialContactId,
        PreviousContactId: contact.previousContactId,
        InitiationMethod: contact.transfers > 0 ? "TRANSFER" : "API",
        Channel: contact.channel,
        QueueInfo: contact.queueId ? { Id: contact.queueId, EnqueueTimestamp: startedAt } : undefined,
        InitiationTimestamp: startedAt,
        LastUpdateTimestamp: endedAt ?? startedAt,
        DisconnectTimestamp: endedAt,
      },
    };
  }

  /** @throws ConnectApiError */
  describe({ kind, instanceId, id }: DescribeRequest): object {
    this.#authorize(`connect:Describe${kind}`, { InstanceId: instanceId });
    const instance = this.#state.instance(instanceId);
    switch (kind) {
      case "Instance":
        return { Instance: { Id: instanceId, Arn: instance.arn, InstanceStatus: "ACTIVE" } };
      case "ContactFlow": {
        const Type = this.#state.contactFlowType(instance, id);
        return { ContactFlow: { Id: id, Name: id, Type, State: "ACTIVE", Status: "PUBLISHED" } };
      }
      case "Queue":
        this.#state.queue(instance, id);
        return { Queue: { QueueId: id, Name: id, Status: "ENABLED" } };
      case "User":
        this.#state.agentQueue(instance, id);
        return { User: { Id: id, Username: id } };
    }
  }

  #authorize(action: ConnectAction, request: AuthorizedRequest): void {
    if (this.#options.allow?.(action, request) === false) {
      const contact = request.ContactId === undefined ? "" : `/contact/${request.ContactId}`;
      const resource = `instance/${request.InstanceId}${contact}`;
      throw new ConnectApiError(
        "AccessDeniedException",
        `User is not authorized to perform: ${action} on resource: ${resource}`,
      );
    }
  }

  /** Checks everything in the state of the world that can prevent a transfer. */
  #checkState({ InstanceId, ContactId, ContactFlowId, QueueId, UserId }: TransferContactRequest) {
    const instance = this.#state.instance(InstanceId);
    const contact = this.#state.contact(instance, ContactId);
    if (contact.endsAt <= this.#options.now()) throw invalidRequest("The contact is not active");
    if (!transferableChannels.includes(contact.channel)) {
      throw invalidRequest(`Transfer is not supported for ${contact.channel} contacts`);
    }
    if (contact.transfers >= maxTransfers) {
      throw invalidRequest(`The contact has been transferred ${maxTransfers} times`);
    }
    const flowType = this.#state.contactFlowType(instance, ContactFlowId);
    if (!transferFlowTypes.includes(flowType)) {
      throw invalidRequest(`Flow type ${flowType} is not one of ${transferFlowTypes.join(", ")}`);
    }
    if (QueueId !== undefined) return { instance, contact, waitsIn: this.#state.queue(instance, QueueId) };
    if (UserId !== undefined)
      return { instance, contact, waitsIn: this.#agentQueueWithRoom(instance, UserId) };
    return { instance, contact };
  }

  #agentQueueWithRoom(instance: Instance, userId: string): Set<string> {
    const agentQueue = this.#state.agentQueue(instance, userId);
    if (agentQueue.size < maxContactsInAgentQueue) return agentQueue;
    throw new ConnectApiError(
      "ServiceQuotaExceededException",
      `The agent's queue holds ${maxContactsInAgentQueue} contacts already`,
    );
  }

  #move(
    request: TransferContactRequest,
    instance: Instance,
    contact: Contact,
    waitsIn?: Set<string>,
  ): Contact {
    const { now, newId, originalEndsAfterMs = 0 } = this.#options;
    const transferredAt = now();
    const newContact = {
      id: newId(),
      channel: contact.channel,
      transfers: contact.transfers + 1,
      initialContactId: contact.initialContactId ?? contact.id,
      previousContactId: contact.id,
      queueId: request.QueueId,
      startedAt: transferredAt,
      endsAt: Number.POSITIVE_INFINITY,
      waitsIn,
    };
    this.#end(instance, contact, transferredAt + originalEndsAfterMs);
    this.#state.put(instance, newContact);
    this.#transfers.push({
      instanceId: request.InstanceId,
      contactId: contact.id,
      newContactId: newContact.id,
      contactFlowId: request.ContactFlowId,
      queueId: request.QueueId,
      userId: request.UserId,
      clientToken: request.ClientToken,
      transferredAt,
    });
    return newContact;
  }

  /** A contact ends once: a later end does not extend it. */
  #end(instance: Instance, contact: Contact, endsAt: number): void {
    this.#state.put(instance, {
      ...contact,
      endsAt: Math.min(contact.endsAt, endsAt),
      waitsIn: undefined,
    });
  }
}

function invalidRequest(message: string): ConnectApiError {
  return new ConnectApiError("InvalidRequestException", message);
}
