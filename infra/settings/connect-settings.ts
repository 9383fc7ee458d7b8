import { Arn, ArnFormat, Token } from "aws-cdk-lib/core";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import { SettingError } from "./setting-error.ts";

/** An ARN as an example in messages and documentation. */
export const exampleInstanceArn =
  "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";

/** A list that has been checked to have elements. */
export type NonEmptyList = readonly [string, ...string[]];

/** An AWS account and a Region in it. */
export interface Environment {
  readonly account: string;
  readonly region: string;
}

/** The instances, each once: all in one account and Region, the stack's own. */
export function resolveInstanceArns(values: readonly string[], stack: Environment): NonEmptyList {
  const instanceArns = resolveList(
    "instanceArns",
    values,
    `name at least one, such as ${exampleInstanceArn}`,
  );
  for (const arn of instanceArns.filter(isKnown)) {
    const parsed = parseConnectArn(arn);
    if (!parsed || parsed.kind !== undefined) {
      throw new SettingError(
        `instanceArns: ${quote(arn)} is not the ARN of an Amazon Connect instance, which looks like ${exampleInstanceArn}.`,
      );
    }
  }
  const [first, ...others] = instanceArns.filter(isKnown);
  if (first === undefined) return instanceArns;
  const stranger = others.find((other) => prefixOf(other) !== prefixOf(first));
  if (stranger !== undefined) {
    throw new SettingError(
      `instanceArns: ${stranger} and ${first} are not in the same account and Region: deploy a stack for each account and Region.`,
    );
  }
  const instance = environmentOf(first);
  if (differs(instance.account, stack.account) || differs(instance.region, stack.region)) {
    throw new SettingError(
      `instanceArns: ${first} is not in the stack's account and Region (${stack.account}, ${stack.region}), and contacts are transferred from their own only: deploy the stack there.`,
    );
  }
  return instanceArns;
}

/** The account and Region that an ARN names. */
export function environmentOf(arn: string): Environment {
  const { account = "", region = "" } = Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME);
  return { account, region };
}

/** The instance of intents that name none: the given one, else the only one. */
export function resolveDefaultInstanceArn(
  value: string | undefined,
  instanceArns: readonly string[],
): string | undefined {
  if (value === undefined) return instanceArns.length === 1 ? instanceArns[0] : undefined;
  if (!isKnown(value) || instanceArns.includes(value) || !instanceArns.every(isKnown)) {
    return value;
  }
  throw new SettingError(
    `defaultInstanceArn: ${quote(value)} is not one of instanceArns (${instanceArns.join(", ")}).`,
  );
}

/** What an allow-list of ids or ARNs holds. */
export interface IdKind {
  readonly setting: string;
  /** The kind of resource, as it stands in an ARN: a user's says `agent`. */
  readonly kind: "contact-flow" | "queue" | "agent";
  readonly maxLength: number;
}

/** An allow-list, each id or ARN once; undefined where everything is allowed. */
export function resolveIds(
  { setting, kind, maxLength }: IdKind,
  values: readonly string[] | undefined,
  instanceArns: readonly string[],
): NonEmptyList | undefined {
  if (values === undefined) return undefined;
  const ids = resolveList(setting, values, "leave it out to allow everything in the instances");
  for (const id of ids.filter(isKnown)) {
    const example = `${exampleInstanceArn}/${kind}/22222222-2222-4222-8222-222222222222`;
    if (!id.startsWith("arn:")) {
      if (isId(id, maxLength)) continue;
      throw new SettingError(
        `${setting}: ${quote(id)} is neither an id (1–${maxLength} of A–Z a–z 0–9 . _ -) nor an ARN such as ${example}.`,
      );
    }
    const arn = parseConnectArn(id);
    if (arn?.kind !== kind || !isId(arn.id, maxLength)) {
      throw new SettingError(
        `${setting}: ${quote(id)} is not an ARN of the kind ${kind}, which looks like ${example}.`,
      );
    }
    if (!instanceArns.includes(arn.instanceArn) && instanceArns.every(isKnown)) {
      throw new SettingError(
        `${setting}: ${id} is of an instance that is not one of instanceArns (${instanceArns.join(", ")}).`,
      );
    }
  }
  return ids;
}

/** The elements of a list, each once. A list that is a token itself is refused: nothing could be made of its elements. */
export function resolveList(setting: string, values: readonly string[], ifEmpty: string): NonEmptyList {
  if (Token.isUnresolved(values)) {
    throw new SettingError(
      `${setting} is a token for a whole list: give a list, whose elements may be tokens, so that each can be used.`,
    );
  }
  const [first, ...others] = new Set(values);
  if (first === undefined) throw new SettingError(`${setting} is an empty list: ${ifEmpty}.`);
  return [first, ...others];
}

/** A value as it stands in a message. */
export function quote(value: unknown): string {
  return JSON.stringify(value);
}

function isKnown(value: string): boolean {
  return !Token.isUnresolved(value);
}

function differs(known: string, other: string): boolean {
  return isKnown(other) && other !== known;
}

/** Partition, account and Region: all of an instance's ARN but the instance. */
function prefixOf(instanceArn: string): string {
  return instanceArn.slice(0, instanceArn.lastIndexOf(":"));
}

function isId(text: string, maxLength: number): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text) && text.length <= maxLength;
}
