import { type ContactEvent, type ContactEventType, contactEvent } from "./contact-events.ts";
import { Channel } from "./read-world.ts";
import type { Contact, Instance, WorldState } from "./world-state.ts";

export interface ContactLifeDeps {
  readonly state: WorldState;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ids of new contacts. */
  readonly newId: () => string;
}

/** What a contact that follows another one has of its own. */
export interface Successor extends Pick<Contact, "initiationMethod" | "queueId" | "waitsIn"> {
  /** How long the contact that it follows stays active. @default 0 */
  readonly endsAfterMs?: number;
}

export type ContactEventListener = (event: ContactEvent) => void;

/** How contacts begin, move, meet agents and end; each step is announced as Connect does. */
export class ContactLife {
  readonly #deps: ContactLifeDeps;
  readonly #listeners: ContactEventListener[] = [];

  constructor(deps: ContactLifeDeps) {
    this.#deps = deps;
  }

  onEvent(listener: ContactEventListener): void {
    this.#listeners.push(listener);
  }

  /** Starts a task, by the API: alone, or linked to another contact. */
  startTask(instance: Instance, linkedTo?: Contact): Contact {
    return this.#begin(instance, {
      ...this.#born(Channel.TASK, 0),
      initiationMethod: "API",
      ...(linkedTo && {
        previousContactId: linkedTo.id,
        relatedContactId: linkedTo.id,
        initialContactId: rootOf(linkedTo),
      }),
    });
  }

  /** An agent's answer to an email: a contact of the same tree that is no successor. */
  replyToEmail(instance: Instance, email: Contact): Contact {
    const reply = this.#born(email.channel, 0);
    return this.#begin(instance, {
      ...reply,
      initiationMethod: "AGENT_REPLY",
      initialContactId: rootOf(email),
      previousContactId: email.id,
      relatedContactId: email.id,
      endsAt: reply.startedAt,
    });
  }

  /** Ends a contact and starts its successor. */
  succeed(
    instance: Instance,
    contact: Contact,
    { endsAfterMs = 0, ...next }: Successor,
    endedBy: "api" | "agent" | "manager" | "flow",
  ): Contact {
    const born = this.#born(contact.channel, contact.transfers + 1);
    const successor = {
      ...born,
      initialContactId: rootOf(contact),
      previousContactId: contact.id,
      ...next,
    };
    const disconnectReason = endReason(contact, endedBy);
    const ended = {
      ...contact,
      ...(endedBy === "agent" && { quickConnectTo: born.id }),
      ...(disconnectReason && { disconnectReason }),
    };
    this.end(instance, ended, born.startedAt + endsAfterMs);
    return this.#begin(instance, successor);
  }

  connectToAgent(instance: Instance, contact: Contact, userId: string): void {
    const connectedAt = this.#deps.now();
    const connected = { ...contact, agent: { userId, connectedAt }, waitsIn: undefined };
    this.#deps.state.put(instance, connected);
    this.#announce(instance, connected, "CONNECTED_TO_AGENT");
  }

  /** A contact ends once: a later end does not extend it. */
  end(instance: Instance, contact: Contact, at = this.#deps.now()): void {
    const endsAt = Math.min(contact.endsAt, at);
    const ended = { ...contact, endsAt, waitsIn: undefined };
    this.#deps.state.put(instance, ended);
    // An end in the future is not announced: nothing here happens by itself.
    if (endsAt <= this.#deps.now()) this.#announce(instance, ended, "DISCONNECTED");
  }

  #born(channel: Contact["channel"], transfers: number) {
    const { newId, now } = this.#deps;
    return { id: newId(), channel, transfers, startedAt: now(), endsAt: Number.POSITIVE_INFINITY };
  }

  #begin(instance: Instance, contact: Contact): Contact {
    this.#deps.state.put(instance, contact);
    this.#announce(instance, contact, "INITIATED");
    if (contact.waitsIn) this.#announce(instance, contact, "QUEUED");
    return contact;
  }

  #announce(instance: Instance, contact: Contact, type: ContactEventType): void {
    if (this.#listeners.length === 0) return;
    const event = contactEvent(instance, contact, type, this.#deps.now());
    for (const listener of this.#listeners) listener(event);
  }
}

function rootOf({ id, initialContactId }: Contact): string {
  return initialContactId ?? id;
}

/** An email ends as transferred, whoever transferred it; the reasons of a task have no such value. */
function endReason({ channel }: Contact, by: string): string | undefined {
  if (channel === Channel.EMAIL) return "TRANSFERRED";
  return by === "flow" ? "CONTACT_FLOW_DISCONNECT" : undefined;
}
