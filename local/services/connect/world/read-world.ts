import { parseDuration } from "../../../../cli/duration.ts";

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_Contact.html */
export const Channel = { VOICE: "VOICE", CHAT: "CHAT", TASK: "TASK", EMAIL: "EMAIL" } as const;
export type Channel = keyof typeof Channel;

/** The console calls CONTACT_FLOW Inbound. @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ContactFlow.html */
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

const ContactState = { active: "active", ended: "ended" } as const;

/** The initial content of a local Connect, as in `world.json`. */
export interface WorldSeed {
  /** By instance ARN. */
  readonly instances: Readonly<Record<string, InstanceSeed>>;
}

export interface InstanceSeed {
  /** By flow id. */
  readonly contactFlows: Readonly<Record<string, ContactFlowType>>;
  readonly queues: readonly string[];
  readonly users: readonly string[];
  /** By contact id. */
  readonly contacts: Readonly<Record<string, ContactSeed>>;
}

export interface ContactSeed {
  readonly channel: Channel;
  /** @default active */
  readonly state?: keyof typeof ContactState;
  /** Number of transfers so far. @default 0 */
  readonly transfers?: number;
  /** How long after its creation Connect does not find it. @default at once */
  readonly visibleAfterMs?: number;
}

const instanceArn = /^arn:[a-z-]+:connect:[a-z0-9-]+:\d{12}:instance\/[A-Za-z0-9._-]{1,100}$/;
const id = /^[A-Za-z0-9._-]{1,256}$/;

/**
 * @param name of the file, for errors.
 * @throws Error that names the file, the place in it, and how to fix it.
 */
export function readWorld(json: unknown, name: string): WorldSeed {
  const world = object(json, `${name}: the whole file`, ["instances"], ["description"]);
  return {
    instances: atLeastOne(
      `${name}: instances`,
      record(world.instances, `${name}: instances`, (instance, at, arn) => {
        if (!instanceArn.test(arn)) {
          throw worldError(
            at,
            "is not keyed by an instance ARN",
            "arn:aws:connect:REGION:ACCOUNT:instance/ID",
          );
        }
        return readInstance(instance, at);
      }),
    ),
  };
}

function atLeastOne(at: string, instances: Record<string, InstanceSeed>): Record<string, InstanceSeed> {
  if (Object.keys(instances).length > 0) return instances;
  throw worldError(at, "is empty", "an object with an instance, keyed by its ARN");
}

function readInstance(json: unknown, at: string): InstanceSeed {
  const instance = object(json, at, ["contactFlows", "queues", "users", "contacts"]);
  return {
    contactFlows: record(instance.contactFlows, `${at}.contactFlows`, (type, place, flowId) => {
      checkId(flowId, place);
      return oneOf(type, place, ContactFlowType);
    }),
    queues: ids(instance.queues, `${at}.queues`),
    users: ids(instance.users, `${at}.users`),
    contacts: record(instance.contacts, `${at}.contacts`, (contact, place, contactId) => {
      checkId(contactId, place);
      return readContact(contact, place);
    }),
  };
}

function readContact(json: unknown, at: string): ContactSeed {
  const {
    channel,
    state = "active",
    transfers = 0,
    visibleAfter = "0s",
  } = object(json, at, ["channel"], ["state", "transfers", "visibleAfter"]);
  if (typeof transfers !== "number" || !Number.isInteger(transfers) || transfers < 0) {
    throw worldError(`${at}.transfers`, `is ${JSON.stringify(transfers)}`, "a whole number from 0 on");
  }
  const visibleAfterMs = typeof visibleAfter === "string" ? parseDuration(visibleAfter) : undefined;
  if (visibleAfterMs === undefined) {
    throw worldError(`${at}.visibleAfter`, `is ${JSON.stringify(visibleAfter)}`, "a duration such as 5s");
  }
  return {
    channel: oneOf(channel, `${at}.channel`, Channel),
    state: oneOf(state, `${at}.state`, ContactState),
    transfers,
    visibleAfterMs,
  };
}

function object(
  json: unknown,
  at: string,
  required: string[],
  optional: string[] = [],
): Record<string, unknown> {
  if (!isObject(json)) throw worldError(at, "is not an object", `an object with ${required.join(", ")}`);
  const missing = required.find((member) => !Object.hasOwn(json, member));
  if (missing) throw worldError(at, `lacks ${missing}`, `an object with ${required.join(", ")}`);
  const known = [...required, ...optional];
  const unknown = Object.keys(json).find((member) => !known.includes(member));
  if (unknown) throw worldError(at, `has an unknown member ${JSON.stringify(unknown)}`, known.join(", "));
  return json;
}

function record<T>(
  json: unknown,
  at: string,
  read: (value: unknown, at: string, key: string) => T,
): Record<string, T> {
  if (!isObject(json)) throw worldError(at, "is not an object", "an object keyed by id");
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, read(value, `${at}[${JSON.stringify(key)}]`, key)]),
  );
}

function ids(json: unknown, at: string): string[] {
  if (!Array.isArray(json)) throw worldError(at, "is not an array", "an array of ids");
  return json.map((value: unknown, index) => checkId(value, `${at}[${index}]`));
}

function checkId(value: unknown, at: string): string {
  if (typeof value === "string" && id.test(value)) return value;
  throw worldError(at, "is not an id", "1 to 256 letters, digits, hyphens, underscores and full stops");
}

function oneOf<T extends string>(value: unknown, at: string, values: Readonly<Record<T, T>>): T {
  for (const right of Object.values<T>(values)) if (value === right) return right;
  throw worldError(at, `is ${JSON.stringify(value)}`, `one of ${Object.keys(values).join(", ")}`);
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function worldError(at: string, what: string, right: string): Error {
  return new Error(`${at} ${what}. Use ${right}.`);
}
