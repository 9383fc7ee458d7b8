import { ConnectApiError } from "../connect-api-error.ts";
import { Channel, ContactFlowType, type WorldSeed } from "./read-world.ts";

export interface Contact {
  readonly id: string;
  readonly channel: Channel;
  /** Number of transfers so far. */
  readonly transfers: number;
  readonly initiationMethod: InitiationMethod;
  readonly initialContactId?: string;
  readonly previousContactId?: string;
  /** An email that answers another one, or a task that is linked to a contact, for example. */
  readonly relatedContactId?: string;
  readonly queueId?: string;
  /** The agent who has, or had, the contact. */
  readonly agent?: { readonly userId: string; readonly connectedAt: number };
  /** The contact that an agent made of this one by a quick connect: the only successors that Connect names. */
  readonly quickConnectTo?: string;
  /** Shown once it has ended. */
  readonly disconnectReason?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch; before, no request finds it. */
  readonly visibleAt?: number;
  /** Milliseconds since the epoch; Infinity while it is active. */
  readonly endsAt: number;
  /** The contacts of the queue it waits in, a shared queue or an agent's. */
  readonly waitsIn?: Set<string>;
}

/** The methods that contacts of the local Connect can have. */
export type InitiationMethod = "API" | "TRANSFER" | "AGENT_REPLY";

export interface Instance {
  readonly arn: string;
  readonly contactFlows: Map<string, ContactFlowType>;
  /** By queue id: the waiting contacts. */
  readonly queues: Map<string, Set<string>>;
  /** By user id: the contacts waiting in the agent's own queue. */
  readonly agentQueues: Map<string, Set<string>>;
  readonly contacts: Map<string, Contact>;
}

export interface WorldStateOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Creates unknown ids on first use. */
  readonly openWorld: boolean;
}

/** The resources of Amazon Connect. A lookup of an unknown id throws ResourceNotFoundException, or creates it in an open world. */
export class WorldState {
  readonly #options: WorldStateOptions;
  readonly #instances = new Map<string, Instance>();

  constructor(options: WorldStateOptions) {
    this.#options = options;
  }

  add(seed: WorldSeed): void {
    const now = this.#options.now();
    for (const [arn, { contactFlows, queues, users, contacts }] of Object.entries(seed.instances)) {
      const instance = getOrCreate(this.#instances, idOf(arn), () => newInstance(arn));
      for (const [id, type] of Object.entries(contactFlows)) instance.contactFlows.set(id, type);
      for (const id of queues) getOrCreate(instance.queues, id, () => new Set());
      for (const id of users) getOrCreate(instance.agentQueues, id, () => new Set());
      for (const [id, { channel, state, transfers = 0, visibleAfterMs = 0 }] of Object.entries(contacts)) {
        const endsAt = state === "ended" ? now : Number.POSITIVE_INFINITY;
        this.put(instance, {
          id,
          channel,
          transfers,
          initiationMethod: transfers > 0 ? "TRANSFER" : "API",
          startedAt: now,
          visibleAt: now + visibleAfterMs,
          endsAt,
        });
      }
    }
  }

  get instances(): readonly Instance[] {
    return [...this.#instances.values()];
  }

  /** Adds or replaces a contact, in the instance and in the queue it waits in. */
  put(instance: Instance, contact: Contact): void {
    instance.contacts.get(contact.id)?.waitsIn?.delete(contact.id);
    instance.contacts.set(contact.id, contact);
    contact.waitsIn?.add(contact.id);
  }

  instance(id: string): Instance {
    return this.#find(this.#instances, id, "Instance", () =>
      newInstance(`arn:aws:connect:us-east-1:111122223333:instance/${id}`),
    );
  }

  contact(instance: Instance, id: string): Contact {
    const { visibleAt = 0 } = instance.contacts.get(id) ?? {};
    if (visibleAt > this.#options.now()) throw notFound("Contact", id);
    return this.#find(instance.contacts, id, "Contact", () => ({
      id,
      channel: Channel.TASK,
      transfers: 0,
      initiationMethod: "API",
      startedAt: this.#options.now(),
      endsAt: Number.POSITIVE_INFINITY,
    }));
  }

  contactFlowType(instance: Instance, id: string): ContactFlowType {
    return this.#find(instance.contactFlows, id, "Contact flow", () => ContactFlowType.QUEUE_TRANSFER);
  }

  queue(instance: Instance, id: string): Set<string> {
    return this.#find(instance.queues, id, "Queue", () => new Set<string>());
  }

  /** @param user id or ARN: the only id of a TransferContact request that may be an ARN. */
  agentQueue(instance: Instance, user: string): Set<string> {
    const userId = user.startsWith(`${instance.arn}/agent/`) ? idOf(user) : user;
    return this.#find(instance.agentQueues, userId, "User", () => new Set<string>());
  }

  #find<T>(things: Map<string, T>, id: string, what: string, create: () => T): T {
    if (!this.#options.openWorld && !things.has(id)) {
      throw notFound(what, id);
    }
    return getOrCreate(things, id, create);
  }
}

function notFound(what: string, id: string): ConnectApiError {
  return new ConnectApiError("ResourceNotFoundException", `${what} not found: ${id}`);
}

function getOrCreate<T>(things: Map<string, T>, id: string, create: () => T): T {
  const found = things.get(id);
  if (found !== undefined) return found;
  const created = create();
  things.set(id, created);
  return created;
}

function newInstance(arn: string): Instance {
  return {
    arn,
    contactFlows: new Map(),
    queues: new Map(),
    agentQueues: new Map(),
    contacts: new Map(),
  };
}

/** The id at the end of an ARN. */
function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
