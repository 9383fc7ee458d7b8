/** What `contact-transfer` exports: the construct, for CDK apps. */
export { EventField } from "aws-cdk-lib/aws-events";
export type { OperateOptions } from "../infra/access/grant-operate.ts";
export type {
  ContactTransferAttributes,
  IContactTransfer,
} from "../infra/access/imported-contact-transfer.ts";
export type { AppSettings } from "../infra/app-settings.ts";
export { ContactTransfer } from "../infra/contact-transfer.ts";
export type { ContactTransferProps, Delivery, Producer, Rollout } from "../infra/contact-transfer-props.ts";
export type { AlarmId } from "../infra/monitoring/alarm-list.ts";
export type { ReasonMetricOptions } from "../infra/monitoring/metrics.ts";
export { cancelledOrder } from "../infra/routes/ready/cancelled-order.ts";
export { type EmailRuleMatchedSetting, emailRuleMatched } from "../infra/routes/ready/email-rule-matched.ts";
export { routingStepExpired } from "../infra/routes/ready/routing-step-expired.ts";
export { slaDeadlineNear } from "../infra/routes/ready/sla-deadline-near.ts";
export type { ReadyRouteName, ReadyRouteSettings } from "../infra/routes/ready-routes.ts";
export type {
  Deployment,
  EventSource,
  RouteDestination,
  RouteIntent,
  RouteProps,
} from "../infra/routes/route.ts";
export { ContactTransferStack, type ContactTransferStackProps } from "../infra/stack.ts";
export type { MetricName } from "../lambda/runtime/metric-list.ts";
