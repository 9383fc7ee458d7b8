import { blame, readThrown } from "../error-table.ts";
import type { Ports } from "../ports.ts";
import type { ResolveSettings } from "../settings.ts";
import { createPace, type Pace } from "../transfer/pace.ts";
import type { ContactReads } from "./read-evidence.ts";

/**
 * Requests per second that Connect allows by default, per account and Region.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html
 */
export const readsPerSecond = { describeContact: 10, listAssociatedContacts: 2 } as const;

/** The reads of a function instance, which take slots from each other but never from transfers. */
export interface ReadsAtPace {
  readonly settings: ResolveSettings;
  /** Reads that each wait for a slot until `latestAt`, by the monotonic clock. */
  until(latestAt: number): ContactReads;
}

/** Undefined if the settings do not ask for reads. A throttled read slows its pace down. */
export function createReads({ settings, clock, random, reads }: Ports): ReadsAtPace | undefined {
  const { resolveUnknown } = settings;
  if (!resolveUnknown || !reads) return undefined;
  const paceOf = (perSecond: number) => createPace(perSecond * resolveUnknown.shareOfReads, clock, random);
  const describePace = paceOf(readsPerSecond.describeContact);
  const listPace = paceOf(readsPerSecond.listAssociatedContacts);
  return {
    settings: resolveUnknown,
    until: (latestAt) => ({
      now: () => clock.now(),
      describeContact: (input, signal) =>
        atPace(describePace, latestAt, signal, () => reads.describeContact(input, signal)),
      listAssociatedContacts: (input, signal) =>
        atPace(listPace, latestAt, signal, () => reads.listAssociatedContacts(input, signal)),
    }),
  };
}

async function atPace<T>(
  pace: Pace,
  latestAt: number,
  signal: AbortSignal,
  read: () => Promise<T>,
): Promise<T> {
  const slot = await pace.acquire(latestAt, signal);
  if (slot.kind === "later") throw Object.assign(new Error("no slot in time"), { name: "WaitsForSlot" });
  try {
    const answer = await read();
    pace.onAccepted();
    return answer;
  } catch (error) {
    const { name, httpStatus } = readThrown(error);
    if (blame("Connect", name, httpStatus).fault === "load") pace.onThrottled();
    throw error;
  }
}
