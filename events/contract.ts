import { describeSchemaError, pointerToken } from "./describe-violation.ts";
import type { Violation } from "./generated/contact-transfer-failed.ts";
import type { ContactTransferRequested } from "./generated/contact-transfer-requested.ts";
import { validate as validateSchema } from "./generated/validate-requested.js";
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
    const members = checkMembers(envelope);
    if (members === "too deep") {
      contract.errors = [{ path: "", message: `the body is more than ${maxDepth} levels deep` }];
      return false;
    }
    validateSchema(envelope);
    contract.errors = [
      ...(validateSchema.errors ?? []).map((error) => describeSchemaError(error, envelope)),
      ...members,
      ...checkInstants(envelope),
      ...checkMetadata(envelope),
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
}

/** Refuses members that could reach an object's prototype, and envelopes nested too deeply. */
function checkMembers(envelope: unknown): Violation[] | "too deep" {
  const violations: Violation[] = [];
  const open: Place[] = [{ value: envelope, depth: 0, name: "" }];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    if (typeof parent.value !== "object" || parent.value === null) continue;
    if (parent.depth === maxDepth) return "too deep";
    for (const [name, value] of Object.entries(parent.value)) {
      const place = { value, depth: parent.depth + 1, name, parent };
      if (forbiddenMembers.has(name) && !Array.isArray(parent.value)) {
        const path = pointerTo(place);
        violations.push({ path, message: `${path.slice(1)} is not an allowed member name` });
      }
      if (typeof value === "object") open.push(place);
    }
  }
  return violations;
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

function checkMetadata(envelope: unknown): Violation[] {
  const path = "/detail/metadata";
  const metadata = member(member(envelope, "detail"), "metadata");
  if (typeof metadata !== "object" || metadata === null) return [];
  const bytes = Buffer.byteLength(JSON.stringify(metadata));
  return bytes > maxMetadataBytes
    ? [{ path, message: `detail/metadata is ${bytes} bytes as JSON; the limit is ${maxMetadataBytes}` }]
    : [];
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
