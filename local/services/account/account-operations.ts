import { ServiceError } from "../service-error.ts";
import type { ApiCalls, Members } from "./api-calls.ts";
import type { LogGroups } from "./log-groups.ts";

export interface AccountOptions {
  readonly accountId: string;
  readonly stackName: string;
  readonly template: unknown;
  readonly outputs: Readonly<Record<string, string>>;
  readonly logGroups: LogGroups;
  readonly apiCalls: ApiCalls;
  /** TransferContact requests per second that Connect grants. */
  readonly transfersPerSecond: number;
}

/** Rate of TransferContact API requests. */
export const transferContactQuotaCode = "L-43B4F8CE";

/** By service and operation, as IAM names an action. */
export type Operations = Readonly<Record<string, (input: Members) => Members>>;

export function makeOperations({ logGroups, apiCalls, accountId, ...options }: AccountOptions): Operations {
  const checkStack = ({ StackName }: Members) => {
    if (StackName === undefined || StackName === options.stackName) return;
    throw new ServiceError("ValidationError", `Stack with id ${StackName} does not exist`);
  };
  return {
    "logs:FilterLogEvents": (input) => logGroups.filterLogEvents(input),
    "cloudtrail:LookupEvents": (input) => apiCalls.lookupEvents(input),
    // Nothing is measured here, so nothing rings.
    "cloudwatch:DescribeAlarms": () => ({ MetricAlarms: [], CompositeAlarms: [] }),
    "servicequotas:GetServiceQuota": ({ ServiceCode, QuotaCode }) => {
      if (ServiceCode !== "connect" || QuotaCode !== transferContactQuotaCode) {
        throw new ServiceError(
          "NoSuchResourceException",
          "The request failed because the quota does not exist.",
        );
      }
      const QuotaName = "Rate of TransferContact API requests";
      return {
        Quota: { ServiceCode, QuotaCode, QuotaName, Value: options.transfersPerSecond, Adjustable: true },
      };
    },
    "sts:GetCallerIdentity": () => ({
      Arn: `arn:aws:iam::${accountId}:user/local`,
      UserId: "AIDALOCAL",
      Account: accountId,
    }),
    "cloudformation:DescribeStacks": (input) => {
      checkStack(input);
      const Outputs = Object.entries(options.outputs).map(([OutputKey, OutputValue]) => ({
        OutputKey,
        OutputValue,
      }));
      const CreationTime = new Date().toISOString();
      return {
        Stacks: [{ StackName: options.stackName, StackStatus: "CREATE_COMPLETE", CreationTime, Outputs }],
      };
    },
    "cloudformation:GetTemplate": (input) => {
      checkStack(input);
      return { TemplateBody: JSON.stringify(options.template) };
    },
  };
}
