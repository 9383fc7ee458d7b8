import { type Command, Option } from "commander";
import { exitCodes } from "../../cli/errors.ts";
import { duration } from "../../cli/option-parsers.ts";
import { printJson } from "../../cli/print/terminal.ts";
import type { CommandContext } from "../../cli/run-command.ts";
import { type Finding, findingText } from "../checks/finding.ts";
import { type SmokeOptions, smokeTest } from "../checks/smoke-test.ts";
import { runWithSession } from "../open-session.ts";
import { addDeploymentOptions, type DeploymentFlags } from "../options.ts";

interface SmokeFlags extends DeploymentFlags {
  readonly source: string;
  readonly instance?: string;
  readonly flow?: string;
  readonly queue?: string;
  readonly timeout: number;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "Proves that a deployment works without transferring anything: puts an intent for a contact that does not exist, waits for its ResourceNotFound in the dead-letter queue and in the outcome log, and deletes its own dead letter.",
    )
    .option("--instance <id>", "the instance, if the deployment allows several and has no default")
    .option("--flow <id>", "a flow that the deployment allows, if it does not allow all")
    .option("--queue <id>", "a queue that the deployment allows, if it requires one")
    .option("--source <name>", "a source that the deployment accepts", "contact-transfer.smoke")
    .addOption(
      new Option("--timeout <duration>", "how long to wait for each answer")
        .argParser(duration)
        .default(120_000, "2m"),
    );
  addDeploymentOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  npx contact-transfer smoke
  npx contact-transfer smoke --stack Orders --flow 11111111-1111-4111-8111-111111111111`,
    )
    .action(({ instance, flow, queue, ...options }: SmokeFlags) =>
      runWithSession(options, context, async (session) => {
        const { terminal } = context;
        const smoke: SmokeOptions = {
          source: options.source,
          instanceId: instance,
          contactFlowId: flow,
          queueId: queue,
          timeoutMs: options.timeout,
        };
        const steps: Finding[] = [];
        let isWorking = true;
        for await (const step of smokeTest(smoke, session)) {
          steps.push(step);
          if (!options.json) terminal.print(findingText(step));
          isWorking &&= step.verdict !== "wrong";
        }
        const isKnown = !session.signal.aborted;
        if (options.json) printJson(terminal, { isWorking: isWorking && isKnown, steps });
        else if (isKnown)
          terminal.print(isWorking ? "The deployment works." : "The deployment does not work yet.");
        return isWorking ? exitCodes.done : exitCodes.failed;
      }),
    );
}
