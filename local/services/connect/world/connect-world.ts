import type { DescribeContactResponse } from "@aws-sdk/client-connect";
import { ConnectApiError } from "../connect-api-error.ts";
import type { DescribedKind, DescribeRequest } from "../read-request.ts";
import {
  type ContactRequest,
  checkDescribeContact,
  checkListAssociatedContacts,
  checkTransferContact,
  type DescribeContactInput,
  type ListAssociatedContactsInput,
  type TransferContactInput,
  type TransferContactRequest,
} from "../request-limits.ts";
import { ClientTokens, type TokenSemantics, type TransferContactResponse } from "./client-tokens.ts";
import { type ContactEventListener, ContactLife } from "./contact-life.ts";
import { describeContact, listAssociatedContacts, type TreePage } from "./contact-reads.ts";
import type { WorldSeed } from "./read-world.ts";
import { checkTransferable, invalidRequest } from "./transfer-rules.ts";
import { type Contact, type Instance, WorldState } from "./world-state.ts";

export type ConnectAction =
  | "connect:TransferContact"
  | "connect:DescribeContact"
  | "connect:ListAssociatedContacts"
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
  /**
   * How far DescribeContact and ListAssociatedContacts lag behind the world, in milliseconds; a contact that is younger is
   * not found. @default 0
   */
  readonly readsLagMs?: { readonly describe?: number; readonly list?: number };
  /** The initiation method of a contact that TransferContact makes. @default TRANSFER */
  readonly transferMethod?: "TRANSFER" | "API";
  /** What IAM allows. @default everything */
  readonly allow?: (action: ConnectAction, request: AuthorizedRequest) => boolean;
  /**
   * Creates whatever a request names on first use: a contact as an active TASK, a flow as QUEUE_TRANSFER, and instances,
   * queues and users. @default false
   */
  readonly openWorld?: boolean;
}

/** Who moves contacts besides TransferContact. */
export type OtherMover = "agent" | "manager" | "flow";

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

const sevenDaysMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Amazon Connect as TransferContact sees it: state and rules, without HTTP, quota or clock. Requests and answers have the
 * form of the API; an error is a thrown ConnectApiError.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html
 */
export class ConnectWorld {
  readonly #options: ConnectWorldOptions;
  readonly #state: WorldState;
  readonly #life: ContactLife;
  readonly #tokens: ClientTokens;
  readonly #transfers: Transfer[] = [];

  constructor(options: ConnectWorldOptions) {
    const { now, openWorld = false, tokenSemantics = "dedupe", tokensKeptForMs = sevenDaysMs } = options;
    this.#options = options;
    this.#state = new WorldState({ now, openWorld });
    this.#life = new ContactLife({ state: this.#state, now, newId: options.newId });
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

  get instances(): readonly Instance[] {
    return this.#state.instances;
  }

  /** What an instance contains. @throws ConnectApiError ResourceNotFoundException */
  instance(instanceId: string): Instance {
    return this.#state.instance(instanceId);
  }

  /** Calls the listener with each event that Connect would send to the default bus. */
  onContactEvent(listener: ContactEventListener): void {
    this.#life.onEvent(listener);
  }

  /**
   * Creates an active task, linked to a contact or alone; returns its contact id.
   * @throws ConnectApiError if the flow or the contact does not exist
   */
  startTask(instanceId: string, contactFlowId: string, linkedTo?: string): string {
    const instance = this.#state.instance(instanceId);
    this.#state.contactFlowType(instance, contactFlowId);
    const linked = linkedTo === undefined ? undefined : this.#state.contact(instance, linkedTo);
    return this.#life.startTask(instance, linked).id;
  }

  /** Ends an active contact, as an agent or a customer would. @throws ConnectApiError */
  endContact(input: DescribeContactInput): void {
    const { instance, contact } = this.#find(input);
    this.#life.end(instance, contact);
  }

  /** An agent accepts a waiting contact. @throws ConnectApiError */
  connectToAgent(input: DescribeContactInput, userId: string): void {
    const { instance, contact } = this.#active(input);
    this.#life.connectToAgent(instance, contact, userId);
  }

  /** Somebody else moves an active contact: an agent, by a quick connect, a manager or a flow. @throws ConnectApiError */
  moveByOther(input: DescribeContactInput, by: OtherMover, queueId: string): string {
    const { instance, contact } = this.#active(input);
    const waitsIn = this.#state.queue(instance, queueId);
    return this.#life.succeed(instance, contact, { initiationMethod: "TRANSFER", queueId, waitsIn }, by).id;
  }

  /** An agent's answer to an email: a contact of the same tree that is no successor. @throws ConnectApiError */
  replyToEmail(input: DescribeContactInput): string {
    const { instance, contact } = this.#active(input);
    return this.#life.replyToEmail(instance, contact).id;
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
    if (this.#options.tokenSemantics === "validate-first")
      checkTransferable(this.#state, request, this.#options.now());
    const earlier = this.#tokens.answerTo(request);
    if (earlier) return earlier;
    const { instance, contact, waitsIn } = checkTransferable(this.#state, request, this.#options.now());
    const newContact = this.#move(request, instance, contact, waitsIn);
    const answer = { ContactId: newContact.id, ContactArn: `${instance.arn}/contact/${newContact.id}` };
    this.#tokens.keep(request, answer);
    return answer;
  }

  /** @throws ConnectApiError */
  describeContact(input: DescribeContactInput): DescribeContactResponse {
    const request = checkDescribeContact(input);
    this.#authorize("connect:DescribeContact", request);
    const { instance, contact, at } = this.#look(request, this.#options.readsLagMs?.describe);
    return { Contact: describeContact(instance, contact, at) };
  }

  /** @throws ConnectApiError */
  listAssociatedContacts(input: ListAssociatedContactsInput): TreePage {
    const request = checkListAssociatedContacts(input);
    this.#authorize("connect:ListAssociatedContacts", request);
    const { instance, contact, at } = this.#look(request, this.#options.readsLagMs?.list);
    return listAssociatedContacts(instance, contact, at, {
      maxResults: request.MaxResults,
      nextToken: request.NextToken,
    });
  }

  /** A contact as a read sees it, which lags behind the world. */
  #look({ InstanceId, ContactId }: ContactRequest, lagMs = 0) {
    const at = this.#options.now() - lagMs;
    const instance = this.#state.instance(InstanceId);
    const contact = this.#state.contact(instance, ContactId);
    if (contact.startedAt > at && lagMs > 0) throw notFound(`Contact not found: ${ContactId}`);
    return { instance, contact, at };
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

  #find(input: DescribeContactInput) {
    const { InstanceId, ContactId } = checkDescribeContact(input);
    const instance = this.#state.instance(InstanceId);
    return { instance, contact: this.#state.contact(instance, ContactId) };
  }

  #active(input: DescribeContactInput) {
    const found = this.#find(input);
    if (found.contact.endsAt <= this.#options.now()) throw invalidRequest("The contact is not active");
    return found;
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

  #move(
    request: TransferContactRequest,
    instance: Instance,
    contact: Contact,
    waitsIn?: Set<string>,
  ): Contact {
    const { originalEndsAfterMs = 0, transferMethod = "TRANSFER" } = this.#options;
    const { QueueId, ContactFlowId, UserId, ClientToken } = request;
    const successor = {
      initiationMethod: transferMethod,
      queueId: QueueId ?? ownQueueOf(UserId),
      waitsIn,
      endsAfterMs: originalEndsAfterMs,
    };
    const newContact = this.#life.succeed(instance, contact, successor, "api");
    this.#transfers.push({
      instanceId: request.InstanceId,
      contactId: contact.id,
      newContactId: newContact.id,
      contactFlowId: ContactFlowId,
      queueId: QueueId,
      userId: UserId,
      clientToken: ClientToken,
      transferredAt: newContact.startedAt,
    });
    return newContact;
  }
}

/** An agent's own queue, by the agent's id. */
function ownQueueOf(user: string | undefined): string | undefined {
  return user?.slice(user.lastIndexOf("/") + 1);
}

function notFound(message: string): ConnectApiError {
  return new ConnectApiError("ResourceNotFoundException", message);
}
