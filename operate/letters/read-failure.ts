import { isObject, type JsonObject, parseJson } from "../../cli/json.ts";
import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";
import { parseInstant } from "../../events/rfc3339.ts";
import type { Violation } from "../../lambda/refusal.ts";
import type { ReportedFailure } from "./letter.ts";

/** Reads the attribute `Failure` member by member, without those that cannot be read. */
export function readFailure(text: string | undefined): ReportedFailure | undefined {
  const value = parseJson(text ?? "");
  if (!isObject(value)) return undefined;
  const { effect, error, violations, moreViolations } = value;
  return {
    message: textOf(value.message),
    effect: effect === "none" || effect === "unknown" ? effect : undefined,
    error: isObject(error) ? readError(error) : undefined,
    violations: Array.isArray(violations) ? violations.filter(isViolation) : [],
    moreViolations: countOf(moreViolations) ?? 0,
    intentId: textOf(value.intentId),
    clientToken: textOf(value.clientToken),
    failedAt: typeof value.failedAt === "string" ? parseInstant(value.failedAt) : undefined,
    receiveCount: countOf(value.receiveCount),
    requestId: textOf(value.requestId),
    resolution: readResolution(value.resolution),
  };
}

const verdicts: readonly Resolution["found"][] = [
  "moved",
  "elsewhere",
  "several",
  "ended",
  "open",
  "unreadable",
];
const movers: readonly NonNullable<Resolution["by"]>[] = ["other", "likely-us", "unproven"];

function readResolution(value: unknown): Resolution | undefined {
  if (!isObject(value)) return undefined;
  const found = verdicts.find((one) => one === value.found);
  const readAt = textOf(value.readAt);
  if (found === undefined || readAt === undefined) return undefined;
  const { contactIds } = value;
  return {
    found,
    by: movers.find((one) => one === value.by),
    contactId: textOf(value.contactId),
    queueId: textOf(value.queueId),
    agentId: textOf(value.agentId),
    contactIds: Array.isArray(contactIds) ? contactIds.filter((id) => typeof id === "string") : undefined,
    why: textOf(value.why),
    readAt,
  };
}

function readError({ name, httpStatus, requestId }: JsonObject): ReportedFailure["error"] {
  return { name: textOf(name) ?? "Error", httpStatus: countOf(httpStatus), requestId: textOf(requestId) };
}

function isViolation(value: unknown): value is Violation {
  return isObject(value) && typeof value.path === "string" && typeof value.message === "string";
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? Number(value) : undefined;
}
