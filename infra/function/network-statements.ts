import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ArnFormat, type Stack } from "aws-cdk-lib/core";

const networkActions = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Lets Lambda connect the function to its VPC, but not the function's own code, whose requests alone carry
 * `lambda:SourceFunctionArn`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function networkStatements(stack: Stack): PolicyStatement[] {
  const functions = stack.formatArn({
    service: "lambda",
    resource: "function",
    resourceName: "*",
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    // Lambda documents no narrower resource.
    new PolicyStatement({ sid: "ConnectToVpc", actions: networkActions, resources: ["*"] }),
    new PolicyStatement({
      sid: "NotByOwnCode",
      effect: Effect.DENY,
      actions: networkActions,
      resources: ["*"],
      conditions: { ArnLike: { "lambda:SourceFunctionArn": functions } },
    }),
  ];
}
