import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { Command } from "commander";
import { exitCodes } from "../cli/errors.ts";
import { type CommandTable, runProgram } from "../cli/run-command.ts";
import { instanceArn, instanceId } from "../test/makers.ts";
import { makeTestTerminal } from "../test/operator/test-terminal.ts";
import { operatorCommands } from "./program.ts";

const intent = ["--contact", "task-1", "--flow", "flow-to-queue"];
const target = ["--instance", instanceId, "--flow", "flow-inbound", "--queue", "queue-seniors"];
const queueUrl = "https://sqs.us-east-1.amazonaws.com/111122223333/dead";
const byUrl = ["--dead-letter-queue-url", queueUrl];
const commands: readonly (readonly string[])[] = [
  ["dlq", "list"],
  ["dlq", "list", ...byUrl],
  ["dlq", "replay", "--yes", ...byUrl, "--intent-queue-url", `${queueUrl}-not`],
  ["dlq", "resolve"],
  ["dlq", "discard", "--yes", ...byUrl],
  ["trace", "order-1"],
  ["waiting"],
  ["preflight", "-c", `instanceArns=${instanceArn}`],
  ["send", ...intent],
  ["send", ...intent, "--bus", "default", "--unchecked"],
  ["probe", ...target, "--yes", "--journal", "journal.jsonl"],
  ["smoke"],
];
const consoleCommand: CommandTable = {
  console: { summary: "console", load: () => import("../console/command.ts") },
};

/** A server that never answers. `asked` resolves at the first connection. */
async function startSilentServer(context: TestContext, onAsked: () => void) {
  const server = createServer(onAsked).listen(0, "127.0.0.1");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A program for `credential_process` that ends with the server. */
const askingProgram = (url: string) =>
  `"${process.execPath}" -e "fetch('${url}').then((r) => r.text()).catch(() => {})"`;

/** What makes the SDK ask the server at `url` for credentials. */
const providers: Readonly<Record<string, (url: string) => { config?: string; env?: NodeJS.ProcessEnv }>> = {
  "a credential_process": (url) => ({ config: `[default]\ncredential_process = ${askingProgram(url)}\n` }),
  "the instance metadata": (url) => ({ env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: url } }),
  "the container's server": (url) => ({ env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}credentials` } }),
  "a role to assume": (url) => ({
    config:
      "[default]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = base\n[profile base]\naws_access_key_id = AKIDLOCAL\naws_secret_access_key = local\n",
    env: { AWS_ENDPOINT_URL_STS: url },
  }),
};

/** An environment in which nothing but the provider can have credentials. */
async function environmentOf(context: TestContext, provider: string, onAsked: () => void) {
  const folder = await mkdtemp(join(tmpdir(), "credentials-"));
  context.after(() => rm(folder, { recursive: true }));
  const { config = "", env = {} } = providers[provider]?.(await startSilentServer(context, onAsked)) ?? {};
  const configFile = join(folder, "config");
  await writeFile(configFile, config);
  return {
    PATH: process.env.PATH,
    TMPDIR: folder,
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: configFile,
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
    ...env,
  };
}

describe("the first Ctrl-C ends a command that waits for credentials", { timeout: 120_000 }, () => {
  for (const provider of Object.keys(providers)) {
    for (const args of [...commands, ["console"]]) {
      it(`from ${provider}: ${args.slice(0, 2).join(" ")}`, async (context) => {
        const interrupted = new AbortController();
        const env = await environmentOf(context, provider, () => interrupted.abort());
        context.mock.property(process, "env", env);
        const said: string[] = [];
        const codes: number[] = [];
        const terminal = makeTestTerminal({ printed: said, noted: said });
        const given = args.map((arg) => (arg === "journal.jsonl" ? join(env.TMPDIR, arg) : arg));
        await runProgram(new Command(), { ...operatorCommands, ...consoleCommand }, given, {
          terminal,
          signal: interrupted.signal,
          exit: (code) => void codes.push(code),
        });
        assert.deepEqual(codes, [exitCodes.interrupted], said.join("\n"));
        assert.doesNotMatch(said.join("\n"), /AbortError|aborted|credentials/i);
      });
    }
  }

  it("and its process, though the program that was asked still runs", async (context) => {
    const asked = Promise.withResolvers<void>();
    const env = await environmentOf(context, "a credential_process", asked.resolve);
    const child = spawn(process.execPath, ["cli/contact-transfer.mjs", "dlq", "list"], {
      stdio: ["ignore", "pipe", "pipe"],
      env,
    });
    const printed = Promise.all([text(child.stdout), text(child.stderr)]);
    const exited = once(child, "exit");
    await asked.promise;
    child.kill("SIGINT");
    assert.deepEqual(await exited, [exitCodes.interrupted, null]);
    const [out, noted] = await printed;
    assert.equal(out, "");
    assert.match(noted, /^Stopping[^\n]*\n$/);
  });
});
