import { type Stack, Token } from "aws-cdk-lib/core";
import { RegionInfo } from "aws-cdk-lib/region-info";

/** A resolved value whose intrinsics are texts: `textOf` says what a reference, such as `Queue.Arn`, becomes. */
export function replaceReferences(value: unknown, textOf: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((element) => replaceReferences(element, textOf));
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined], ...others] = Object.entries(value);
  if (others.length > 0 || !/^(Ref$|Fn::)/.test(name)) {
    return Object.fromEntries(
      Object.entries(value).map(([member, inner]) => [member, replaceReferences(inner, textOf)]),
    );
  }
  if (name === "Fn::Join" && Array.isArray(argument)) {
    const [separator, parts] = argument;
    const texts = replaceReferences(parts, textOf);
    if (Array.isArray(texts)) return texts.join(String(separator));
  }
  if (name === "Fn::GetAtt" && Array.isArray(argument)) return textOf(argument.join("."));
  return textOf(typeof argument === "string" ? argument : JSON.stringify(argument));
}

/**
 * The JSON of what will be deployed, as long as it can get: a reference to a resource stands for its ARN or URL, of which only the
 * deployment knows the length.
 */
export function longestText(stack: Stack, value: unknown): string {
  const lengths: Readonly<Record<string, number>> = {
    "AWS::AccountId": 12,
    "AWS::Region": 14,
    "AWS::Partition": 10,
    "AWS::URLSuffix": 16,
  };
  // An ARN's parts before the name, and the name that CloudFormation makes: STACK-LOGICALID-RANDOM.
  const textOf = (reference: string) =>
    "x".repeat(lengths[reference] ?? Math.min(200, 60 + stack.stackName.length + reference.length + 14));
  return JSON.stringify(replaceReferences(stack.resolve(value), textOf));
}

/** JSON for a person to copy: what the deployment alone knows stands there as `${NAME}`. */
export function jsonToCopy(stack: Stack, value: unknown): string {
  const { account, region } = stack;
  const info = Token.isUnresolved(region) ? undefined : RegionInfo.get(region);
  const known: Readonly<Record<string, string | undefined>> = {
    "AWS::AccountId": Token.isUnresolved(account) ? undefined : account,
    "AWS::Region": info?.name,
    "AWS::Partition": info?.partition,
    "AWS::URLSuffix": info?.domainSuffix,
  };
  const textOf = (reference: string) => known[reference] ?? `\${${reference}}`;
  return JSON.stringify(replaceReferences(stack.resolve(value), textOf));
}
