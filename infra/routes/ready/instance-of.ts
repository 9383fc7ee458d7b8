import { parseConnectArn } from "../../../lambda/intake/connect-arn.ts";
import type { RouteDestination } from "../route.ts";

/**
 * The instances whose contacts a route can transfer: that of the flow, queue or user, if one of them is given as an ARN. The
 * function would refuse every contact of another one.
 */
export function instancesOf(
  { contactFlowId, queueId = "", userId = "" }: RouteDestination,
  instanceArns: readonly string[],
): string[] {
  const named = [contactFlowId, queueId, userId].flatMap((id) => parseConnectArn(id)?.instanceArn ?? []);
  return named.length > 0 ? [...new Set(named)] : [...instanceArns];
}
