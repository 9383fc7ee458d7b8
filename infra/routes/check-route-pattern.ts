import { isDeepStrictEqual } from "node:util";
import { outcomeDetailTypes, requestDetailType } from "../../events/detail-types.ts";
import { compileEventPattern } from "../eventbridge/event-pattern.ts";
import { routeError } from "./intent-template.ts";

/** A pattern as EventBridge receives it; values that only the deployment knows remain CloudFormation intrinsics. */
export type RenderedPattern = Readonly<Record<string, unknown>>;

/** Where a route listens, and where its transfers go. */
export interface RouteSurroundings {
  /** Undefined if only the deployment knows. */
  readonly isDefaultBus: boolean | undefined;
  /** Whether this bus carries the construct's requests and outcomes. */
  readonly isConstructsBus: boolean;
  readonly busName: string;
  readonly outcomeSource: string;
  /** The initiation methods that a transferred contact may have. */
  readonly transferMethods: readonly string[];
  /**
   * Every ARN that the queue of the transfer may have, with intrinsics for what only the deployment knows; empty if events
   * name it.
   */
  readonly queueArns: readonly unknown[];
}

/** Refuses a pattern that EventBridge would reject, or with which one transfer could trigger the next. */
export function checkRoutePattern(
  routeId: string,
  pattern: RenderedPattern,
  surroundings: RouteSurroundings,
): void {
  if (!hasIntrinsics(pattern)) {
    try {
      compileEventPattern(pattern);
    } catch (error) {
      throw routeError(routeId, `EventBridge would reject its eventPattern: ${(error as Error).message}`);
    }
  }
  if (surroundings.isConstructsBus) checkOwnEvents(routeId, pattern, surroundings);
  checkConnectEvents(routeId, pattern, surroundings);
}

function checkOwnEvents(routeId: string, pattern: RenderedPattern, { outcomeSource }: RouteSurroundings) {
  if (outcomeDetailTypes.some((detailType) => mayMatch(pattern, outcomeSource, detailType))) {
    throw routeError(
      routeId,
      `its eventPattern matches the construct's own outcomes (source ${outcomeSource}), so transfers could trigger each other forever: name another source or detailType`,
    );
  }
  const sources = Array.isArray(pattern.source) ? pattern.source : [undefined];
  const isOfAwsAlone = sources.every((source) => typeof source === "string" && source.startsWith("aws."));
  const detailType = pick(pattern, "detail-type");
  if (!isOfAwsAlone && matches(detailType, { "detail-type": requestDetailType })) {
    throw routeError(
      routeId,
      `its eventPattern also matches transfer requests (${requestDetailType}), which the construct's own rule handles: name the detailType of the other events`,
    );
  }
}

/** Connect publishes events for the new contact of each transfer, so a route on its events must exclude that contact. */
function checkConnectEvents(
  routeId: string,
  pattern: RenderedPattern,
  { isDefaultBus, busName, queueArns, transferMethods }: RouteSurroundings,
): void {
  const isNamed = "source" in pattern || "$or" in pattern;
  const mayBeOfConnect = matches(pick(pattern, "source"), { source: "aws.connect" });
  if (!mayBeOfConnect || (!isNamed && isDefaultBus !== true)) return;
  if (isDefaultBus === false && "source" in pattern) {
    throw routeError(
      routeId,
      `aws.connect publishes to the default bus only, and the route listens on ${busName}: give the route eventBus: EventBus.fromEventBusName(this, "DefaultBus", "default")`,
    );
  }
  if (isDefaultBus === false || isGuarded(pattern, queueArns, transferMethods)) return;
  throw routeError(
    routeId,
    'Connect publishes events for transferred contacts too, so the route could transfer a contact forever: add a guard to eventPattern.detail, either previousContactId: [{ "exists": false }] for contact events, or queueArn: [{ "anything-but": [the ARN of the queue that the route transfers to] }] for rules of Contact Lens' +
      (queueArns.some(hasIntrinsics)
        ? ". Only the deployment knows whether queueId is an ARN or an id, so name both: queueId itself, and each instance's ARN followed by /queue/ and queueId"
        : ""),
  );
}

function isGuarded(
  { detail }: RenderedPattern,
  queueArns: readonly unknown[],
  transferMethods: readonly string[],
): boolean {
  const rejects = (path: readonly string[], value: unknown) => {
    const matcher = path.reduce<unknown>((part, step) => (isObject(part) ? part[step] : undefined), detail);
    return matcher !== undefined && rejectsValue(matcher, value);
  };
  return (
    rejects(["previousContactId"], "the contact before") ||
    transferMethods.every((method) => rejects(["initiationMethod"], method)) ||
    [["queueArn"], ["queueInfo", "queueArn"]].some(
      (path) => queueArns.length > 0 && queueArns.every((arn) => rejects(path, arn)),
    )
  );
}

/** With intrinsics, a matcher certainly rejects only what its `anything-but` names. */
function rejectsValue(matcher: unknown, value: unknown): boolean {
  if (!hasIntrinsics(matcher) && !hasIntrinsics(value)) return !matches({ value: matcher }, { value });
  const [only, ...others] = Array.isArray(matcher) ? matcher : [];
  if (!isObject(only) || others.length > 0) return false;
  return [only["anything-but"]].flat().some((named) => isDeepStrictEqual(named, value));
}

/** Judges by source and detail-type alone. */
function mayMatch(pattern: RenderedPattern, source: string, detailType: string): boolean {
  return matches(pick(pattern, "source", "detail-type"), { source, "detail-type": detailType });
}

function pick(pattern: RenderedPattern, ...names: string[]): RenderedPattern {
  return Object.fromEntries(Object.entries(pattern).filter(([name]) => names.includes(name)));
}

/** An empty part of a pattern matches everything. One that only the deployment knows counts as no match. */
function matches(part: RenderedPattern, event: RenderedPattern): boolean {
  if (Object.keys(part).length === 0) return true;
  return !hasIntrinsics(part) && compileEventPattern(part)(event);
}

function hasIntrinsics(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasIntrinsics);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, member]) => /^(Ref$|Fn::)/.test(name) || hasIntrinsics(member));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
