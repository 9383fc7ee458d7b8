import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import type { Ports } from "../ports.ts";
import { type BatcherOptions, type EntryError, entryError } from "./batcher.ts";

/** PutEvents accepts 10 entries and 1 MB per call; outcomes are far below 100 KB. */
export function outcomeBatching(putEvents: Ports["putEvents"]): BatcherOptions<PutEventsRequestEntry> {
  return {
    service: "EventBridge",
    maxCount: 10,
    maxBytes: 1_000_000,
    bytesOf: ({ Detail, DetailType, Source, Resources = [] }) =>
      [Detail, DetailType, Source, ...Resources].reduce(
        (sum, text) => sum + Buffer.byteLength(text ?? ""),
        0,
      ),
    async send(entries, signal) {
      const { Entries = [] } = await putEvents([...entries], signal);
      // Results belong to entries by their order alone: in an answer of another length none can be attributed.
      const results = Entries.length === entries.length ? Entries : [];
      return entries.map((_, index) => errorOf(results[index]));
    },
    reduce: withoutMetadata,
  };
}

/** An outcome without the one part that the intent's producer wrote; undefined if it has none. */
function withoutMetadata(entry: PutEventsRequestEntry): PutEventsRequestEntry | undefined {
  const { metadata, ...detail } = JSON.parse(String(entry.Detail)) as Record<string, unknown>;
  if (metadata === undefined) return undefined;
  return { ...entry, Detail: JSON.stringify({ ...detail, metadataLeftOut: true }) };
}

/** PutEvents returns 200 even if entries failed: only an event id confirms an entry. */
function errorOf(entry: PutEventsResultEntry | undefined): EntryError | undefined {
  if (entry?.EventId && !entry.ErrorCode) return undefined;
  return entryError("EventBridge", entry?.ErrorCode);
}
