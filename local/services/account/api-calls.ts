import { ServiceError } from "../service-error.ts";

/** An answer, which the service's protocol turns into JSON or XML. */
export type Members = Readonly<Record<string, unknown>>;

/** A request as CloudTrail records it. */
export interface ApiCall {
  readonly eventSource: string;
  readonly eventName: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly userAgent?: string;
  readonly requestParameters: unknown;
  /** What the service answered; undefined if it refused. */
  readonly responseElements?: unknown;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

export interface ApiCallsOptions {
  readonly accountId: string;
  readonly region: string;
  readonly newId: () => string;
  readonly now: () => number;
  /** How long a call takes to show. @default 0; on AWS minutes */
  readonly shownAfterMs?: number;
}

const maxPageLength = 50;
/** A busy local stack calls without end: the oldest calls are forgotten. */
const maxCalls = 10_000;
/** The attributes by which the local CloudTrail finds events. */
const attributes = { EventName: "eventName", EventSource: "eventSource" } as const;

/** The event history of CloudTrail in memory, of calls that change something. */
export class ApiCalls {
  readonly #options: ApiCallsOptions;
  readonly #records: { readonly call: ApiCall; readonly id: string }[] = [];

  constructor(options: ApiCallsOptions) {
    this.#options = options;
  }

  put(call: ApiCall): void {
    this.#records.push({ call, id: this.#options.newId() });
    if (this.#records.length > maxCalls) this.#records.splice(0, maxCalls / 10);
  }

  /**
   * The latest first. What the local CloudTrail does not know is an error, never ignored.
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
   */
  lookupEvents({ LookupAttributes, StartTime, EndTime, MaxResults, NextToken, ...others }: Members): Members {
    const unknown = Object.keys(others);
    if (unknown.length > 0) throw invalid("OperationNotPermitted", `no ${unknown.join(", ")} here`);
    const limit = Number(MaxResults ?? maxPageLength);
    if (!(limit >= 1 && limit <= maxPageLength)) throw invalid("InvalidMaxResults", "MaxResults is 1 to 50");
    const from = toMs(StartTime, 0);
    const until = toMs(EndTime, Number.POSITIVE_INFINITY);
    if (from > until) throw invalid("InvalidTimeRange", "StartTime is after EndTime");
    const isWanted = matcher(LookupAttributes);
    const shownUntil = this.#options.now() - (this.#options.shownAfterMs ?? 0);
    const found = this.#records
      .filter(({ call }) => call.at <= shownUntil && isWanted(call))
      .filter(({ call }) => seconds(call.at) >= seconds(from) && seconds(call.at) <= seconds(until))
      .toReversed();
    const start = Number(NextToken ?? 0);
    if (!Number.isInteger(start)) throw invalid("InvalidNextToken", "NextToken is not of this API");
    const end = start + limit;
    return {
      Events: found.slice(start, end).map(({ call, id }) => this.#eventOf(call, id)),
      ...(end < found.length && { NextToken: String(end) }),
    };
  }

  #eventOf(call: ApiCall, EventId: string): Members {
    const { accountId, region } = this.#options;
    const { at, requestId, eventName, eventSource, responseElements, ...rest } = call;
    const record = {
      eventVersion: "1.11",
      userIdentity: { type: "IAMUser", arn: `arn:aws:iam::${accountId}:user/local`, accountId },
      eventTime: new Date(at).toISOString().replace(/\.\d+/, ""),
      eventSource,
      eventName,
      awsRegion: region,
      sourceIPAddress: "127.0.0.1",
      ...rest,
      responseElements: responseElements ?? null,
      requestID: requestId,
      eventID: EventId,
      readOnly: false,
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: "Management",
    };
    return {
      EventId,
      EventName: eventName,
      EventSource: eventSource,
      EventTime: seconds(at),
      ReadOnly: "false",
      Username: "local",
      Resources: [],
      CloudTrailEvent: JSON.stringify(record),
    };
  }
}

function matcher(list: unknown): (call: ApiCall) => boolean {
  if (list === undefined) return () => true;
  const [attribute, ...more] = Array.isArray(list) ? list : [];
  const name = Object.entries(attributes).find(([key]) => key === attribute?.AttributeKey)?.[1];
  if (name === undefined || more.length > 0) {
    const known = Object.keys(attributes).join(" or ");
    throw invalid("InvalidLookupAttributes", `the local CloudTrail looks up by one ${known}`);
  }
  return (call) => call[name] === attribute.AttributeValue;
}

/** The protocol writes instants as seconds since 1970. */
function toMs(value: unknown, otherwise: number): number {
  return value === undefined ? otherwise : Number(value) * 1000;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function invalid(name: string, message: string): ServiceError {
  return new ServiceError(`${name}Exception`, message);
}
