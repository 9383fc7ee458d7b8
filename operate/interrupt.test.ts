import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, mock } from "node:test";
import { Command } from "commander";
import { exitCodes } from "../cli/errors.ts";
import { runProgram } from "../cli/run-command.ts";
import { startHttpServer } from "../local/services/http-server.ts";
import { type LocalStack, startLocalStack } from "../local/stack/local-stack.ts";
import { synthesizeAssembly } from "../local/template/synthesize-assembly.ts";
import { instanceArn, instanceId } from "../test/makers.ts";
import { makeTestTerminal } from "../test/operator/test-terminal.ts";
import { toolEnvironment } from "../test/operator/tool-environment.ts";
import { until } from "../test/until.ts";
import { operatorCommands } from "./program.ts";

const intent = ["--contact", "task-1", "--flow", "flow-to-queue", "--queue", "queue-nope"];
const probed = ["--instance", instanceId, "--flow", "flow-inbound", "--queue", "queue-seniors"];
const commands: readonly (readonly string[])[] = [
  ["waiting"],
  ["trace", "order-1", "--check"],
  ["send", ...intent, "--intent-id", "order-2"],
  ["preflight", "-c", `instanceArns=${instanceArn}`, "-c", "queueIds=queue-seniors"],
  ["smoke"],
  ["dlq", "list", "--check"],
  ["dlq", "show", "order-1", "--check"],
  ["dlq", "replay", "--check"],
  ["dlq", "resolve"],
  ["dlq", "discard"],
  ["dlq", "export", "-"],
  ["dlq", "import", "letters.jsonl"],
  ["probe", ...probed, "--yes"],
];

/** So many calls of each command are tried: it has made some of every kind by then. A probe takes two seconds for each. */
const callsOf = ([name]: readonly string[]) => (name === "probe" ? 4 : 14);

describe("Ctrl-C while AWS does not answer", { timeout: 240_000, concurrency: true }, () => {
  let stack: LocalStack;
  let folder: string;
  let released: AsyncDisposable;

  before(async () => {
    mock.property(process, "env", { ...process.env, ...toolEnvironment() });
    const synthesized = await synthesizeAssembly({ instanceArns: instanceArn });
    released = synthesized;
    stack = await startLocalStack({ assembly: synthesized.assembly, quota: "unlimited", timeScale: 10 });
    folder = await mkdtemp(join(tmpdir(), "interrupt-"));
    await writeFile(join(folder, "letters.jsonl"), '{"body":"{}"}\n');
    const { codes } = await run(["send", ...intent, "--intent-id", "order-1"], Number.POSITIVE_INFINITY);
    assert.deepEqual(codes, [exitCodes.done]);
    await until(() => stack.countMessages("DeadLetterQueueUrl") > 0);
  });
  after(async () => {
    mock.restoreAll();
    await stack.stop();
    await released[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** Runs a command that is interrupted at its nth call, which nothing answers, as little as any later one. */
  async function run(command: readonly string[], hangAt: number) {
    const interrupted = new AbortController();
    let asked = 0;
    const server = await startHttpServer(async (request) => {
      if (++asked >= hangAt) {
        interrupted.abort();
        return new Promise<never>(() => {});
      }
      const { pathname } = new URL(request.url);
      const { method, headers } = request;
      const body = method === "GET" ? undefined : await request.text();
      return fetch(stack.url + pathname, { method, headers, body });
    });
    const codes: number[] = [];
    const noted: string[] = [];
    const printed: string[] = [];
    const terminal = makeTestTerminal({ printed, noted });
    try {
      const args = command.map((arg) => (arg.endsWith(".jsonl") ? join(folder, arg) : arg));
      const journal = command[0] === "probe" ? ["--journal", join(folder, `probe-${hangAt}.jsonl`)] : [];
      await runProgram(new Command(), operatorCommands, [...args, ...journal, "--endpoint-url", server.url], {
        terminal,
        signal: interrupted.signal,
        exit: (code) => void codes.push(code),
      });
    } finally {
      await server.close();
    }
    return { codes, noted, printed, wasInterrupted: interrupted.signal.aborted };
  }

  for (const command of commands) {
    it(`ends ${command.slice(0, 2).join(" ")} with 130 at every call that it makes`, async () => {
      const ends = await Promise.all(Array.from({ length: callsOf(command) }, (_, n) => run(command, n + 1)));
      const interrupted = ends.filter(({ wasInterrupted }) => wasInterrupted);
      assert.ok(interrupted.length > 2, `${interrupted.length} calls`);
      for (const [n, { codes, noted, printed }] of interrupted.entries()) {
        assert.deepEqual(
          codes,
          [exitCodes.interrupted],
          `call ${n + 1}: ${[...printed, ...noted].join("\n")}`,
        );
        assert.doesNotMatch([...printed, ...noted].join("\n"), /AbortError|aborted|works\./i);
      }
    });
  }
});
