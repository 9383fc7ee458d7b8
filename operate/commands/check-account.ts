import { existsSync } from "node:fs";
import { ConnectClient } from "@aws-sdk/client-connect";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import { Aws } from "aws-cdk-lib/core";
import { UsageError } from "../../cli/errors.ts";
import { readTextFile } from "../../cli/read-text-file.ts";
import { withConfigFile } from "../../infra/context/read-config-file.ts";
import { readContext, settingsOfConstruct } from "../../infra/context/read-context.ts";
import { environmentOf } from "../../infra/settings/connect-settings.ts";
import { resolveSettings } from "../../infra/settings/resolve-settings.ts";
import { endCalls } from "../aws/end-calls.ts";
import { checkKey, usersOfKey } from "../checks/check-key.ts";
import type { Finding } from "../checks/finding.ts";
import { preflightChecks } from "../checks/preflight-checks.ts";
import { clientConfig, type SessionOptions } from "../open-session.ts";

export interface PreflightFlags extends SessionOptions {
  readonly context?: readonly (readonly [key: string, value: string])[];
  readonly json?: true;
}

/** Reads the settings as a deployment from the current folder would, and checks them against the account. */
export async function* checkAccount(flags: PreflightFlags, signal: AbortSignal): AsyncGenerator<Finding> {
  const given = Object.fromEntries(flags.context ?? []);
  const { props } = readContext(await withConfigFile({ ...(await contextOfCdkJson()), ...given }));
  const settings = resolveSettings(settingsOfConstruct(props), {
    account: Aws.ACCOUNT_ID,
    region: Aws.REGION,
  });
  const { region } = environmentOf(settings.instanceArns);
  const config = clientConfig({ ...flags, region });
  yield* preflightChecks(settings, {
    connect: endCalls(new ConnectClient(config), signal),
    sts: endCalls(new STSClient(config), signal),
    quotas: endCalls(new ServiceQuotasClient(config), signal),
    eventBridge: endCalls(new EventBridgeClient(config), signal),
  });
  const keys = [
    [props.encryptionKey, "everything"],
    [props.deadLetterEncryptionKey, "dead letters"],
  ] as const;
  for (const [key, encrypts] of keys) {
    if (key === undefined || key === "own") continue;
    yield* checkKey(key, usersOfKey(region, encrypts), endCalls(new KMSClient(config), signal));
  }
}

/** As the CDK CLI reads it: from the current folder, where there may be none. */
async function contextOfCdkJson(): Promise<Record<string, unknown>> {
  if (!existsSync("cdk.json")) return {};
  const text = await readTextFile("cdk.json");
  try {
    const { context = {} }: { context?: Record<string, unknown> } = JSON.parse(text);
    return context;
  } catch (error) {
    throw new UsageError(`cdk.json is not JSON: ${(error as Error).message}.`, { cause: error });
  }
}
