import { CfnResource, Validations } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";

/** A finding of cdk-nag that is as it should be, and why. */
export interface Acknowledged {
  /** Such as `AwsSolutions-IAM5`. */
  readonly rule: string;
  /** What exactly was found, such as `Resource::*`, for rules that name it. */
  readonly finding?: string;
  readonly reason: string;
}

/** Acknowledges findings on a construct's resource: for cdk-nag 3 as CDK's validations do, for cdk-nag 2 in the metadata that it reads. */
export function acknowledge(construct: IConstruct | undefined, findings: readonly Acknowledged[]): void {
  const resource = construct?.node.defaultChild ?? construct;
  if (!resource || !CfnResource.isCfnResource(resource) || findings.length === 0) return;
  for (const { rule, finding, reason } of findings) {
    const id = finding === undefined ? rule : `${rule}[${finding}]`;
    Validations.of(resource).acknowledge({ id, reason });
  }
  const earlier: unknown = resource.getMetadata("cdk_nag")?.rules_to_suppress ?? [];
  resource.addMetadata("cdk_nag", {
    rules_to_suppress: [
      ...(Array.isArray(earlier) ? earlier : []),
      ...findings.map(({ rule, finding, reason }) => ({
        id: rule,
        reason,
        ...(finding !== undefined && { applies_to: [finding] }),
      })),
    ],
  });
}
