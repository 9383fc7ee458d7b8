import cdkJson from "../../cdk.json" with { type: "json" };

/**
 * How CDK behaves, as cdk.json fixes it: a new version of aws-cdk-lib brings new flags, and they must not change the template until
 * cdk.json says so. The rest of its context, such as settings of the app, is the CDK CLI's to pass.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html
 */
export const featureFlags: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(cdkJson.context).filter(([name]) => name.startsWith("@aws-cdk")),
);
