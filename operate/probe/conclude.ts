import { formatDuration } from "../../cli/duration.ts";
import { defaultTransferMethods } from "../../lambda/resolve/successors.ts";
import { type CloudTrailFacts, describeRequests } from "./look-up-requests.ts";
import type { ProbeFacts, ProbeRun, RepeatedAnswer } from "./run-probe.ts";
import {
  type ContactEventFacts,
  concludeContactEvents,
  describeContactEvents,
} from "./watch-contact-events.ts";

/** How the instance treats a repeated token, in the words of docs/delivery.md. */
export type ObservedSemantics =
  | "dedupe"
  | "conflict"
  | "validate-first"
  | "ignored"
  | "validate-first or ignored"
  | "something else";

export interface Conclusions {
  readonly tokenSemantics: ObservedSemantics;
  /** Sentences for a person. */
  readonly findings: readonly string[];
  /** Settings of the deployment that follow, as `-c` takes them. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What was looked at besides Connect's API; missing if nobody asked for it. */
export interface SeenElsewhere {
  readonly contactEvents?: ContactEventFacts;
  readonly cloudTrail?: CloudTrailFacts;
}

/** What follows from the observations. */
export function conclude(run: ProbeRun, { contactEvents, cloudTrail }: SeenElsewhere = {}): Conclusions {
  const { facts } = run;
  const tokenSemantics = semanticsOf(facts);
  const lagMs = longestLag(facts);
  const { initiationMethod } = facts;
  const events = contactEvents && concludeContactEvents(contactEvents, run);
  const findings = [
    `A repeated token is answered with ${describe(facts.repeatedAtOnce)} at once, with ${describe(facts.repeatedAfterEnd)} after the task has ended, and with ${describe(facts.repeatedWithOtherParameters)} if the request has other parameters: ${tokenSemantics}.`,
    initiationMethod === undefined
      ? "The transferred task was not shown in time, so its initiation method is not known."
      : `The transferred task has the initiation method ${initiationMethod}${defaultTransferMethods.includes(initiationMethod) ? "" : `, which counts as a transfer only if transferMethods names it: otherwise every contact would be unreadable`}.`,
    `The task that was transferred ${facts.shownAsEndedAfterMs === undefined ? "was not shown as ended in time" : `ended with the reason ${facts.disconnectReason ?? "(none)"}`}.`,
    facts.listHoldsItself === undefined
      ? "The list of associated contacts did not show the successor in time: resolveUnknown would find contacts unreadable."
      : `The list of associated contacts of a contact that has ended ${facts.listHoldsItself ? "holds the contact itself" : "does not hold the contact itself, so resolveUnknown would find contacts unreadable"}.`,
    lagMs === undefined
      ? "Connect's reads did not show the transfer in time."
      : `Connect's reads showed the transfer after ${formatDuration(Math.max(1_000, lagMs))} at the latest. One run proves no upper bound.`,
    ...(contactEvents ? [describeContactEvents(contactEvents, run)] : []),
    ...disagreement(initiationMethod, events?.initiationMethod),
    ...(cloudTrail ? [describeRequests(cloudTrail)] : []),
  ];
  const methods = new Set(
    [initiationMethod, events?.initiationMethod].filter((method) => method !== undefined),
  );
  const canResolve = initiationMethod !== undefined && facts.listHoldsItself === true && lagMs !== undefined;
  return {
    tokenSemantics,
    findings,
    settings: {
      resolveUnknown: String(canResolve),
      ...(canResolve && { settleFor: settleFor(lagMs) }),
      ...((canResolve || events?.initiationMethod !== undefined) && {
        transferMethods: [...methods].join(","),
      }),
      ...(events?.namesTask && { contactEvents: "true" }),
    },
  };
}

function disagreement(read?: string, announced?: string): string[] {
  return read === undefined || announced === undefined || read === announced
    ? []
    : [
        `Connect's reads and its events give different initiation methods, ${read} and ${announced}: transferMethods must name both.`,
      ];
}

function semanticsOf({ repeatedAtOnce, repeatedAfterEnd }: ProbeFacts): ObservedSemantics {
  if (repeatedAtOnce.kind === "another contact") return "ignored";
  if (isNamed(repeatedAtOnce, "IdempotencyException")) return "conflict";
  if (repeatedAtOnce.kind === "same contact")
    return repeatedAfterEnd.kind === "same contact" ? "dedupe" : "validate-first";
  return isNamed(repeatedAtOnce, "InvalidRequestException") ? "validate-first or ignored" : "something else";
}

function isNamed(answer: RepeatedAnswer, name: string): boolean {
  return answer.kind === "refused" && answer.name === name;
}

function describe(answer: RepeatedAnswer): string {
  return answer.kind === "refused"
    ? answer.name
    : `the ${answer.kind === "same contact" ? "same" : "id of another"} contact`;
}

function longestLag(facts: ProbeFacts): number | undefined {
  const { shownAsEndedAfterMs, successorShownAfterMs, successorListedAfterMs } = facts;
  const lags = [shownAsEndedAfterMs, successorShownAfterMs, successorListedAfterMs];
  return lags.includes(undefined) ? undefined : Math.max(...lags.filter((ms) => ms !== undefined));
}

/** Ten times the lag that was seen, and not less than the default: AWS speaks of several minutes. */
function settleFor(lagMs: number): string {
  const minutes = Math.min(30, Math.max(5, Math.ceil((10 * lagMs) / 60_000)));
  return `${minutes}m`;
}
