import { describeEach, describeSchemaErrors, pointerToken } from "./describe-violation.ts";
import type { Violation } from "./generated/contact-transfer-failed.ts";
import type { ContactTransferRequested } from "./generated/contact-transfer-requested.ts";
import { validate as validateSchema } from "./generated/validate-requested.js";
import { isPublishableNumber, numberText } from "./lossless-json.ts";
import { parseInstant } from "./rfc3339.ts";

/** Limit of `metadata` as JSON, in UTF-8 bytes. */
const maxMetadataBytes = 4 * 1024;
/** Limit of nesting: beyond a few thousand levels JSON.stringify and other readers of the outcome break. */
const maxDepth = 256;
const forbiddenMembers = new Set(["__proto__", "constructor", "prototype"]);

/** A validator in the form that @middy/validator expects; `errors` describes the violations of the last call. */
export interface Contract {
  (envelope: unknown): envelope is ContactTransferRequested;
  errors: Violation[];
}

/**
 * The whole contract of an envelope: the compiled JSON Schema, and the limits that a schema cannot express.
 * `instanceIdRequired`: the deployment allows several instances and has no default.
 */
export function createContract({ instanceIdRequired }: { instanceIdRequired: boolean }): Contract {
  const contract = ((envelope: unknown) => {
    const places = placesIn(envelope);
    if (!places) {
      contract.errors = [{ path: "", message: `the body is more than ${maxDepth} levels deep` }];
      return false;
    }
    validateSchema(envelope);
    contract.errors = [
      ...describeSchemaErrors(validateSchema.errors ?? [], envelope),
      ...describeEach(places.filter(isForbidden), forbiddenMember),
      ...checkInstants(envelope),
      ...checkMetadata(envelope, places),
      ...(instanceIdRequired ? checkInstance(envelope) : []),
    ];
    return contract.errors.length === 0;
  }) as Contract;
  contract.errors = [];
  return contract;
}

/** A value of the envelope and the path to it, which becomes a pointer only if something is wrong. */
interface Place {
  readonly value: unknown;
  readonly depth: number;
  readonly name: string;
  readonly parent?: Place;
  /** It is inside of `detail.metadata`. */
  readonly isInMetadata: boolean;
}

/** Every member of a JSON value, at any depth; undefined if it is deeper than an outcome may be. */
function placesIn(value: unknown): Place[] | undefined {
  const places: Place[] = [];
  const open: Place[] = [{ value, depth: 0, name: "", isInMetadata: false }];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    if (typeof parent.value !== "object" || parent.value === null) continue;
    if (parent.depth === maxDepth) return undefined;
    for (const [name, value] of Object.entries(parent.value)) {
      const isInMetadata = parent.isInMetadata || isMetadata(parent);
      const place = { value, depth: parent.depth + 1, name, parent, isInMetadata };
      places.push(place);
      if (numberText(value) === undefined) open.push(place);
    }
  }
  return places;
}

function isMetadata({ depth, name, parent }: Place): boolean {
  return depth === 2 && name === "metadata" && parent?.name === "detail";
}

/** A member that could reach an object's prototype. */
function isForbidden({ name, parent }: Place): boolean {
  return forbiddenMembers.has(name) && !Array.isArray(parent?.value);
}

function forbiddenMember(place: Place): Violation {
  const path = pointerTo(place);
  return { path, message: `${path.slice(1)} is not an allowed member name` };
}

function pointerTo({ name, parent }: Place): string {
  return parent ? `${pointerTo(parent)}/${pointerToken(name)}` : "";
}

function checkInstants(envelope: unknown): Violation[] {
  const instants = [
    { path: "/time", value: member(envelope, "time") },
    { path: "/detail/expiresAt", value: member(member(envelope, "detail"), "expiresAt") },
  ];
  return instants
    .filter(({ value }) => typeof value === "string" && parseInstant(value) === undefined)
    .map(({ path, value }) => ({
      path,
      message: `${path.slice(1)} must be an RFC 3339 date-time, for example 2026-11-24T10:00:00Z${
        /:\d\d:60/.test(String(value)) ? "; leap seconds (:60) are not supported" : ""
      }`,
    }));
}

function checkMetadata(envelope: unknown, places: readonly Place[]): Violation[] {
  const path = "/detail/metadata";
  const metadata = member(member(envelope, "detail"), "metadata");
  if (typeof metadata !== "object" || metadata === null) return [];
  const bytes = Buffer.byteLength(JSON.stringify(metadata));
  const size = `detail/metadata is ${bytes} bytes as JSON; the limit is ${maxMetadataBytes}`;
  return [
    ...(bytes > maxMetadataBytes ? [{ path, message: size }] : []),
    ...describeEach(places.filter(isUnpublishable), unpublishableNumber),
  ];
}

/** A number under which the contact would be transferred and its outcome could never be published. */
function isUnpublishable({ value, isInMetadata }: Place): boolean {
  const text = isInMetadata ? numberText(value) : undefined;
  return text !== undefined && !isPublishableNumber(text);
}

function unpublishableNumber(place: Place): Violation {
  const path = pointerTo(place);
  const message = `${path.slice(1)} is a number that EventBridge refuses (an integer beyond 64 bits, or beyond 1.8e308); send it as a string`;
  return { path, message };
}

function checkInstance(envelope: unknown): Violation[] {
  const detail = member(envelope, "detail");
  const isMissing = typeof detail === "object" && detail !== null && !Object.hasOwn(detail, "instanceId");
  const path = "/detail/instanceId";
  const message = "detail/instanceId is missing; this deployment allows several instances and has no default";
  return isMissing ? [{ path, message }] : [];
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
