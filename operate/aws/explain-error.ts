import { ToolError } from "../../cli/errors.ts";

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
  readonly $metadata?: unknown;
}

const notLoggedIn = /^(?:CredentialsProviderError|ExpiredToken|ExpiredTokenException|TokenRefreshRequired)$/;
const wrongCredentials =
  /^(?:InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|InvalidAccessKeyId)$/;
const denied =
  /^(?:AccessDenied|AccessDeniedException|AuthorizationError|UnauthorizedOperation|KmsAccessDenied|KMS\.AccessDeniedException)$/;
const noQueue = /^(?:QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/;
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
 * does not come from the SDK, such as a bug, is returned as it is.
 */
export function explainError(thrown: unknown, { action, of }: AwsCall): unknown {
  const { name = "Error", code = "", message = "", $metadata } = (thrown ?? {}) as Thrown;
  const explained = (text: string) => new ToolError(text, { cause: thrown });
  if (notLoggedIn.test(name)) {
    return explained(
      `No valid AWS credentials (${name}): log in (aws sso login), set AWS_PROFILE, or give --profile.`,
    );
  }
  if (wrongCredentials.test(name)) {
    return explained(
      `AWS rejected the credentials (${name}): check AWS_PROFILE or --profile, and this machine's clock.`,
    );
  }
  if (denied.test(name)) {
    return explained(
      `You are not allowed to call ${action} on ${of}. Add it to your role's policy; docs/replay.md has the minimal one.`,
    );
  }
  if (noQueue.test(name)) {
    return explained(`The queue ${of} does not exist: check the URL, --region and --profile.`);
  }
  if (unreachable.has(code)) {
    return explained(
      `Could not reach ${of} (${code}): check --region and the network, or whether npm start -- --serve is still running.`,
    );
  }
  if (code === "ERR_INVALID_URL") {
    return explained(
      "The endpoint is not a URL: check AWS_ENDPOINT_URL, its variants for each service, and endpoint_url of the profile.",
    );
  }
  if (noRegion.test(message)) {
    return explained("No valid AWS Region is set: give --region, or set AWS_REGION.");
  }
  return $metadata === undefined ? thrown : explained(`${action} on ${of} failed: ${name}: ${message}`);
}

/** Whether the rest of a run would fail in the same way. */
export function isHopeless(thrown: unknown): boolean {
  const cause = thrown instanceof ToolError ? thrown.cause : thrown;
  const { name = "", code = "", message = "" } = (cause ?? {}) as Thrown;
  return (
    [notLoggedIn, wrongCredentials, denied, noQueue].some((names) => names.test(name)) ||
    unreachable.has(code) ||
    noRegion.test(message)
  );
}
