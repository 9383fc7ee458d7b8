import type { EventField } from "aws-cdk-lib/aws-events";
import { Token, Tokenization } from "aws-cdk-lib/core";
import { requestDetailType } from "../../events/detail-types.ts";
import { quote, SettingError } from "../settings/setting-error.ts";
import type { RouteIntent } from "./route.ts";

/** An input transformer that turns an event into the envelope of an intent. */
export interface IntentTemplate {
  readonly inputPathsMap: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

/**
 * Writes the envelope: the event's `id`, `time` and `source`, and the intent. A field of the event is always a whole value,
 * because EventBridge does not escape inside strings. Only `intentId` embeds a field, the event's id, which EventBridge assigns.
 */
export function intentTemplate(routeId: string, intent: RouteIntent): IntentTemplate {
  const variables = new Map<string, string>();
  const use: UseField = (path) => {
    const name = variables.get(path) ?? freeName(path, [...variables.values()]);
    variables.set(path, name);
    return `<${name}>`;
  };
  const identity = intent.intentId === undefined ? [`"intentId":"${routeId}:${use("$.id")}"`] : [];
  const detail = [...identity, ...renderMembers(routeId, intent, "intent", use)];
  const inputTemplate =
    `{"id":${use("$.id")},"detail-type":${quote(requestDetailType)},"source":${use("$.source")},` +
    `"time":${use("$.time")},"detail":{${detail.join(",")}}}`;
  return {
    inputPathsMap: Object.fromEntries([...variables].map(([path, name]) => [name, path])),
    inputTemplate,
  };
}

/** Declares a variable for a field of the event and returns it as a template writes it. */
type UseField = (path: string) => string;

function render(routeId: string, value: unknown, place: string, use: UseField): string {
  if (typeof value === "string") return renderText(routeId, value, place, use);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && !Token.isUnresolved(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const elements = value.map((element, index) => render(routeId, element, `${place}[${index}]`, use));
    return `[${elements.join(",")}]`;
  }
  if (isPlainObject(value)) return `{${renderMembers(routeId, value, place, use).join(",")}}`;
  throw routeError(routeId, `${place} is neither JSON nor a field of the event`);
}

function renderMembers(routeId: string, value: object, place: string, use: UseField): string[] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(
      ([name, member]) =>
        `${renderName(routeId, name, place)}:${render(routeId, member, `${place}.${name}`, use)}`,
    );
}

export function routeError(routeId: string, what: string): SettingError {
  return new SettingError(`route(${quote(routeId)}): ${what}.`);
}

/** The field of the event, if the value is one field and nothing else. */
export function fieldOf(value: unknown): EventField | undefined {
  if (typeof value !== "string") return undefined;
  const { length, firstToken } = Tokenization.reverseString(value);
  return length === 1 && isEventField(firstToken) ? firstToken : undefined;
}

/**
 * Whether a token is a field of an event, by what it looks like: an app and this construct may each have a copy of
 * aws-cdk-lib, and `instanceof` knows only one of them. The JSON paths of Step Functions look the same but have a mark.
 */
function isEventField(token: unknown): token is EventField {
  if (typeof token !== "object" || token === null || stepFunctionsPath in token) return false;
  return (
    "path" in token && typeof token.path === "string" && token.path.startsWith("$") && "displayHint" in token
  );
}

const stepFunctionsPath = Symbol.for("@aws-cdk/aws-stepfunctions.JsonPathToken");

function renderText(routeId: string, value: string, place: string, use: UseField): string {
  const field = fieldOf(value);
  if (field) return use(field.path);
  if (Tokenization.reverseString(value).tokens.some(isEventField)) {
    throw routeError(
      routeId,
      `${place} embeds a field of the event in a string, where EventBridge does not escape it and an event could add members: use the field alone, as a whole value`,
    );
  }
  return literal(routeId, value, place);
}

function renderName(routeId: string, name: string, place: string): string {
  if (Token.isUnresolved(name))
    throw routeError(routeId, `${place} has a token as a member's name: write the name out`);
  return literal(routeId, name, place);
}

function literal(routeId: string, value: string, place: string): string {
  if (value.startsWith("$.")) {
    throw routeError(
      routeId,
      `${place}: ${quote(value)} is a path, which the transfer would receive as it is written: use EventField.fromPath(${quote(value)})`,
    );
  }
  if (!/[<>]/.test(value)) return JSON.stringify(value);
  throw routeError(
    routeId,
    `${place}: ${quote(value)} has a < or >, which input transformers read as a variable: leave it out`,
  );
}

/** A variable's name made of a path, with a number if another path has taken it. */
function freeName(path: string, taken: readonly string[]): string {
  const base = path.replace(/^\$\.?/, "").replace(/[^\w-]+/g, "-") || "event";
  const candidates = [base, ...taken.map((_, index) => `${base}-${index + 2}`)];
  return candidates.find((name) => !taken.includes(name)) ?? `${base}-${taken.length + 2}`;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
