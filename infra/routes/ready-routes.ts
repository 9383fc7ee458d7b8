import { cancelledOrder } from "./ready/cancelled-order.ts";
import { emailRuleMatched } from "./ready/email-rule-matched.ts";
import { routingStepExpired } from "./ready/routing-step-expired.ts";
import { slaDeadlineNear } from "./ready/sla-deadline-near.ts";
import type { Deployment, RouteProps } from "./route.ts";

/** A route that the setting `routes` names: what makes it, the bus of its events, and the fields of its setting. */
interface ReadyRoute<Setting> {
  readonly make: (setting: Setting, deployment: Deployment) => RouteProps;
  /** `default`: its events come from AWS, on the account's default bus only. */
  readonly bus: "own" | "default";
  readonly fields: {
    readonly [Field in keyof Setting]-?: undefined extends Setting[Field] ? "optional" : "required";
  };
}

const destination = { contactFlowId: "required", queueId: "optional", userId: "optional" } as const;

const ownEvents = { ...destination, source: "optional" } as const;

const routes = {
  CancelledOrder: { make: cancelledOrder, bus: "own", fields: ownEvents },
  SlaDeadlineNear: { make: slaDeadlineNear, bus: "own", fields: ownEvents },
  RoutingStepExpired: { make: routingStepExpired, bus: "default", fields: destination },
  EmailRuleMatched: {
    make: emailRuleMatched,
    bus: "default",
    fields: { contactFlowId: "required", queueId: "required", ruleName: "required" },
  },
} as const;

export type ReadyRouteName = keyof typeof routes;
type ReadyRouteSetting<Name extends ReadyRouteName> = Parameters<(typeof routes)[Name]["make"]>[0];

/** The ready routes of a stack, by name. */
export type ReadyRouteSettings = { readonly [Name in ReadyRouteName]?: ReadyRouteSetting<Name> };

/** The routes that the project ships. Their settings, and the table in `docs/construct.md`, are made from this list. */
export const readyRoutes: { readonly [Name in ReadyRouteName]: ReadyRoute<ReadyRouteSetting<Name>> } = routes;

export const readyRouteNames = Object.keys(routes) as readonly ReadyRouteName[];

/** The props of a ready route; undefined if the settings do not name it. */
export function makeReadyRoute<Name extends ReadyRouteName>(
  name: Name,
  settings: ReadyRouteSettings,
  deployment: Deployment,
): RouteProps | undefined {
  const setting: ReadyRouteSettings[Name] = settings[name];
  return setting && readyRoutes[name].make(setting, deployment);
}
