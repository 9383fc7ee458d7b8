import { type Command, Option } from "commander";
import { exitCodes } from "../../cli/errors.ts";
import { collect, httpUrl, keyValue } from "../../cli/option-parsers.ts";
import { printJson } from "../../cli/print/terminal.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { type Finding, findingText } from "../checks/finding.ts";
import type { PreflightFlags } from "./check-account.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Checks before the first deployment that what the settings name exists and fits: account, instances, flows and their types, queues, users, and Connect's quota. Read-only.",
    )
    .addOption(
      new Option(
        "-c, --context <key=value>",
        "a setting, as in cdk deploy, config=FILE included; those of the current folder's cdk.json count too",
      ).argParser(collect(keyValue)),
    )
    .option("--profile <profile>", "as in the AWS CLI; the Region is that of the instances")
    .option("--endpoint-url <url>", "as in the AWS CLI", httpUrl)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Exits with 3 if something could not be checked.

Examples:
  npx contact-transfer preflight -c instanceArns=arn:aws:connect:us-east-1:111122223333:instance/ID
  npx contact-transfer preflight -c config=production.json`,
    )
    .action(async (flags: PreflightFlags) => {
      const { terminal, signal, exit } = context;
      // Needs aws-cdk-lib, which this command's help does not.
      const { checkAccount } = await import("./check-account.ts");
      const findings: Finding[] = [];
      for await (const finding of checkAccount(flags, signal)) {
        // Without credentials every check says the same.
        if (findings.some(({ text }) => text === finding.text)) continue;
        findings.push(finding);
        if (!flags.json) terminal.print(findingText(finding));
      }
      const isReady = findings.every(({ verdict }) => verdict === "right" || verdict === "skipped");
      const isWrong = findings.some(({ verdict }) => verdict === "wrong");
      if (flags.json) printJson(terminal, { isReady, findings });
      else terminal.print(conclusion(findings, isReady, isWrong));
      exit(isReady ? exitCodes.done : isWrong ? exitCodes.failed : exitCodes.incomplete);
    });
}

function conclusion(findings: readonly Finding[], isReady: boolean, isWrong: boolean): string {
  const isPartial = findings.some(({ verdict }) => verdict === "skipped");
  if (isReady && isPartial) return "Everything that was checked is right; ready to deploy.";
  if (isReady) return "All checks passed; ready to deploy.";
  return isWrong ? "Some checks failed." : "Some checks could not be made.";
}
