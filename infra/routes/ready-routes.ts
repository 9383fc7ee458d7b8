import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import { quote } from "../settings/connect-settings.ts";
import { SettingError } from "../settings/setting-error.ts";
import { cancelledOrder } from "./ready/cancelled-order.ts";
import { emailRuleMatched } from "./ready/email-rule-matched.ts";
import { routingStepExpired } from "./ready/routing-step-expired.ts";
import { slaDeadlineNear } from "./ready/sla-deadline-near.ts";
import type { RouteDestination, RouteProps } from "./route.ts";

/** A ready route as the app's setting `routes` names it. */
export interface ReadyRouteSetting extends RouteDestination {
  /** The rule of Contact Lens that `EmailRuleMatched` is about. */
  readonly ruleName?: string;
}

interface Deployment {
  readonly instanceArns: readonly string[];
  readonly defaultInstanceArn?: string;
}

type MakeRoute = (setting: ReadyRouteSetting, deployment: Deployment) => RouteProps;

/** The routes that the project brings, by the name that the setting `routes` takes. */
export const readyRoutes = {
  CancelledOrder: (setting: ReadyRouteSetting) => cancelledOrder(destinationOf(setting)),
  SlaDeadlineNear: (setting: ReadyRouteSetting) => slaDeadlineNear(destinationOf(setting)),
  RoutingStepExpired: (setting: ReadyRouteSetting, deployment: Deployment) =>
    routingStepExpired(destinationOf(setting), deployment),
  EmailRuleMatched: ({ ruleName, ...destination }: ReadyRouteSetting, deployment: Deployment) => {
    if (ruleName === undefined) {
      throw new SettingError("routes.EmailRuleMatched: ruleName is missing: name the rule of Contact Lens.");
    }
    const queueArn = queueArnOf(destination, deployment);
    return emailRuleMatched(destination, { ...deployment, queueArn, ruleName });
  },
} as const satisfies Readonly<Record<string, MakeRoute>>;

export type ReadyRouteName = keyof typeof readyRoutes;
export type ReadyRouteSettings = Readonly<Partial<Record<ReadyRouteName, ReadyRouteSetting>>>;

/** Ready routes that listen on events of AWS, which come on the default bus only. */
export const routesOnDefaultBus: ReadonlySet<string> = new Set<ReadyRouteName>([
  "RoutingStepExpired",
  "EmailRuleMatched",
]);

function destinationOf({ contactFlowId, queueId, userId }: ReadyRouteSetting): RouteDestination {
  return { contactFlowId, queueId, userId };
}

function queueArnOf({ queueId }: RouteDestination, deployment: Deployment): string {
  const { instanceArns, defaultInstanceArn = instanceArns.length === 1 ? instanceArns[0] : undefined } =
    deployment;
  if (queueId !== undefined && parseConnectArn(queueId)) return queueId;
  if (queueId !== undefined && defaultInstanceArn !== undefined)
    return `${defaultInstanceArn}/queue/${queueId}`;
  throw new SettingError(
    `routes.EmailRuleMatched: queueId ${quote(queueId ?? null)} is not the ARN of a queue, by which contacts that are there already are left alone: give its ARN.`,
  );
}
