import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { recordedCalls } from "../aws/cloud-trail.ts";
import { findContactSteps } from "../aws/contact-events.ts";
import type { SeenElsewhere } from "./conclude.ts";
import { lookUpRequests } from "./look-up-requests.ts";
import type { ProbeDeps, ProbeRun } from "./run-probe.ts";
import { watchContactEvents } from "./watch-contact-events.ts";

/** Where else a probe looks, as asked for. */
export interface AskedSources {
  /** A log group with contact events, or true for the outcome log of the stack. */
  readonly contactEvents?: string | true;
  /** How long CloudTrail may take to show the requests, in milliseconds. */
  readonly cloudtrail?: number;
  /** How long contact events may take, in milliseconds. */
  readonly patience: number;
}

/** Makes what a source needs, when it is needed. */
export interface SourceClients {
  logs(): Promise<CloudWatchLogsClient>;
  cloudTrail(): Promise<CloudTrailClient>;
  /** The name of the stack's outcome log. */
  outcomeLog(): Promise<string>;
}

/** Looks at the sources after a probe, when its contacts have ended. */
export type LookElsewhere = (run: ProbeRun) => Promise<SeenElsewhere>;

const eventsEveryMs = 10_000;
const cloudTrailEveryMs = 30_000;

/** Reads each source once, so that a permission that is missing is known before a probe makes a task. */
export async function openSources(
  { contactEvents, cloudtrail, patience }: AskedSources,
  clients: SourceClients,
  { clock, signal, pauseMs, journal, onStep }: Omit<ProbeDeps, "connect">,
): Promise<LookElsewhere> {
  const logs = contactEvents === undefined ? undefined : await clients.logs();
  const logGroupName = contactEvents === true ? await clients.outcomeLog() : contactEvents;
  if (logs && logGroupName !== undefined) await findContactSteps(logs, logGroupName, "none", clock.now());
  const cloudTrail = cloudtrail === undefined ? undefined : await clients.cloudTrail();
  if (cloudTrail) {
    const now = clock.now();
    await recordedCalls(cloudTrail, { eventName: "TransferContact", from: now - 1_000, until: now }).next();
  }
  return async (run) => {
    const from = run.requests.at(-1)?.at ?? clock.now();
    const seen: { -readonly [name in keyof SeenElsewhere]: SeenElsewhere[name] } = {};
    if (logs && logGroupName !== undefined) {
      onStep?.(`waits for contact events in the log group ${logGroupName}`);
      journal.write({ action: "logs:FilterLogEvents", logGroupName });
      const limits = { clock, signal, from, patienceMs: patience, everyMs: eventsEveryMs };
      seen.contactEvents = await watchContactEvents(logs, logGroupName, run, limits);
    }
    if (cloudTrail && cloudtrail !== undefined) {
      onStep?.("waits for CloudTrail to show its requests; Ctrl-C ends the wait and prints the report");
      journal.write({ action: "cloudtrail:LookupEvents" });
      const limits = { clock, signal, from, patienceMs: cloudtrail, everyMs: cloudTrailEveryMs };
      seen.cloudTrail = await lookUpRequests(cloudTrail, run, { ...limits, pauseMs });
    }
    return seen;
  };
}
