import type { Contact, Instance } from "./world-state.ts";

/** The steps in a contact's life that Connect announces, as far as they happen here. */
export type ContactEventType = "INITIATED" | "QUEUED" | "CONNECTED_TO_AGENT" | "DISCONNECTED";

/** The content of an event that Connect sends to the default bus. */
export interface ContactEvent {
  readonly resources: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly detail: ContactEventDetail;
}

export interface ContactEventDetail {
  readonly eventType: ContactEventType;
  readonly contactId: string;
  readonly previousContactId?: string;
  readonly [member: string]: unknown;
}

/**
 * An event in the form of AWS's samples.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
 */
export function contactEvent(
  { arn }: Instance,
  contact: Contact,
  eventType: ContactEventType,
  at: number,
): ContactEvent {
  const { id, initialContactId, previousContactId, queueId, agent, endsAt } = contact;
  return {
    resources: [arn, `${arn}/contact/${id}`],
    at,
    detail: {
      eventType,
      contactId: id,
      ...(initialContactId && { initialContactId }),
      ...(previousContactId && { previousContactId }),
      channel: contact.channel,
      instanceArn: arn,
      initiationMethod: contact.initiationMethod,
      initiationTimestamp: iso(contact.startedAt),
      ...(queueId && {
        queueInfo: {
          queueArn: `${arn}/queue/${queueId}`,
          queueType: "STANDARD",
          enqueueTimestamp: iso(contact.startedAt),
        },
      }),
      ...(agent && {
        agentInfo: {
          agentArn: `${arn}/agent/${agent.userId}`,
          connectedToAgentTimestamp: iso(agent.connectedAt),
        },
      }),
      ...(eventType === "DISCONNECTED" && { disconnectTimestamp: iso(endsAt) }),
    },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
