import { ToolError } from "../../cli/errors.ts";
import { projectPage } from "../../cli/project-page.ts";

/** A call to AWS in the words of an IAM policy. */
export interface AwsCall {
  /** `sqs:SendMessage` and so on. */
  readonly action: string;
  /** The queue URL, stack or contact that the call is about. */
  readonly of: string;
}

interface Thrown {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

const notLoggedIn =
  /^(?:CredentialsProviderError|ExpiredToken|ExpiredTokenException|TokenRefreshRequired|RequestExpired|MissingAuthenticationToken|MissingAuthenticationTokenException)$/;
const wrongCredentials =
  /^(?:InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|InvalidAccessKeyId|IncompleteSignature)$/;
const denied = /^(?:AccessDenied|AccessDeniedException|AuthorizationError|UnauthorizedOperation)$/;
/** SQS passes on what KMS says about the queue's key, under either spelling. */
const kms = /^(?:Kms|KMS\.)(.+?)(?:Exception)?$/;
const throttled = /throttl|TooManyRequests|RequestLimitExceeded|SlowDown/i;
const noQueue = /^(?:QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|InvalidAddress)$/;
const notAws = /^(?:Deserialization error|Unexpected token|Unexpected end of JSON)/;
/** What the SDK appends for whoever debugs it. */
const sdkHint = /\n\s*Deserialization error: .*$/s;
const noRegion = /^Region (?:is missing|not accepted)/;
const unreachable = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ETIMEDOUT"]);

/** Makes a call. What it throws is explained in one sentence with the permission or the setting that is missing. */
export async function askAws<T>(action: string, of: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explainError(error, { action, of });
  }
}

/**
 * Turns what the SDK throws into one sentence with the fix. An error it does not know keeps its name and message. What
 * does not come from the SDK, such as a bug, is returned as it is, and so is the end of a call by its signal.
 */
export function explainError(thrown: unknown, { action, of }: AwsCall): unknown {
  const { name = "Error", code = "", message = "", $metadata } = (thrown ?? {}) as Thrown;
  // Nothing is wrong: the command was interrupted.
  if (name === "AbortError") return thrown;
  const explained = (text: string, facts: { readonly code: string; readonly hint?: string }) =>
    new ToolError(text, { cause: thrown, ...facts });
  const [, kmsName] = throttled.test(name) ? [] : (kms.exec(name) ?? []);
  if (notLoggedIn.test(name)) {
    return explained(`No valid AWS credentials (${name}):`, {
      code: "NoCredentials",
      hint: "log in (aws sso login), set AWS_PROFILE, or give --profile; ~/.aws/config must have the profile.",
    });
  }
  if (wrongCredentials.test(name)) {
    return explained(`AWS rejected the credentials (${name}):`, {
      code: "WrongCredentials",
      hint: "check AWS_PROFILE or --profile, and this machine's clock.",
    });
  }
  if (kmsName !== undefined) {
    return explained(`KMS refused the key of ${of} for ${action} (${kmsName}): ${message}`, {
      code: `Kms${kmsName}`,
      hint: "Your role needs kms:Decrypt and kms:GenerateDataKey on the queue's key, and the key must be enabled.",
    });
  }
  if (denied.test(name)) {
    return explained(`You are not allowed to call ${action} on ${of}.`, {
      code: "AccessDenied",
      hint: `Add it to your role's policy: ${projectPage("docs/operations.md")} lists what each command needs.`,
    });
  }
  if (noQueue.test(name)) {
    return explained(`The queue ${of} does not exist:`, {
      code: "NoSuchQueue",
      hint: "check the URL, --region and --profile.",
    });
  }
  if (name === "InvalidSecurity") {
    return explained(`${of} accepts HTTPS only:`, { code: name, hint: "give its URL with https://." });
  }
  if (unreachable.has(code)) {
    return explained(`Could not reach ${of} (${code}):`, {
      code: "Unreachable",
      hint: "check --region and the network, or whether contact-transfer start --serve is still running.",
    });
  }
  if (code === "ERR_INVALID_URL") {
    return explained("The endpoint is not a URL:", {
      code: "WrongEndpoint",
      hint: "check AWS_ENDPOINT_URL, its variants for each service, and endpoint_url of the profile.",
    });
  }
  if (noRegion.test(message)) {
    return explained("No valid AWS Region is set:", {
      code: "NoRegion",
      hint: "give --region, or set AWS_REGION.",
    });
  }
  if (notAws.test(message)) return notAnAnswerOfAws({ action, of }, thrown);
  return $metadata === undefined
    ? thrown
    : explained(`${action} on ${of} failed: ${name}: ${message.replace(sdkHint, "")}`, { code: name });
}

/** What answered is not AWS: its answer cannot be read, or lacks what AWS always answers. */
export function notAnAnswerOfAws({ action, of }: AwsCall, cause?: unknown): ToolError {
  return new ToolError(`${of} did not answer ${action} as AWS does:`, {
    cause,
    code: "NotAws",
    hint: "check --endpoint-url and AWS_ENDPOINT_URL; a proxy may have answered.",
  });
}

/** What the SDK has thrown, of an error that is explained or not. */
export function answerOf(error: unknown): Thrown {
  return ((error instanceof ToolError ? error.cause : error) ?? {}) as Thrown;
}

/** Whether AWS asks for fewer calls: the same call may succeed later. */
export function isThrottled(error: unknown): boolean {
  const { name = "", $metadata } = answerOf(error);
  return throttled.test(name) || $metadata?.httpStatusCode === 429;
}

/** Whether the rest of a run would fail in the same way. */
export function isHopeless(error: unknown): boolean {
  const { name = "", code = "", message = "" } = answerOf(error);
  return (
    [notLoggedIn, wrongCredentials, denied, noQueue].some((names) => names.test(name)) ||
    (kms.test(name) && !throttled.test(name)) ||
    unreachable.has(code) ||
    noRegion.test(message)
  );
}
