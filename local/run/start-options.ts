import { type Command, InvalidArgumentError, Option } from "commander";
import { collect, keyValue } from "../../cli/option-parsers.ts";
import { projectPage } from "../../cli/project-page.ts";
import type { RequestsQuota } from "../stack/local-stack.ts";

/** The options of `start`, as commander returns them. */
export interface StartOptions {
  readonly serve?: boolean;
  readonly demo?: boolean;
  readonly port?: number;
  readonly saveEnv?: string;
  readonly exampleRoutes?: boolean;
  /** A cloud assembly of the user's own app, and which of its constructs. */
  readonly assembly?: string;
  readonly stack?: string;
  readonly id?: string;
  /** Settings of the stack, as `cdk -c` takes them. */
  readonly context?: readonly (readonly [key: string, value: string])[];
  readonly world?: string;
  readonly openWorld?: boolean;
  readonly agents?: boolean;
  readonly faults?: string;
  readonly quota: RequestsQuota | "unlimited";
  readonly timeScale: number;
  readonly logs?: boolean;
}

export const defaultPort = 4510;

export function addStartOptions(command: Command): Command {
  return (
    command
      .option("--serve", "stay up for the AWS SDK and CLI, until Ctrl-C")
      .option("--demo", "show in a minute what is special: pace, a lost answer, dead letters, a replay")
      .addOption(
        new Option(
          "--port <n>",
          `where --serve listens on 127.0.0.1; 0 takes any free port (default: ${defaultPort})`,
        ).argParser(readPort),
      )
      // Not --env-file: Node itself takes that one wherever it stands.
      .option("--save-env <file>", "with --serve: write the variables for other shells to a file")
      .addOption(
        new Option(
          "-c, --context <key=value>",
          "a setting of the stack, as in cdk deploy (default of instanceArns: the world's first instance)",
        ).argParser(collect(keyValue)),
      )
      .option(
        "--assembly <folder>",
        "run a ContactTransfer of your own app, as `cdk synth` wrote it into a folder such as cdk.out",
      )
      .option("--stack <name>", "with --assembly: the stack, if several have a ContactTransfer")
      .option("--id <id>", "with --assembly: the construct, if the stack has several")
      .option(
        "--world <file>",
        `what the local Connect contains (default: an example, ${projectPage("local/services/connect/world/world.json")})`,
      )
      .option("--example-routes", "add the four ready routes, as the run of the samples does")
      .option("--open-world", "create unknown contacts, flows, queues and users on first use")
      .option(
        "--agents",
        "agents accept transferred contacts after a second, and end them three seconds later",
      )
      .option(
        "--faults <spec>",
        "how Connect misbehaves, and who else moves contacts: throttle=0.2,lost-answer=1x,read-throttle=0.5,list-lag=20s,moved-by-agent=1x",
      )
      .addOption(
        new Option(
          "--quota <rate/burst>",
          "Connect's quota: requests per second and burst; none for no limit",
        )
          .argParser(readQuota)
          .default({ requestsPerSecond: 2, burst: 5 }, "2/5"),
      )
      .addOption(
        new Option("--time-scale <n>", "how many times faster than on AWS the intent queue's delays pass")
          .argParser(readTimeScale)
          .default(10),
      )
      .option("--logs", "print what the function logs")
  );
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a number from 0 to 65535.");
}

function readQuota(text: string): RequestsQuota | "unlimited" {
  if (text === "none") return "unlimited";
  const [, rate, burst] = /^(\d*\.?\d+)\/(\d+)$/.exec(text) ?? [];
  const quota = { requestsPerSecond: Number(rate), burst: Number(burst) };
  if (quota.requestsPerSecond > 0 && quota.burst >= 1) return quota;
  throw new InvalidArgumentError("It must be RATE/BURST such as 2/5, or none.");
}

function readTimeScale(text: string): number {
  const scale = Number(text);
  if (scale >= 1 && Number.isFinite(scale)) return scale;
  throw new InvalidArgumentError("It must be a number, 1 or greater.");
}
