import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { formatDuration } from "../../cli/duration.ts";
import { type RecordedCall, recordedCalls } from "../aws/cloud-trail.ts";
import { keepLooking, type Looked, type Patience } from "./keep-looking.ts";
import type { ProbedRequest, ProbeRun } from "./run-probe.ts";

/** What CloudTrail's event history has shown of the probe's requests. */
export interface CloudTrailFacts extends Looked {
  readonly requests: readonly LookedUpRequest[];
}

/** A request of the probe; what the record says is missing until CloudTrail shows it. */
export interface LookedUpRequest {
  readonly action: string;
  readonly requestId: string;
  /** How long after the request its record was seen, at the latest. */
  readonly seenAfterMs?: number;
  /** Whether the record has the client token as it was sent. */
  readonly clientToken?: "shown" | "hidden" | "missing";
  /** The contact in the recorded answer. */
  readonly contactId?: string;
  readonly errorCode?: string;
}

/** CloudTrail's clock and this machine's may differ. */
const skewMs = 60_000;

/** Waits until CloudTrail shows every request that made a task or a transfer. */
export async function lookUpRequests(
  cloudTrail: CloudTrailClient,
  { requests }: ProbeRun,
  { pauseMs, ...patience }: Patience & { readonly pauseMs: number },
): Promise<CloudTrailFacts> {
  const { clock, signal } = patience;
  const seen = new Map<string, LookedUpRequest>();
  const named = requests.filter(({ requestId }) => requestId !== undefined);
  const from = Math.min(...named.map(({ at }) => at)) - skewMs;
  const until = Math.max(...named.map(({ at }) => at)) + skewMs;
  const looked = await keepLooking(async () => {
    for (const eventName of new Set(named.map(({ eventName }) => eventName))) {
      const missing = () =>
        named.some((one) => one.eventName === eventName && !seen.has(one.requestId ?? ""));
      if (!missing()) continue;
      const query = { eventName, from, until: Math.min(until, clock.now()) };
      for await (const page of recordedCalls(cloudTrail, query)) {
        for (const call of page) {
          const request = named.find(({ requestId }) => requestId === call.requestId);
          if (request && !seen.has(call.requestId))
            seen.set(call.requestId, lookedUp(request, call, clock.now()));
        }
        if (!missing()) break;
        // CloudTrail grants an account two lookups per second.
        await clock.sleep(pauseMs, signal);
      }
    }
    return named.every(({ requestId = "" }) => seen.has(requestId));
  }, patience);
  const all = named.map(({ action, requestId = "" }) => seen.get(requestId) ?? { action, requestId });
  return { requests: all, ...looked };
}

function lookedUp(
  { action, at, clientToken }: ProbedRequest,
  call: RecordedCall,
  now: number,
): LookedUpRequest {
  const { requestId, contactId, errorCode } = call;
  return {
    action,
    requestId,
    seenAfterMs: Math.max(0, Math.round(now - at)),
    clientToken:
      call.clientToken === undefined ? "missing" : call.clientToken === clientToken ? "shown" : "hidden",
    ...(contactId !== undefined && { contactId }),
    ...(errorCode !== undefined && { errorCode }),
  };
}

/** A sentence for a person. */
export function describeRequests({ requests, lookedForMs, error }: CloudTrailFacts): string {
  const seen = requests.filter(({ seenAfterMs }) => seenAfterMs !== undefined);
  const ending = error === undefined ? "" : ` CloudTrail could not be read to the end: ${error}`;
  if (seen.length === 0)
    return `CloudTrail showed none of the ${requests.length} requests within ${formatDuration(lookedForMs)}. That does not prove that they are not recorded: records can come later.${ending}`;
  const lag = Math.max(1_000, ...seen.map(({ seenAfterMs = 0 }) => seenAfterMs));
  const count =
    seen.length === requests.length
      ? `all ${requests.length} requests, after ${formatDuration(lag)} at the latest`
      : `${seen.length} of the ${requests.length} requests within ${formatDuration(lookedForMs)}; the others can come later`;
  const transfers = seen.filter(({ action }) => action === "connect:TransferContact");
  return `CloudTrail showed ${count}. ${describeRecords(transfers)}${ending}`;
}

function describeRecords(transfers: readonly LookedUpRequest[]): string {
  if (transfers.length === 0) return "No transfer was among them.";
  const tokens = transfers.every(({ clientToken }) => clientToken === "shown");
  const contacts = transfers.every(({ contactId, errorCode }) => contactId ?? errorCode);
  const proof =
    "so that a person can look an unknown effect up there; a request that is not there proves nothing";
  if (tokens && contacts)
    return `The record of a transfer has its client token, and the new contact or the error, ${proof}.`;
  const names = [tokens && "its client token", contacts && "the new contact or the error"].filter(
    (name) => name,
  );
  return `The record of a transfer has ${names.length > 0 ? `only ${names[0]}` : "neither its client token nor the new contact"}.`;
}
