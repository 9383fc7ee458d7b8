/** How a contact reached the contact center. @see https://docs.aws.amazon.com/connect/latest/APIReference/API_Contact.html */
export const Channel = { VOICE: "VOICE", CHAT: "CHAT", TASK: "TASK", EMAIL: "EMAIL" } as const;
export type Channel = keyof typeof Channel;

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ContactFlow.html */
export const ContactFlowType = {
  CONTACT_FLOW: "CONTACT_FLOW",
  CUSTOMER_QUEUE: "CUSTOMER_QUEUE",
  CUSTOMER_HOLD: "CUSTOMER_HOLD",
  CUSTOMER_WHISPER: "CUSTOMER_WHISPER",
  AGENT_HOLD: "AGENT_HOLD",
  AGENT_WHISPER: "AGENT_WHISPER",
  OUTBOUND_WHISPER: "OUTBOUND_WHISPER",
  AGENT_TRANSFER: "AGENT_TRANSFER",
  QUEUE_TRANSFER: "QUEUE_TRANSFER",
  CAMPAIGN: "CAMPAIGN",
} as const;
export type ContactFlowType = keyof typeof ContactFlowType;

/** What a local Connect holds when it starts. */
export interface WorldSeed {
  readonly instances: readonly InstanceSeed[];
}

export interface InstanceSeed {
  readonly arn: string;
  /** Flow id to type. */
  readonly contactFlows: Readonly<Record<string, ContactFlowType>>;
  readonly queues: readonly string[];
  readonly users: readonly string[];
  /** By contact id. */
  readonly contacts: Readonly<Record<string, ContactSeed>>;
}

export interface ContactSeed {
  readonly channel: Channel;
  readonly state: "active" | "ended";
  /** How often the contact was transferred before: 0–11. */
  readonly transfers: number;
}
