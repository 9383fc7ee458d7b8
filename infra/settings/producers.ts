import { Token } from "aws-cdk-lib/core";
import type { Producers } from "../contact-transfer-props.ts";
import type { Check } from "./checks.ts";
import { quote, SettingError } from "./setting-error.ts";

const kinds = {
  accounts: [/^\d{12}$/, "an account id of 12 digits, such as 444455556666"],
  organizationIds: [/^o-[a-z0-9]{10,32}$/, "the id of an organization, such as o-a1b2c3d4e5"],
  queuePrincipalArns: [
    /^arn:[a-z0-9-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    "the ARN of a role or a user, such as arn:aws:iam::444455556666:role/orders",
  ],
} as const;

/** Refuses producers that would let in more than they name. */
export const checkProducers: Check<Producers> = (name, producers, { settings: { eventSources } }) => {
  const { accounts = [], organizationIds = [], queuePrincipalArns = [], ...unknown } = producers;
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined) {
    throw new SettingError(
      `${name}: ${quote(misspelt)} is not a kind of producers: use accounts, organizationIds or queuePrincipalArns.`,
    );
  }
  const given = { accounts, organizationIds, queuePrincipalArns };
  for (const [kind, [pattern, right]] of Object.entries(kinds)) {
    const stranger = given[kind as keyof typeof kinds].find(
      (value) => !Token.isUnresolved(value) && !pattern.test(value),
    );
    if (stranger !== undefined)
      throw new SettingError(`${name}.${kind}: ${quote(stranger)} is not ${right}.`);
  }
  if (accounts.length + organizationIds.length > 0 && eventSources === undefined) {
    throw new SettingError(
      `${name}: accounts and organizations may only send events of named sources: set eventSources, such as com.example.orders.`,
    );
  }
  return producers;
};
