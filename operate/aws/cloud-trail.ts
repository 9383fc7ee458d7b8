import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { isObject, parseJson } from "../../cli/json.ts";
import { objectAt, textAt } from "./any-case.ts";
import { askAws } from "./explain-error.ts";

/** A request as CloudTrail has recorded it, as far as the record shows that. */
export interface RecordedCall {
  readonly requestId: string;
  readonly errorCode?: string;
  readonly clientToken?: string;
  /** The contact in the answer. */
  readonly contactId?: string;
}

export interface CallQuery {
  /** The name of the API's operation. */
  readonly eventName: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** The requests of one kind in a time range, page by page. */
export async function* recordedCalls(
  client: CloudTrailClient,
  { eventName, from, until }: CallQuery,
): AsyncGenerator<readonly RecordedCall[]> {
  const { LookupEventsCommand } = await import("@aws-sdk/client-cloudtrail");
  const input = {
    LookupAttributes: [{ AttributeKey: "EventName" as const, AttributeValue: eventName }],
    StartTime: new Date(from),
    EndTime: new Date(until),
  };
  let NextToken: string | undefined;
  do {
    const page = await askAws("cloudtrail:LookupEvents", "CloudTrail's event history", () =>
      client.send(new LookupEventsCommand({ ...input, NextToken })),
    );
    yield (page.Events ?? []).flatMap(({ CloudTrailEvent = "" }) => readCall(CloudTrailEvent) ?? []);
    NextToken = page.NextToken;
  } while (NextToken);
}

function readCall(text: string): RecordedCall | undefined {
  const record = parseJson(text);
  if (!isObject(record)) return undefined;
  const requestId = textAt(record, "requestID");
  if (requestId === undefined) return undefined;
  const known = {
    errorCode: textAt(record, "errorCode"),
    clientToken: textAt(objectAt(record, "requestParameters"), "clientToken"),
    contactId: textAt(objectAt(record, "responseElements"), "contactId"),
  };
  return {
    requestId,
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  };
}
