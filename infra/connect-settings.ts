import { Token } from "aws-cdk-lib/core";
import { type ConnectArn, parseConnectArn } from "./connect-arn.ts";
import { SettingError } from "./setting-error.ts";

/** An ARN as an example in messages and documentation. */
export const exampleInstanceArn =
  "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";

/** The instances, each once: instances of one account and Region, the stack's own. */
export function resolveInstanceArns(
  values: readonly string[],
  stack: { readonly account: string; readonly region: string },
): string[] {
  const instanceArns = resolveList(
    "instanceArns",
    values,
    `name at least one, such as ${exampleInstanceArn}`,
  );
  const [first, ...others] = knownInstances(instanceArns);
  if (!first) return instanceArns;
  for (const other of others) {
    if (placeOf(other) !== placeOf(first)) {
      throw new SettingError(
        `instanceArns: ${other.instanceArn} is in ${placeOf(other)} and ${first.instanceArn} in ${placeOf(first)}; all have to be in one account and Region, so deploy a stack for each.`,
      );
    }
  }
  for (const [kind, wanted, actual] of [
    ["account", first.account, stack.account],
    ["Region", first.region, stack.region],
  ] as const) {
    if (!Token.isUnresolved(actual) && actual !== wanted) {
      throw new SettingError(
        `instanceArns: ${first.instanceArn} is in ${kind} ${wanted} and the stack in ${actual}; contacts are transferred from the instance's own account and Region only, so deploy the stack there.`,
      );
    }
  }
  return instanceArns;
}

/** The instance of intents that name none: the given one, else the only one. */
export function resolveDefaultInstanceArn(
  value: string | undefined,
  instanceArns: readonly string[],
): string | undefined {
  if (value === undefined) return instanceArns.length === 1 ? instanceArns[0] : undefined;
  if (Token.isUnresolved(value) || instanceArns.includes(value) || instanceArns.some(Token.isUnresolved)) {
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
): string[] | undefined {
  if (values === undefined) return undefined;
  const ids = resolveList(setting, values, `leave it out to allow every ${kind} of the instances`);
  for (const id of ids) {
    if (Token.isUnresolved(id)) continue;
    const example = `${exampleInstanceArn}/${kind}/22222222-2222-4222-8222-222222222222`;
    if (!id.startsWith("arn:")) {
      if (isId(id, maxLength)) continue;
      throw new SettingError(
        `${setting}: ${quote(id)} is neither an id (1–${maxLength} of A–Z a–z 0–9 . _ -) nor an ARN such as ${example}.`,
      );
    }
    const arn = parseConnectArn(id);
    if (arn?.resource?.kind !== kind || !isId(arn.resource.id, maxLength)) {
      throw new SettingError(
        `${setting}: ${quote(id)} is not the ARN of a ${kind}, which looks like ${example}.`,
      );
    }
    if (!instanceArns.includes(arn.instanceArn) && !instanceArns.some(Token.isUnresolved)) {
      throw new SettingError(
        `${setting}: ${id} is of an instance that is not one of instanceArns (${instanceArns.join(", ")}).`,
      );
    }
  }
  return ids;
}

/** The elements of a list, each once. A list that is a token itself is refused: nothing could be made of its elements. */
export function resolveList(setting: string, values: readonly string[], ifEmpty: string): string[] {
  if (values.length === 0) throw new SettingError(`${setting} is an empty list: ${ifEmpty}.`);
  if (Token.isUnresolved(values)) {
    throw new SettingError(
      `${setting} is a token for a whole list: give a list, whose elements may be tokens, so that each can be used.`,
    );
  }
  return [...new Set(values)];
}

/** A value as it stands in a message. */
export function quote(value: string): string {
  return JSON.stringify(value);
}

function knownInstances(instanceArns: readonly string[]): ConnectArn[] {
  return instanceArns
    .filter((value) => !Token.isUnresolved(value))
    .map((value) => {
      const arn = parseConnectArn(value);
      if (arn && !arn.resource) return arn;
      throw new SettingError(
        `instanceArns: ${quote(value)} is not the ARN of an Amazon Connect instance, which looks like ${exampleInstanceArn}.`,
      );
    });
}

function placeOf({ partition, account, region }: ConnectArn): string {
  return `${partition}/${account}/${region}`;
}

function isId(text: string, maxLength: number): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text) && text.length <= maxLength;
}
