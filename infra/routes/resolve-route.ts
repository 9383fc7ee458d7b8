import { Stack, Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import type { TransferParts } from "../parts.ts";
import { isDefaultBus } from "../resources/event-bus.ts";
import type { Settings } from "../settings/settings.ts";
import { checkIntent } from "./check-intent.ts";
import { checkRoutePattern, type RenderedPattern } from "./check-route-pattern.ts";
import { fieldOf, type IntentTemplate, intentTemplate, routeError } from "./intent-template.ts";
import type { RouteIntent, RouteProps } from "./route.ts";

/** Checks a route and writes its input transformer. Throws a `SettingError` at the first fault. */
export function resolveRoute(
  transfers: Construct & Pick<TransferParts, "eventBus">,
  routeId: string,
  { eventPattern, intent, eventBus = transfers.eventBus }: RouteProps,
  settings: Settings,
): IntentTemplate {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(routeId)) {
    throw routeError(
      routeId,
      "a route's name must be a letter and up to 63 letters, digits and hyphens, because it becomes part of each intentId",
    );
  }
  const template = intentTemplate(routeId, intent);
  checkIntent(routeId, intent, template, settings);
  const { detailType, ...rest } = eventPattern;
  const rendered: RenderedPattern = Stack.of(transfers).resolve({ ...rest, "detail-type": detailType });
  checkRoutePattern(routeId, rendered, {
    isDefaultBus: isDefaultBus(eventBus),
    isConstructsBus: eventBus.eventBusName === transfers.eventBus.eventBusName,
    busName: Token.isUnresolved(eventBus.eventBusName) ? "another bus" : eventBus.eventBusName,
    outcomeSource: settings.outcomeSource,
    transferMethods: settings.transferMethods,
    queueArns: Stack.of(transfers).resolve(queueArnsOf(intent, settings)),
  });
  return template;
}

/**
 * Every ARN that the queue of a route's transfers may have; none if an event names it. A token may become an ARN or an id.
 */
function queueArnsOf({ queueId, instanceId }: RouteIntent, { instanceArns }: Settings): readonly string[] {
  if (queueId === undefined || fieldOf(queueId)) return [];
  if (parseConnectArn(queueId)) return [queueId];
  const named = instanceArns.filter((arn) => arn === instanceId || parseConnectArn(arn)?.id === instanceId);
  const ofInstances = (named.length > 0 ? named : instanceArns).map((arn) => `${arn}/queue/${queueId}`);
  return Token.isUnresolved(queueId) ? [queueId, ...ofInstances] : ofInstances;
}
