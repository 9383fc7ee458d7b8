import { Token } from "aws-cdk-lib/core";
import { quote, SettingError } from "./setting-error.ts";

const isString = (value: unknown) => typeof value === "string";
// Not `instanceof`: an app may have another copy of aws-cdk-lib.
const isObjectWith = (member: string) => (value: unknown) =>
  typeof value === "object" && value !== null && member in value;
const isListOf = (isRight: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isRight);

/** The types of props as messages name them, each with what to do. */
const types = {
  "a string": { isRight: isString, advice: "set one string" },
  "a list of strings": {
    isRight: (value: unknown) => Token.isUnresolved(value) || isListOf(isString)(value),
    advice: 'set a list, as in value.split(",")',
  },
  "a number": {
    isRight: (value: unknown) => typeof value === "number",
    advice: "set a number, as in Number(value)",
  },
  "a boolean": {
    isRight: (value: unknown) => typeof value === "boolean",
    advice: 'set true or false, as in value === "true"',
  },
  "a Duration": { isRight: isObjectWith("toSeconds"), advice: "set one, such as Duration.minutes(15)" },
  "a list of producers": {
    isRight: isListOf((value) => typeof value === "object" && value !== null),
    advice: 'set a list, such as [{ account: "444455556666", sources: ["com.example.orders"] }]',
  },
  "a key": { isRight: isObjectWith("keyArn"), advice: 'set one, such as new Key(this, "Key")' },
  "a list of alarm actions": {
    isRight: isListOf(isObjectWith("bind")),
    advice: "set a list, such as [new SnsAction(topic)]",
  },
  "a VPC": {
    isRight: isObjectWith("selectSubnets"),
    advice: 'set one, such as Vpc.fromLookup(this, "Vpc", …)',
  },
  "a list of security groups": {
    isRight: isListOf(isObjectWith("securityGroupId")),
    advice: 'set a list, such as [SecurityGroup.fromSecurityGroupId(this, "Group", id)]',
  },
} as const;

export type PropType = keyof typeof types;

/**
 * Refuses a value of another type: JavaScript passes anything, and so does TypeScript with `tryGetContext`, which returns the
 * texts of `-c`. There `false` would count as true.
 */
export function requireType(name: string, type: PropType, value: unknown): void {
  const { isRight, advice } = types[type];
  if (isRight(value)) return;
  const kind = isString(value) && type !== "a string" ? "is a string, not" : "is not";
  throw new SettingError(`${name}: ${quote(value)} ${kind} ${type}: ${advice}.`);
}
