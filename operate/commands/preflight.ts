// `npm run preflight`: see `preflightHelp` for what it takes.
import { readFile } from "node:fs/promises";
import { ConnectClient } from "@aws-sdk/client-connect";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import { Aws } from "aws-cdk-lib/core";
import { UsageError } from "../../cli/errors.ts";
import { readArgs } from "../../cli/read-args.ts";
import { runCommand } from "../../cli/run-command.ts";
import { readContext } from "../../infra/context/read-context.ts";
import { environmentOf } from "../../infra/settings/connect-settings.ts";
import { resolveSettings } from "../../infra/settings/resolve-settings.ts";
import { type Finding, preflightChecks } from "../checks/preflight-checks.ts";

const preflightHelp = `Checks before the first deployment, read-only, that what the settings name is there and fits: account, instances,
flows and their types, queues, users, and Connect's quota.

  npm run preflight -- -c instanceArns=ARN [-c KEY=VALUE…]

  -c, --context KEY=VALUE   a setting, as for cdk deploy; those of cdk.json count too
  -h, --help                print this

Region, credentials, profile and endpoints are taken from the environment, as by the AWS CLI.
Exit code: 0 where all is right, 1 where something is wrong or could not be checked, 2 for wrong use.
`;

const marks: Readonly<Record<Finding["verdict"], string>> = { right: "✔", wrong: "✖", unknown: "?" };

await runCommand(preflightHelp, async (args, print) => {
  const { context = [] } = readArgs(args, { context: { type: "string", short: "c", multiple: true } });
  const { props } = readContext({
    ...(await contextOfCdkJson()),
    ...Object.fromEntries(context.map(readSetting)),
  });
  const { encryptionKey: _key, routes: _routes, ...checked } = props;
  const settings = resolveSettings(checked, { account: Aws.ACCOUNT_ID, region: Aws.REGION });
  const { region } = environmentOf(settings.instanceArns[0]);
  const deps = {
    connect: new ConnectClient({ region }),
    sts: new STSClient({ region }),
    quotas: new ServiceQuotasClient({ region }),
  };
  let isAllRight = true;
  for await (const { verdict, text } of preflightChecks(settings, deps)) {
    print(`${marks[verdict]} ${text}`);
    isAllRight &&= verdict === "right";
  }
  print(isAllRight ? "All is right: deploy." : "Not all is right yet.");
  return isAllRight ? 0 : 1;
});

async function contextOfCdkJson(): Promise<Record<string, unknown>> {
  const cdkJson: { context?: Record<string, unknown> } = JSON.parse(
    await readFile(new URL("../../cdk.json", import.meta.url), "utf8"),
  );
  return cdkJson.context ?? {};
}

function readSetting(setting: string): [string, string] {
  const equals = setting.indexOf("=");
  if (equals > 0) return [setting.slice(0, equals), setting.slice(equals + 1)];
  throw new UsageError(`-c ${setting} is not a setting; write it as KEY=VALUE.`);
}
