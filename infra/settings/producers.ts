import { Token } from "aws-cdk-lib/core";
import type { Producers } from "../contact-transfer-props.ts";
import { quote } from "./connect-settings.ts";
import { SettingError } from "./setting-error.ts";

/** Producers whose ids have been checked. */
export type CheckedProducers = Required<Producers>;

const kinds = {
  accounts: [/^\d{12}$/, "an account id of 12 digits, such as 444455556666"],
  organizationIds: [/^o-[a-z0-9]{10,32}$/, "the id of an organisation, such as o-a1b2c3d4e5"],
  queuePrincipalArns: [
    /^arn:[a-z0-9-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    "the ARN of a role or a user, such as arn:aws:iam::444455556666:role/orders",
  ],
} as const;

/** Checks who is named. Throws a `SettingError` at the first one that would let in more than it names. */
export function resolveProducers(
  producers: Producers | undefined,
  eventSources: readonly string[] | undefined,
): CheckedProducers {
  const { accounts = [], organizationIds = [], queuePrincipalArns = [], ...unknown } = producers ?? {};
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined) {
    throw new SettingError(
      `producers: ${quote(misspelt)} is not a kind of producers: give accounts, organizationIds or queuePrincipalArns.`,
    );
  }
  const checked = { accounts, organizationIds, queuePrincipalArns };
  for (const [kind, [pattern, right]] of Object.entries(kinds)) {
    const stranger = checked[kind as keyof typeof kinds].find(
      (value) => !Token.isUnresolved(value) && !pattern.test(value),
    );
    if (stranger !== undefined)
      throw new SettingError(`producers.${kind}: ${quote(stranger)} is not ${right}.`);
  }
  if (accounts.length + organizationIds.length > 0 && eventSources === undefined) {
    throw new SettingError(
      "producers: accounts and organisations may only put events of named sources: give eventSources, such as com.example.orders.",
    );
  }
  return checked;
}
