import { Duration, type RemovalPolicy } from "aws-cdk-lib/core";
import { parseDuration } from "../../cli/duration.ts";
import type { Delivery, Producer, Rollout } from "../contact-transfer-props.ts";
import { deliveries, removalPolicies, rollouts } from "./choices.ts";
import { quote, SettingError } from "./setting-error.ts";

/** A text that is not empty. */
export function readText(setting: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new SettingError(`${setting}: ${quote(value)} is not a text: set one, or leave ${setting} out.`);
}

/** A list of texts: a list, or one text with commas. */
export function readList(setting: string, value: unknown): string[] {
  const elements: unknown = typeof value === "string" ? value.split(",") : value;
  if (Array.isArray(elements)) {
    const texts = elements.map((element: unknown) => (typeof element === "string" ? element.trim() : ""));
    if (!texts.includes("")) return texts;
  }
  throw new SettingError(
    `${setting}: ${quote(value)} is not a list of texts separated by single commas, such as one,two.`,
  );
}

/** The bus that the stack creates; `-c` cannot refer to another by reference. */
export function readOwn(setting: string, value: unknown): "own" {
  if (value === "own") return value;
  throw new SettingError(
    `${setting}: ${quote(value)} is not own, which creates a bus for this stack: to use an existing bus, set eventBusName.`,
  );
}

export function readDelivery(setting: string, value: unknown): Delivery {
  return readChoice(setting, value, deliveries);
}

export function readRemovalPolicy(setting: string, value: unknown): RemovalPolicy {
  return readChoice(setting, value, removalPolicies);
}

export function readRollout(setting: string, value: unknown): Rollout {
  return readChoice(setting, value, rollouts);
}

function readChoice<Choice extends string>(
  setting: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new SettingError(`${setting}: ${quote(value)} is neither ${choices.join(" nor ")}.`);
}

export function readBoolean(setting: string, value: unknown): boolean {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw new SettingError(`${setting}: ${quote(value)} is neither true nor false.`);
}

/** Who may request transfers; members and values are checked with the other settings. */
export function readProducers(setting: string, value: unknown): Producer[] {
  const producers = typeof value === "string" ? parseJson(value) : value;
  if (!Array.isArray(producers)) {
    throw new SettingError(`${setting}: ${quote(value)} is not a list of producers or JSON of one.`);
  }
  return producers.map((producer: unknown, index) => {
    const place = `${setting}[${index}]`;
    const { sources, ...others } = readObject(place, producer);
    const texts = Object.entries(others).map(([name, text]) => [name, readText(`${place}.${name}`, text)]);
    return {
      ...Object.fromEntries(texts),
      sources: sources === undefined ? [] : readList(`${place}.sources`, sources),
    };
  });
}

/** An object: an object from a file, or JSON from `-c`. */
export function readObject(setting: string, value: unknown): Record<string, unknown> {
  const object = typeof value === "string" ? parseJson(value) : value;
  if (typeof object === "object" && object !== null && !Array.isArray(object)) {
    return object as Record<string, unknown>;
  }
  throw new SettingError(`${setting}: ${quote(value)} is not an object or JSON of one.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A number: a number, or text in digits. */
export function readNumber(setting: string, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new SettingError(`${setting}: ${quote(value)} is not a number: write digits, such as 2 or 0.5.`);
}

/** A duration in whole seconds, such as 90s, 24h or 1d12h. */
export function readDuration(setting: string, value: unknown): Duration {
  const ms = typeof value === "string" ? parseDuration(value) : undefined;
  if (ms !== undefined && ms % 1000 === 0) return Duration.seconds(ms / 1000);
  throw new SettingError(
    `${setting}: ${quote(value)} is not a duration: write a whole number and its unit, such as 90s, 15m, 24h or 6d.`,
  );
}
