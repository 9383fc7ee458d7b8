import { ToolError } from "../../cli/tool-error.ts";

/** What was asked of AWS, as an IAM policy names it. */
export interface AskedOf {
  /** `sqs:SendMessage` and so on. */
  readonly action: string;
  /** A queue URL, a stack, a contact: what it was asked of. */
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
const unreachable = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ETIMEDOUT"]);

/**
 * Turns what the SDK throws into one sentence with the fix. What it does not know is told with its name, never hidden.
 * What is not of the SDK, such as a bug, is handed back as it is.
 */
export function explainError(thrown: unknown, { action, of }: AskedOf): unknown {
  const { name = "Error", code = "", message = "", $metadata } = (thrown ?? {}) as Thrown;
  const told = (text: string) => new ToolError(text, { cause: thrown });
  if (notLoggedIn.test(name)) {
    return told(
      `There are no valid AWS credentials (${name}): log in (aws sso login), or set AWS_PROFILE or --profile.`,
    );
  }
  if (wrongCredentials.test(name)) {
    return told(
      `AWS does not accept the credentials (${name}): check AWS_PROFILE or --profile, and the clock.`,
    );
  }
  if (denied.test(name)) {
    return told(
      `You are not allowed ${action} on ${of}. Add it to the policy of your role: docs/replay.md has the least one.`,
    );
  }
  if (noQueue.test(name)) {
    return told(`There is no queue ${of}: check the URL, --region and --profile.`);
  }
  if (unreachable.has(code)) {
    return told(
      `Nothing answers for ${of} (${code}): check --region, the network, or that npm start -- --serve still runs.`,
    );
  }
  if (message === "Region is missing") {
    return told("No AWS Region is set: give --region, or set AWS_REGION.");
  }
  return $metadata === undefined ? thrown : told(`${action} on ${of} failed: ${name}: ${message}`);
}

/** Whether asking again cannot help: the rest of a run would fail the same way. */
export function isHopeless(thrown: unknown): boolean {
  const cause = thrown instanceof ToolError ? thrown.cause : thrown;
  const { name = "", code = "", message = "" } = (cause ?? {}) as Thrown;
  return (
    [notLoggedIn, wrongCredentials, denied, noQueue].some((names) => names.test(name)) ||
    unreachable.has(code) ||
    message === "Region is missing"
  );
}
