import type { PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import { isPublishableNumber, numberText, parseLossless } from "../../../events/lossless-json.ts";
import { ServiceError } from "../service-error.ts";

const maxEntries = 10;
/** "Total size" of the entries: exactly 1 MiB is still accepted. */
const maxTotalBytes = 1_048_576;
const maxDetailTypeLength = 128;
const eventBusNamePattern =
  /^(arn:aws[\w-]*:events:[a-z]{2}-[a-z]+-[\w-]+:\d{12}:event-bus\/)?[/.\-\w]{1,256}$/;

/** @throws ServiceError if the call as a whole is invalid. @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export function checkCall(entries: readonly PutEventsRequestEntry[]): void {
  if (entries.length < 1 || entries.length > maxEntries) {
    throw validationError(
      "entries",
      entries.length < 1
        ? "Member must have length greater than or equal to 1"
        : `Member must have length less than or equal to ${maxEntries}`,
    );
  }
  for (const [i, { EventBusName }] of entries.entries()) {
    if (EventBusName !== undefined && !eventBusNamePattern.test(EventBusName)) {
      throw validationError(
        `entries.${i + 1}.member.eventBusName`,
        "Member must be the name or ARN of an event bus",
      );
    }
  }
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > maxTotalBytes) {
    throw new ServiceError(
      "ValidationException",
      "Total size of the entries in the request is over the limit.",
    );
  }
}

function validationError(member: string, constraint: string): ServiceError {
  return new ServiceError(
    "ValidationException",
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function entryBytes({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), Time ? 14 : 0);
}

export interface EntryContent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Reads an entry, or rejects it with the messages recorded from AWS. */
export function readEntry({
  Source,
  DetailType,
  Detail,
}: PutEventsRequestEntry): EntryContent | { readonly refusal: PutEventsResultEntry } {
  if (!Source) return rejectArgument("Source", "Source is a required argument.");
  if (!DetailType) return rejectArgument("DetailType", "DetailType is a required argument.");
  if (!Detail) return rejectArgument("Detail", "Detail is a required argument.");
  if (DetailType.length > maxDetailTypeLength) {
    return rejectArgument("DetailType", `DetailType has more than ${maxDetailTypeLength} characters.`);
  }
  if (Source.startsWith("aws.")) {
    return reject("NotAuthorizedForSourceException", "Not authorized for the source.");
  }
  const detail = parseObject(Detail);
  return detail
    ? { source: Source, detailType: DetailType, detail }
    : reject("MalformedDetail", "Detail is malformed.");
}

function rejectArgument(member: string, reason: string) {
  return reject("InvalidArgument", `Parameter ${member} is not valid. Reason: ${reason}`);
}

function reject(ErrorCode: string, ErrorMessage: string) {
  return { refusal: { ErrorCode, ErrorMessage } };
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value = parseLossless(json);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && !hasUnpublishableNumber(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function hasUnpublishableNumber(value: unknown): boolean {
  const text = numberText(value);
  if (text !== undefined) return !isPublishableNumber(text);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnpublishableNumber);
}
