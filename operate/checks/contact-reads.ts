import {
  type ConnectClient,
  DescribeContactCommand,
  ListAssociatedContactsCommand,
} from "@aws-sdk/client-connect";
import type { Clock } from "../../lambda/ports.ts";
import type { ContactReads } from "../../lambda/resolve/read-evidence.ts";
import { readsPerSecond } from "../../lambda/resolve/reads-at-pace.ts";
import { createPace, type Pace } from "../../lambda/transfer/pace.ts";
import { isThrottled } from "../aws/explain-error.ts";

/** Connect's reads for an operator: each at a pace of its own; a throttled one is read again. */
export function createContactReads(connect: ConnectClient, clock: Clock): ContactReads {
  const describePace = createPace(readsPerSecond.describeContact, clock, () => 0);
  const listPace = createPace(readsPerSecond.listAssociatedContacts, clock, () => 0);
  return {
    now: () => clock.now(),
    describeContact: (input, signal) =>
      atPace(describePace, signal, () =>
        connect.send(new DescribeContactCommand(input), { abortSignal: signal }),
      ),
    listAssociatedContacts: (input, signal) =>
      atPace(listPace, signal, () =>
        connect.send(new ListAssociatedContactsCommand(input), { abortSignal: signal }),
      ),
  };
}

async function atPace<T>(pace: Pace, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  for (;;) {
    await pace.acquire(Number.POSITIVE_INFINITY, signal);
    signal.throwIfAborted();
    try {
      const answer = await read();
      pace.onAccepted();
      return answer;
    } catch (error) {
      if (!isThrottled(error)) throw error;
      pace.onThrottled();
    }
  }
}
