import type { ErrorObject } from "ajv";
import { distance } from "fastest-levenshtein";
import type { Violation } from "./generated/contact-transfer-failed.ts";
import { type Schema, schema } from "./generated/validate-requested.js";

/** Longest member name in a message: names come from outside. */
const maxNameLength = 64;

/** Explains a schema error to an operator. Messages contain member names, but no values of the body. */
export function describeSchemaError(error: ErrorObject, envelope: unknown): Violation {
  const place = error.instancePath;
  const inWords = place.slice(1);
  switch (error.keyword) {
    case "required":
      return missing(place, String(error.params.missingProperty), envelope);
    case "additionalProperties": {
      const name = String(error.params.additionalProperty);
      const known = Object.keys(schemaAt(place)?.properties ?? {});
      const path = `${place}/${pointerToken(name)}`;
      return { path, message: `${path.slice(1)} is not a known property${suggestion(name, known)}` };
    }
    case "not":
      return { path: place, message: `${inWords} has both queueId and userId; give at most one of them` };
    case "const":
      return {
        path: place,
        message: `${inWords} must be ${JSON.stringify(error.params.allowedValue)} if present`,
      };
    default:
      return { path: place, message: `${inWords || "the body"} ${wrongValue(error, envelope)}` };
  }
}

/** A member name as a token of a JSON pointer (RFC 6901), cut to 64 characters. */
export function pointerToken(name: string): string {
  const characters = Array.from(name);
  const cut = characters.length > maxNameLength ? `${characters.slice(0, maxNameLength).join("")}…` : name;
  return cut.replaceAll("~", "~0").replaceAll("/", "~1");
}

function missing(place: string, name: string, envelope: unknown): Violation {
  const path = `${place}/${name}`;
  const isEnvelope = place === "";
  // Unknown members of the envelope are allowed, so a misspelt one shows up only here.
  const misspelt = isEnvelope && Object.keys(envelope as object).find((member) => isNear(member, name));
  const hint = misspelt ? `; there is a ${pointerToken(misspelt)}: did you mean ${name}?` : "";
  return { path, message: `${path.slice(1)} is missing${hint}` };
}

function wrongValue({ keyword, params, instancePath }: ErrorObject, envelope: unknown): string {
  const expected = schemaAt(instancePath)?.$comment ?? `a JSON ${params.type}`;
  const value = names(instancePath).reduce<unknown>(
    (at, name) => (at as Record<string, unknown>)[name],
    envelope,
  );
  const found = keyword === "type" ? typeName(value) : arnKind(value);
  return found ? `is ${found}; it must be ${expected}` : `must be ${expected}`;
}

/** The schema at a known pointer. */
function schemaAt(place: string): Schema | undefined {
  return names(place).reduce<Schema | undefined>((at, name) => resolve(at?.properties?.[name]), schema);
}

function resolve(found: Schema | undefined): Schema | undefined {
  const definition = found?.$ref?.replace("#/$defs/", "");
  return definition ? schema.$defs?.[definition] : found;
}

/** The names along a JSON pointer. Those in the schema need no unescaping. */
function names(pointer: string): string[] {
  return pointer.split("/").slice(1);
}

/** The kind of an ARN, from the closed set of kinds that an intent can name. */
function arnKind(value: unknown): string | undefined {
  const match = /^arn:[^:]+:connect:[^:]*:[^:]*:instance\/[^/]+(?:\/([a-z-]+)\/)?/.exec(String(value));
  if (!match) return String(value) === "" ? "empty" : undefined;
  switch (match[1]) {
    case undefined:
      return "an instance ARN";
    case "contact":
      return "a contact ARN";
    case "contact-flow":
      return "a flow ARN";
    case "queue":
      return "a queue ARN";
    case "agent":
      return "a user ARN";
    default:
      return "an ARN of something else";
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function suggestion(name: string, known: readonly string[]): string {
  const nearest = known
    .filter((candidate) => isNear(name, candidate))
    .sort((a, b) => distance(name, a) - distance(name, b))[0];
  return nearest ? `; did you mean ${nearest}?` : `; known are ${known.join(", ")}`;
}

/** Close enough for a typo or a difference in case, but not for another word. */
function isNear(name: string, candidate: string): boolean {
  if (name === candidate || name.length > maxNameLength) return false;
  const normal = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, "");
  return distance(normal(name), normal(candidate)) <= Math.max(1, Math.floor(candidate.length / 4));
}
