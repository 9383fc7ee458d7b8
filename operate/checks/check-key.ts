import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { isObject, parseJson } from "../../cli/json.ts";
import { explainError } from "../aws/explain-error.ts";
import type { Finding } from "./finding.ts";

/** A service that must be allowed to use the key, and for what. */
export interface KeyUser {
  readonly service: string;
  readonly actions: readonly string[];
  /** What would happen without. */
  readonly otherwise: string;
}

/** Who uses the key of the queues, the logs and an own bus. */
export function usersOfKey(region: string, encrypts: "everything" | "dead letters"): readonly KeyUser[] {
  const eventBridge = {
    service: "events.amazonaws.com",
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    otherwise: "the rules could not send to the queues, and events would be lost",
  };
  const logs = {
    service: `logs.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
    actions: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
    otherwise: "the log groups could not be created",
  };
  return encrypts === "everything" ? [eventBridge, logs] : [eventBridge];
}

/**
 * Checks that an existing key can be used and that its policy lets the services use it: an `Allow` of each action for each
 * service. It does not evaluate conditions, and says so if the policy denies anything.
 */
export async function* checkKey(
  keyArn: string,
  users: readonly KeyUser[],
  kms: KMSClient,
): AsyncGenerator<Finding> {
  const of = `the key ${keyArn}`;
  yield await asked("kms:DescribeKey", of, async () => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyArn }));
    const { KeyState = "unknown", KeySpec } = KeyMetadata ?? {};
    const isRight = KeyState === "Enabled" && KeySpec === "SYMMETRIC_DEFAULT";
    return { verdict: isRight ? "right" : "wrong", text: `${of} is ${KeyState}, ${KeySpec}` };
  });
  yield await asked("kms:GetKeyPolicy", of, async () => {
    const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: "default" }));
    return judgePolicy(of, readStatements(Policy), users);
  });
}

interface Statement {
  readonly effect: unknown;
  readonly services: readonly string[];
  readonly actions: readonly string[];
}

function judgePolicy(of: string, statements: readonly Statement[], users: readonly KeyUser[]): Finding {
  const missing = users.flatMap(({ service, actions, otherwise }) => {
    const lacking = actions.filter((action) => !isAllowed(service, action, statements));
    return lacking.length > 0 ? [`${service} call ${lacking.join(", ")}: ${otherwise}`] : [];
  });
  if (missing.length > 0) {
    const text = `the policy of ${of} does not let ${missing.join("; nor ")}. cdk synth prints the statements that it needs`;
    return { verdict: "wrong", text };
  }
  const denies = statements.some(({ effect }) => effect === "Deny");
  const names = users.map(({ service }) => service).join(" and ");
  return {
    verdict: denies ? "unknown" : "right",
    text: `the policy of ${of} lets ${names} use it${denies ? ", but it denies something too: check that by hand" : ""}`,
  };
}

function isAllowed(service: string, action: string, statements: readonly Statement[]): boolean {
  return statements.some(
    ({ effect, services, actions }) =>
      effect === "Allow" &&
      services.some((name) => name === "*" || name === service) &&
      actions.some((pattern) => matchesAction(pattern, action)),
  );
}

function matchesAction(pattern: string, action: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
}

function readStatements(policy: string): Statement[] {
  const document = parseJson(policy);
  const given = isObject(document) ? [document.Statement].flat() : [];
  return given.filter(isObject).map(({ Effect, Principal, Action }) => ({
    effect: Effect,
    services: texts(isObject(Principal) ? Principal.Service : Principal),
    actions: texts(Action),
  }));
}

function texts(value: unknown): string[] {
  return [value].flat().filter((one): one is string => typeof one === "string");
}

async function asked(action: string, of: string, ask: () => Promise<Finding>): Promise<Finding> {
  try {
    return await ask();
  } catch (error) {
    if ((error as Error).name === "NotFoundException")
      return { verdict: "wrong", text: `${of} does not exist` };
    const explained = explainError(error, { action, of });
    if (explained === error) throw error;
    return { verdict: "unknown", text: (explained as Error).message };
  }
}
