/** The parts of an Amazon Connect ARN. */
export interface ConnectArn {
  readonly instanceArn: string;
  readonly instanceId: string;
  /** `contact`, `contact-flow`, `queue` or `agent`; undefined for the ARN of an instance. */
  readonly kind?: string;
  /** The id of what the ARN names, which for the ARN of an instance is the instance's. */
  readonly id: string;
}

/**
 * Parses a Connect ARN; undefined if the text is not one.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html#amazonconnect-resources-for-iam-policies
 */
export function parseConnectArn(text: string): ConnectArn | undefined {
  const match =
    /^(arn:[a-z0-9-]+:connect:[a-z0-9-]+:\d{12}:instance\/([A-Za-z0-9._-]{1,100}))(?:\/([a-z-]+)\/([A-Za-z0-9._-]{1,500}))?$/.exec(
      text,
    );
  const [, instanceArn, instanceId, kind, id] = match ?? [];
  if (instanceArn === undefined || instanceId === undefined) return undefined;
  return { instanceArn, instanceId, kind, id: id ?? instanceId };
}
