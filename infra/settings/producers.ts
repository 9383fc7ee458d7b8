import { Token } from "aws-cdk-lib/core";
import type { Producer } from "../contact-transfer-props.ts";
import { type Check, checkList, checkRequestSources, eventBusArn } from "./checks.ts";
import { requireType } from "./prop-type.ts";
import { quote, SettingError } from "./setting-error.ts";

const memberNames = ["account", "organizationId", "sources", "outcomeBusArn"] as const;

const patterns = {
  account: [/^\d{12}$/, "an account id of 12 digits, such as 444455556666"],
  organizationId: [/^o-[a-z0-9]{10,32}$/, "the id of an organization, such as o-a1b2c3d4e5"],
  outcomeBusArn: eventBusArn,
} as const;

/** Refuses producers that would let in more than they name. */
export const checkProducers: Check<Producer[]> = (name, producers, surroundings) =>
  producers.map((producer, index) => {
    const place = `${name}[${index}]`;
    const { account, organizationId, sources = [] } = producer;
    requireType(`${place}.sources`, "a list of strings", sources);
    const misspelt = Object.keys(producer).find((member) => !memberNames.some((known) => known === member));
    if (misspelt !== undefined) {
      throw new SettingError(
        `${place}: ${quote(misspelt)} is not a member of a producer: use ${memberNames.join(", ")}.`,
      );
    }
    if ((account === undefined) === (organizationId === undefined)) {
      throw new SettingError(`${place}: name either the account or the organizationId of the producer.`);
    }
    for (const [member, [pattern, right]] of Object.entries(patterns)) {
      const value = producer[member as keyof typeof patterns];
      if (value === undefined || Token.isUnresolved(value)) continue;
      requireType(`${place}.${member}`, "a string", value);
      if (pattern.test(value)) continue;
      throw new SettingError(`${place}.${member}: ${quote(value)} is not ${right}.`);
    }
    return { ...producer, sources: checkRequestSources(`${place}.sources`, sources, surroundings) };
  });

const principalPattern = /^arn:[a-z0-9-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;

/** Refuses accounts, everybody and wildcards. */
export const checkQueuePrincipals: Check<string[]> = (name, values) => {
  if (values.length === 0) return [];
  const arns = checkList(name, values, "name roles or users");
  const stranger = arns.find((arn) => !Token.isUnresolved(arn) && !principalPattern.test(arn));
  if (stranger === undefined) return arns;
  throw new SettingError(
    `${name}: ${quote(stranger)} is not the ARN of a role or a user, such as arn:aws:iam::444455556666:role/orders.`,
  );
};
