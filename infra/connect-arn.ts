/** An ARN of an Amazon Connect instance, or of a resource in one. */
export interface ConnectArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly instanceArn: string;
  readonly instanceId: string;
  /** The resource in the instance: undefined where the ARN names the instance itself. */
  readonly resource: { readonly kind: string; readonly id: string } | undefined;
}

const pattern =
  /^(?<instanceArn>arn:(?<partition>aws[a-z-]*):connect:(?<region>[a-z]{2}(?:-[a-z]+)+-\d+):(?<account>\d{12}):instance\/(?<instanceId>[\w.-]{1,100}))(?:\/(?<kind>[a-z-]+)\/(?<id>[\w.-]{1,500}))?$/;

/** Reads an ARN of Amazon Connect; undefined where the text is not one. */
export function parseConnectArn(text: string): ConnectArn | undefined {
  const groups = pattern.exec(text)?.groups;
  if (!groups) return undefined;
  const { instanceArn = "", partition = "", region = "", account = "", instanceId = "", kind, id } = groups;
  const resource = kind !== undefined && id !== undefined ? { kind, id } : undefined;
  return { partition, region, account, instanceArn, instanceId, resource };
}
