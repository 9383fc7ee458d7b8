import type { Code } from "aws-cdk-lib/aws-lambda";
import { Stack, Token } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { EnvironmentVariable } from "../../lambda/runtime/environment.ts";
import { longestText } from "../resources/replace-references.ts";
import type { Settings } from "../settings/settings.ts";
import { FunctionCode } from "./function-code.ts";

/** Bytes of all variables. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const environmentLimit = 4096;

type Environment = Readonly<Record<string, string>>;

const lists = { contactFlowIds: "CONTACT_FLOW_IDS", queueIds: "QUEUE_IDS", userIds: "USER_IDS" } as const;

/**
 * Moves the allow-lists into a file beside the function's code if they do not fit into its environment. Only the deployment knows
 * what a token is, so tokens stay. Code that the app brings itself cannot get the file.
 */
export function carryAllowLists(
  scope: Construct,
  settings: Pick<Settings, keyof typeof lists>,
  environment: Environment,
  code: Code,
): { readonly environment: Environment; readonly code: Code } {
  const fits = longestText(Stack.of(scope), environment).length <= environmentLimit;
  if (fits || !(code instanceof FunctionCode)) return { environment, code };
  const file: Record<string, string[]> = {};
  const changed: { [name in EnvironmentVariable]?: string } = { ALLOW_LISTS_IN_FILE: "true" };
  const rest: Record<string, string> = { ...environment };
  for (const [setting, variable] of Object.entries(lists)) {
    const ids = settings[setting as keyof typeof lists];
    if (ids === undefined) continue;
    const tokens = ids.filter((id) => Token.isUnresolved(id));
    file[setting] = ids.filter((id) => !Token.isUnresolved(id));
    delete rest[variable];
    if (tokens.length > 0) changed[variable] = tokens.join(",");
  }
  return {
    environment: { ...rest, ...changed },
    code: code.withFile(scope, "allow-lists.json", JSON.stringify(file)),
  };
}
