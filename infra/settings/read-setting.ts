import { Duration } from "aws-cdk-lib/core";
import type { Delivery, Producers } from "../contact-transfer-props.ts";
import { type ReadyRouteName, type ReadyRouteSettings, readyRoutes } from "../routes/ready-routes.ts";
import { quote } from "./connect-settings.ts";
import { SettingError } from "./setting-error.ts";

/** The name of the stack. */
export function readStackName(setting: string, value: unknown): string {
  const name = readText(setting, value);
  if (/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) return name;
  throw new SettingError(
    `${setting}: ${quote(name)} is not the name of a stack (a letter, then up to 127 letters, digits and hyphens), such as ContactTransfer.`,
  );
}

/** A text that is not empty. */
export function readText(setting: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new SettingError(`${setting}: ${quote(value)} is not a text: give one, or leave ${setting} out.`);
}

/** A list of texts: as such, or one text with commas. */
export function readList(setting: string, value: unknown): string[] {
  const elements: unknown = typeof value === "string" ? value.split(",") : value;
  if (Array.isArray(elements)) {
    const texts = elements.map((element: unknown) => (typeof element === "string" ? element.trim() : ""));
    if (!texts.includes("")) return texts;
  }
  throw new SettingError(
    `${setting}: ${quote(value)} is not a list of texts with single commas between them, such as one,two.`,
  );
}

/** The bus that the stack makes. */
export function readOwn(setting: string, value: unknown): "own" {
  if (value === "own") return value;
  throw new SettingError(
    `${setting}: ${quote(value)} is not own, which makes a bus for this stack: an existing one is named by eventBusName.`,
  );
}

/** The key that the stack makes, or the ARN of one. */
export function readKey(setting: string, value: unknown): string {
  const key = readText(setting, value);
  if (key === "own" || /^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(key)) return key;
  throw new SettingError(
    `${setting}: ${quote(key)} is neither own, which makes a key in this stack, nor the ARN of a key, such as arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab.`,
  );
}

/** The way of an event. */
export function readDelivery(setting: string, value: unknown): Delivery {
  if (value === "queue" || value === "direct") return value;
  throw new SettingError(`${setting}: ${quote(value)} is neither queue nor direct.`);
}

/** A switch. */
export function readBoolean(setting: string, value: unknown): boolean {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw new SettingError(`${setting}: ${quote(value)} is neither true nor false.`);
}

/** Who may ask for transfers; the construct itself checks who is named. */
export function readProducers(setting: string, value: unknown): Producers {
  const members = Object.entries(readObject(setting, value));
  return Object.fromEntries(members.map(([kind, ids]) => [kind, readList(setting, ids)]));
}

/** The ready routes that the stack has, by name. */
export function readRoutes(setting: string, value: unknown): ReadyRouteSettings {
  const routes = Object.entries(readObject(setting, value));
  return Object.fromEntries(routes.map(([name, route]) => [name, readRoute(setting, name, route)]));
}

function readRoute(setting: string, name: string, route: unknown): ReadyRouteSettings[ReadyRouteName] {
  if (!Object.hasOwn(readyRoutes, name)) {
    throw new SettingError(
      `${setting}: ${quote(name)} is not a ready route: known are ${Object.keys(readyRoutes).join(", ")}.`,
    );
  }
  const { contactFlowId, queueId, userId, ruleName, ...unknown } = readObject(setting, route);
  const texts = { contactFlowId, queueId, userId, ruleName };
  const isText = Object.values(texts).every((text) => text === undefined || typeof text === "string");
  if (typeof contactFlowId === "string" && isText && Object.keys(unknown).length === 0) {
    return texts as ReadyRouteSettings[ReadyRouteName];
  }
  throw new SettingError(
    `${setting}.${name}: ${quote(route)} is not { contactFlowId, queueId or userId, ruleName }, each a text.`,
  );
}

/** An object as such, as a config file and cdk.json give it, or as JSON, as -c does. */
function readObject(setting: string, value: unknown): Record<string, unknown> {
  const object = typeof value === "string" ? parseJson(value) : value;
  if (typeof object === "object" && object !== null && !Array.isArray(object)) {
    return object as Record<string, unknown>;
  }
  throw new SettingError(`${setting}: ${quote(value)} is not an object, nor JSON of one.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A number: as such, or in digits. */
export function readNumber(setting: string, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new SettingError(`${setting}: ${quote(value)} is not a number: write digits, such as 2 or 0.5.`);
}

/** A duration, such as 90s or 24h. */
export function readDuration(setting: string, value: unknown): Duration {
  const [, digits, unit] = (typeof value === "string" && /^(\d{1,9})([smhd])$/.exec(value)) || [];
  const amount = Number(digits);
  switch (unit) {
    case "s":
      return Duration.seconds(amount);
    case "m":
      return Duration.minutes(amount);
    case "h":
      return Duration.hours(amount);
    case "d":
      return Duration.days(amount);
    default:
      throw new SettingError(
        `${setting}: ${quote(value)} is not a duration: write a whole number and its unit, such as 90s, 15m, 24h or 6d.`,
      );
  }
}
