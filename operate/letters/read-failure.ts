import { isObject, type JsonObject, parseJson } from "../../cli/json.ts";
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
