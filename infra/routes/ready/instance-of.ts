import { parseConnectArn } from "../../../lambda/intake/connect-arn.ts";
import { SettingError } from "../../settings/setting-error.ts";
import type { Deployment, RouteDestination } from "../route.ts";

/**
 * The instance whose contacts a route can transfer: that of the flow, queue or user, if one of them is given as an ARN,
 * otherwise the default one. The function would refuse every contact of another one. A token counts as an id, because only
 * the deployment knows what it becomes.
 */
export function instanceOf(
  routeName: string,
  { contactFlowId, queueId = "", userId = "" }: RouteDestination,
  { instanceArns, defaultInstanceArn }: Deployment,
): string {
  const [named] = [contactFlowId, queueId, userId].flatMap((id) => parseConnectArn(id)?.instanceArn ?? []);
  const instanceArn =
    named ?? defaultInstanceArn ?? (instanceArns.length === 1 ? instanceArns[0] : undefined);
  if (instanceArn !== undefined) return instanceArn;
  throw new SettingError(
    `routes.${routeName}: with several instances and no default, only an ARN says whose contacts the route transfers: give the flow or its destination as an ARN that is known at synth, or set defaultInstanceArn.`,
  );
}
