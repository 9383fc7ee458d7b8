import { Arn, ArnFormat, Token } from "aws-cdk-lib/core";
import { parseConnectArn } from "../../lambda/intake/connect-arn.ts";
import { type Check, checkList, type Environment } from "./checks.ts";
import { quote, SettingError } from "./setting-error.ts";

/** An example for messages. */
export const exampleInstanceArn =
  "arn:aws:connect:us-east-1:111122223333:instance/11111111-1111-4111-8111-111111111111";

/** The instances, each once: all in one account and Region, which must be the stack's. */
export const checkInstanceArns: Check<string[]> = (name, values, { stack }) => {
  const instanceArns = checkList(name, values, `name at least one instance, such as ${exampleInstanceArn}`);
  for (const arn of instanceArns.filter(isKnown)) {
    const parsed = parseConnectArn(arn);
    if (!parsed || parsed.kind !== undefined) {
      throw new SettingError(
        `${name}: ${quote(arn)} is not the ARN of an Amazon Connect instance, such as ${exampleInstanceArn}.`,
      );
    }
  }
  const [first, ...others] = instanceArns.filter(isKnown);
  if (first === undefined) return instanceArns;
  const stranger = others.find((other) => prefixOf(other) !== prefixOf(first));
  if (stranger !== undefined) {
    throw new SettingError(
      `${name}: ${stranger} and ${first} are not in the same account and Region: deploy one stack per account and Region.`,
    );
  }
  const instance = environmentOf([first]);
  if (differs(instance.account, stack.account) || differs(instance.region, stack.region)) {
    throw new SettingError(
      `${name}: ${first} is not in the stack's account and Region (${stack.account}, ${stack.region}). A contact can only be transferred within its own account and Region; deploy the stack there.`,
    );
  }
  return instanceArns;
};

/** The account and Region of the instances. */
export function environmentOf([first = ""]: readonly string[]): Environment {
  const { account = "", region = "" } = Arn.split(first, ArnFormat.SLASH_RESOURCE_NAME);
  return { account, region };
}

export const checkDefaultInstanceArn: Check<string> = (name, value, { settings: { instanceArns } }) => {
  if (!isKnown(value) || instanceArns.includes(value) || !instanceArns.every(isKnown)) return value;
  throw new SettingError(`${name}: ${quote(value)} is not one of instanceArns (${instanceArns.join(", ")}).`);
};

/** An allow-list of ids or ARNs, each once. `kind` is the resource as an ARN names it: a user's says `agent`. */
export function checkIds(kind: "contact-flow" | "queue" | "agent", maxLength: number): Check<string[]> {
  const example = `${exampleInstanceArn}/${kind}/22222222-2222-4222-8222-222222222222`;
  const isId = (text: string) => /^[A-Za-z0-9._-]+$/.test(text) && text.length <= maxLength;
  return (name, values, { settings: { instanceArns } }) => {
    const ids = checkList(name, values, "leave it out to allow everything in the instances");
    for (const id of ids.filter(isKnown)) {
      if (!id.startsWith("arn:")) {
        if (isId(id)) continue;
        throw new SettingError(
          `${name}: ${quote(id)} is neither an id (1–${maxLength} of A–Z a–z 0–9 . _ -) nor an ARN such as ${example}.`,
        );
      }
      const arn = parseConnectArn(id);
      if (arn?.kind !== kind || !isId(arn.id)) {
        throw new SettingError(
          `${name}: ${quote(id)} is not an ARN of the kind ${kind}, such as ${example}.`,
        );
      }
      if (!instanceArns.includes(arn.instanceArn) && instanceArns.every(isKnown)) {
        throw new SettingError(
          `${name}: ${id} belongs to an instance that is not one of instanceArns (${instanceArns.join(", ")}).`,
        );
      }
    }
    return ids;
  };
}

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_Contact.html */
export const checkTransferMethods: Check<string[]> = (name, values) => {
  const methods = checkList(name, values, "leave it out to count TRANSFER and API");
  const wrong = methods.filter(isKnown).find((method) => !/^[A-Z][A-Z_]{0,49}$/.test(method));
  if (wrong === undefined) return methods;
  throw new SettingError(
    `${name}: ${quote(wrong)} is not an initiation method of a contact, such as TRANSFER or API.`,
  );
};

function isKnown(value: string): boolean {
  return !Token.isUnresolved(value);
}

function differs(known: string, other: string): boolean {
  return isKnown(other) && other !== known;
}

/** Partition, account and Region: all of an instance's ARN except the instance. */
function prefixOf(instanceArn: string): string {
  return instanceArn.slice(0, instanceArn.lastIndexOf(":"));
}
