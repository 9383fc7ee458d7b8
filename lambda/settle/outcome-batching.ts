import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import type { Ports } from "../ports.ts";
import type { BatcherOptions, EntryError } from "./batcher.ts";

/** PutEvents accepts 10 entries and 1 MB per call; outcomes are far below 100 KB. */
export function outcomeBatching(putEvents: Ports["putEvents"]): BatcherOptions<PutEventsRequestEntry> {
  return {
    maxCount: 10,
    maxBytes: 1_000_000,
    bytesOf: ({ Detail, DetailType, Source, Resources = [] }) =>
      [Detail, DetailType, Source, ...Resources].reduce(
        (sum, text) => sum + Buffer.byteLength(text ?? ""),
        0,
      ),
    async send(entries, signal) {
      const { Entries = [] } = await putEvents([...entries], signal);
      return entries.map((_, index) => entryError(Entries[index]));
    },
  };
}

/** PutEvents returns 200 even if entries failed: only an event id confirms an entry. */
function entryError(entry: PutEventsResultEntry | undefined): EntryError | undefined {
  if (entry?.EventId && !entry.ErrorCode) return undefined;
  return { name: entry?.ErrorCode ?? "Unconfirmed", isPermanent: false };
}
