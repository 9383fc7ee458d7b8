import type { ErrorObject } from "ajv";
import { distance } from "fastest-levenshtein";
import type { Violation } from "./generated/contact-transfer-failed.ts";
import { type Schema, schema } from "./generated/validate-requested.js";
import { numberText } from "./lossless-json.ts";

/** Longest member name in a message: names come from outside. */
const maxNameLength = 64;

/** Violations that are described one by one; a failure lists no more. */
const maxDescribed = 20;

/** Describes the first violations. The others only count, since a body can have thousands. */
export function describeEach<T>(found: readonly T[], describe: (item: T) => Violation): Violation[] {
  const described = found.slice(0, maxDescribed).map(describe);
  return [...described, ...found.slice(maxDescribed).map(() => notDescribed)];
}

const notDescribed: Violation = { path: "", message: "not described" };

/** Describes what the schema refuses: first each member that is wrong in itself, then those that exclude each other. */
export function describeSchemaErrors(errors: readonly ErrorObject[], envelope: unknown): Violation[] {
  const inOrder = errors.toSorted((a, b) => Number(a.keyword === "not") - Number(b.keyword === "not"));
  return describeEach(inOrder, (error) => describeSchemaError(error, envelope));
}

/** Explains a schema error to an operator. Messages contain member names, but no values of the body. */
function describeSchemaError(error: ErrorObject, envelope: unknown): Violation {
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
  return found ? `is ${found}; it must be ${expected}${hintFor(instancePath, value)}` : `must be ${expected}`;
}

/** How to correct a value of the wrong type, if it is one of the common slips. */
function hintFor(place: string, value: unknown): string {
  if (typeof value === "string" && /^\s*\{/.test(value)) {
    return ". It was encoded as JSON twice: send the object itself";
  }
  const end = place.lastIndexOf("/");
  const isOptional = end >= 0 && !schemaAt(place.slice(0, end))?.required?.includes(place.slice(end + 1));
  return value === null && isOptional ? ". Leave it out instead" : "";
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
  const match =
    /^arn:[^:]+:connect:[^:]*:[^:]*:instance\/[^/]+(?:\/([a-z-]+)\/([A-Za-z0-9._-]*)(.*))?$/s.exec(
      String(value),
    );
  if (!match) return String(value) === "" ? "empty" : undefined;
  const [, kind, id, rest] = match;
  if (kind === "queue" && id === "agent" && rest)
    return "the ARN of an agent's own queue (give the agent as userId)";
  const name = kind === undefined ? "an instance ARN" : (arnNames[kind] ?? "an ARN of something else");
  return rest ? `${name} with more behind the id (a version or an alias, for example)` : name;
}

const arnNames: Readonly<Record<string, string>> = {
  contact: "a contact ARN",
  "contact-flow": "a flow ARN",
  queue: "a queue ARN",
  agent: "a user ARN",
};

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (numberText(value) !== undefined) return "a number";
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
