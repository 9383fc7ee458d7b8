/**
 * Who is at fault for an error. `message`: this intent, outcome or dead letter; it is refused however often it is sent.
 * `caller`: the function's credentials, clock, permissions or addresses. `key`: the KMS key of a queue. `load`: throttling.
 * `service`: anything else, with an unknown effect.
 */
export type Fault = "message" | "caller" | "key" | "load" | "service";

export type Service = "Connect" | "EventBridge" | "SQS";

/** The HTTP status of the answer; `entry` for one entry of a call that was answered 200; undefined without an answer. */
export type AnswerStatus = number | "entry" | undefined;

interface Row {
  readonly fault: Fault;
  /** The name counts with these only: an `InvalidRequestException` with 500 says nothing about the request. */
  readonly statuses: readonly AnswerStatus[];
  /** @default all services */
  readonly services?: readonly Service[];
  /** The SDK corrects its clock by this answer, so the next attempt can succeed at once. */
  readonly isClock?: true;
  readonly names: ReadonlySet<string>;
}

const names = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/**
 * The only list of error names, without the suffix `Exception` that some services give them. A name that is not in it is the
 * service's fault: never the message's, whatever `SenderFault` and a status of 400 say.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
const errorTable: readonly Row[] = [
  {
    fault: "message",
    services: ["Connect"],
    statuses: [400],
    names: names("InvalidRequest InvalidActiveRegion"),
  },
  { fault: "message", services: ["Connect"], statuses: [404], names: names("ResourceNotFound") },
  { fault: "service", services: ["Connect"], statuses: [402], names: names("ServiceQuotaExceeded") },
  { fault: "service", services: ["Connect"], statuses: [409], names: names("Idempotency") },
  {
    fault: "message",
    services: ["EventBridge"],
    statuses: [400, 413, "entry"],
    names: names(
      "MalformedDetail InvalidArgument RedactionFailure Validation Serialization RequestEntityTooLarge",
    ),
  },
  {
    fault: "message",
    services: ["SQS"],
    statuses: [400, 413, "entry"],
    names: names(
      "InvalidMessageContents InvalidParameterValue InvalidParameterCombination InvalidAttributeName InvalidAttributeValue MissingParameter BatchRequestTooLong MessageTooLong ValidationError Validation Serialization RequestEntityTooLarge",
    ),
  },
  {
    fault: "caller",
    statuses: [400, 401, 403],
    isClock: true,
    names: names(
      "InvalidSignature SignatureDoesNotMatch RequestExpired RequestTimeTooSkewed RequestInTheFuture AuthFailure",
    ),
  },
  {
    fault: "caller",
    statuses: [400, 401, 403, "entry"],
    names: names(
      "AccessDenied UnauthorizedOperation NotAuthorized NotAuthorizedForSource NotAuthorizedForDetailType InvalidAccountId OptInRequired ExpiredToken InvalidClientTokenId InvalidAccessKeyId UnrecognizedClient IncompleteSignature MissingAuthenticationToken",
    ),
  },
  {
    fault: "caller",
    services: ["SQS"],
    statuses: [400, 404],
    names: names(
      "QueueDoesNotExist NonExistentQueue QueueDeletedRecently InvalidAddress InvalidSecurity UnsupportedOperation",
    ),
  },
  // The SDK found no credentials: no request was made.
  { fault: "caller", statuses: [undefined], names: names("CredentialsProviderError") },
  {
    fault: "load",
    statuses: [400, 403, 503, "entry"],
    names: names(
      "OverLimit TooManyRequests RequestLimitExceeded BandwidthLimitExceeded SlowDown PriorRequestNotComplete",
    ),
  },
];

const loadStatuses: readonly AnswerStatus[] = [400, 403, 503, "entry"];
const keyStatuses: readonly AnswerStatus[] = [400, 403, "entry"];

/** Whether the table knows the name with this status, who is at fault, and whether it is a matter of the clock. */
export interface Blame {
  readonly fault: Fault;
  readonly isKnown: boolean;
  readonly isClock: boolean;
}

/** Who is at fault for an error of this name and status. */
export function blame(service: Service, fullName: string, status: AnswerStatus): Blame {
  if (status === 429 || (/throttl/i.test(fullName) && loadStatuses.includes(status))) return known("load");
  if (/^kms/i.test(fullName) && keyStatuses.includes(status)) return known("key");
  // As SQS's older protocol spells it: AWS.SimpleQueueService.NonExistentQueue.
  const name = fullName.replace(/.*[.#]|Exception$/g, "");
  const row = errorTable.find(
    ({ services, statuses, names }) =>
      names.has(name) && statuses.includes(status) && (services?.includes(service) ?? true),
  );
  return row ? known(row.fault, row.isClock) : { fault: "service", isKnown: false, isClock: false };
}

function known(fault: Fault, isClock = false): Blame {
  return { fault, isKnown: true, isClock };
}

/** What the SDK and Node put into an error. */
export interface ThrownError {
  /** The error's name; Node's code (ECONNREFUSED) if there was no answer; `TimeoutError` for a call that a signal ended. */
  readonly name: string;
  readonly message?: string;
  readonly httpStatus?: number;
  readonly requestId?: string;
  /** The connection broke. Sockets go stale while an instance is frozen, so one immediate retry is right. */
  readonly isReset: boolean;
  /** No connection was made, so no byte of the request was sent: the service cannot have acted on it. */
  readonly isUnsent: boolean;
  /** The SDK has corrected its clock by this answer. */
  readonly isClockCorrected: boolean;
}

/** Longest name of an error: no service's is half as long. The names are matched against patterns, and logged. */
const maxNameLength = 256;

const resetCodes = new Set(["ECONNRESET", "EPIPE"]);

/** System calls that come before anything is sent. */
const connectingCalls: ReadonlySet<unknown> = new Set(["connect", "getaddrinfo"]);
/**
 * Node checks the certificate after the handshake and sends nothing if it does not accept it. Other TLS errors can come later.
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
const certificateCodes =
  /^(CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_CERT|HOSTNAME_MISMATCH$|ERR_TLS_CERT_ALTNAME_INVALID$)/;

/** Reads anything that a call can throw. */
export function readThrown(thrown: unknown): ThrownError {
  const { name, message, code, syscall, errors, $metadata, $response } = (thrown ?? {}) as {
    name?: string;
    message?: string;
    code?: unknown;
    syscall?: unknown;
    errors?: unknown;
    $metadata?: { httpStatusCode?: number; requestId?: string; clockSkewCorrected?: boolean };
    $response?: { statusCode?: number };
  };
  const httpStatus = $metadata?.httpStatusCode ?? $response?.statusCode;
  const isReset = typeof code === "string" && resetCodes.has(code);
  return {
    name: nameOf(
      String(name || "Error").slice(0, maxNameLength),
      httpStatus === undefined || isReset ? code : undefined,
    ),
    message,
    httpStatus,
    requestId: $metadata?.requestId,
    isReset,
    isUnsent: httpStatus === undefined && isBeforeSending(code, syscall, errors),
    isClockCorrected: $metadata?.clockSkewCorrected === true,
  };
}

/** `errors`: of each address, if a host has several. */
function isBeforeSending(code: unknown, syscall: unknown, errors: unknown): boolean {
  if (typeof code === "string" && certificateCodes.test(code)) return true;
  const calls = Array.isArray(errors) ? errors.map((error) => error?.syscall) : [syscall];
  return calls.length > 0 && calls.every((call) => connectingCalls.has(call));
}

function nameOf(name: string, code: unknown): string {
  // A signal ends a call at its time-out; the SDK calls that an abort.
  if (name === "AbortError") return "TimeoutError";
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : name;
}
