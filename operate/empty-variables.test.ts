import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Command } from "commander";
import { makeTerminal } from "../cli/print/terminal.ts";
import { type CommandTable, runProgram } from "../cli/run-command.ts";
import { instanceArn, instanceId } from "../test/makers.ts";
import { operatorCommands } from "./program.ts";

const consoleCommand: CommandTable = {
  console: { summary: "console", load: () => import("../console/command.ts") },
};
const commands: readonly (readonly string[])[] = [
  ["dlq", "list"],
  ["dlq", "replay"],
  ["dlq", "resolve"],
  ["dlq", "export", "-"],
  ["trace", "order-1"],
  ["waiting"],
  ["send", "--contact", "task-1", "--flow", "flow-to-queue"],
  ["smoke"],
  ["preflight", "-c", `instanceArns=${instanceArn}`],
  ["probe", "--instance", instanceId, "--flow", "f", "--queue", "q", "--yes", "--contact-events"],
  ["console"],
];
const variables = [
  "CONTACT_TRANSFER_STACK",
  "DEAD_LETTER_QUEUE_URL",
  "INTENT_QUEUE_URL",
  "AWS_REGION",
  "AWS_PROFILE",
  "AWS_ENDPOINT_URL",
  "AWS_ENDPOINT_URL_SQS",
  "AWS_SESSION_TOKEN",
];

/** What a command says and exits with. Its Region and credentials are those of a profile, and nothing is at its endpoint. */
async function run(context: TestContext, args: readonly string[], variable: NodeJS.ProcessEnv) {
  const folder = await mkdtemp(join(tmpdir(), "empty-"));
  context.after(() => rm(folder, { recursive: true }));
  const config = join(folder, "config");
  await writeFile(
    config,
    "[default]\nregion = us-east-1\naws_access_key_id = AKIDLOCAL\naws_secret_access_key = local\nendpoint_url = http://127.0.0.1:9\nmax_attempts = 1\n",
  );
  const env = { PATH: process.env.PATH, TMPDIR: folder, AWS_CONFIG_FILE: config, ...variable };
  const mocked = context.mock.property(process, "env", env);
  const said: string[] = [];
  const say = (text: string) => void said.push(text.replaceAll(folder, ""));
  const terminal = {
    ...makeTerminal(process.stdout, process.stderr),
    print: say,
    write: say,
    note: say,
  };
  const codes: number[] = [];
  const journal = args[0] === "probe" ? ["--journal", join(folder, "journal.jsonl")] : [];
  await runProgram(
    new Command().configureOutput({ writeErr: say }).exitOverride(),
    { ...operatorCommands, ...consoleCommand },
    [...args, ...journal],
    { terminal, signal: new AbortController().signal, exit: (code) => void codes.push(code) },
  );
  mocked.mock.restore();
  return { said, codes };
}

describe("an empty environment variable is an unset one", { timeout: 120_000 }, () => {
  for (const args of commands) {
    it(`for ${args.slice(0, 2).join(" ")}`, async (context) => {
      const unset = await run(context, args, {});
      assert.match(unset.said.join("\n"), /127\.0\.0\.1|Could not reach/, unset.said.join("\n"));
      for (const name of variables)
        assert.deepEqual(await run(context, args, { [name]: "" }), unset, `${name} is empty`);
    });
  }
});
