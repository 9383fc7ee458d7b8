import assert from "node:assert/strict";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { Command } from "commander";
import { makeTerminal } from "../cli/print/terminal.ts";
import { runProgram } from "../cli/run-command.ts";
import { startHttpServer } from "../local/services/http-server.ts";
import { sendLetters, startTestQueues } from "../test/operator/dead-letter-queues.ts";
import { startConsole } from "../test/operator/start-console.ts";
import { toolEnvironment } from "../test/operator/tool-environment.ts";

it("Ctrl-C ends a console that SQS does not let begin, with 130", async (t) => {
  t.mock.property(process, "env", { ...process.env, ...toolEnvironment() });
  const interrupted = new AbortController();
  const server = await startHttpServer(() => {
    interrupted.abort();
    return new Promise<never>(() => {});
  });
  t.after(() => server.close());
  const noted: string[] = [];
  const codes: number[] = [];
  const url = `${server.url}/000000000000/dead`;
  await runProgram(
    new Command(),
    { console: { summary: "", load: () => import("./command.ts") } },
    ["console", "--dead-letter-queue-url", url, "--endpoint-url", server.url],
    {
      terminal: {
        ...makeTerminal(process.stdout, process.stderr),
        note: (text: string) => void noted.push(text),
      },
      signal: interrupted.signal,
      exit: (code) => void codes.push(code),
    },
  );
  assert.deepEqual(
    [codes, noted],
    [[130], ["Stopping the console. Press Ctrl-C again to stop immediately."]],
  );
});

it("Ctrl-C ends a console whose replay SQS does not answer, with 130, and says what was done", async (t) => {
  const silent = Promise.withResolvers<void>();
  let sends = 0;
  const queues = await startTestQueues(t, {
    async onAnswered(action, queueName) {
      if (action !== "SendMessageBatch" || queueName !== "intents" || ++sends < 2) return;
      silent.resolve();
      await new Promise(() => {});
    },
  });
  await sendLetters(queues, 25);
  await using folder = await mkdtempDisposable(join(tmpdir(), "console-"));
  await using console = await startConsole(["--write"], toolEnvironment(queues), folder.path);
  await console.ask("POST /api/runs", {
    body: {
      kind: "replay",
      why: "try",
      canary: false,
      request: { selection: { kind: "filter", filter: {} }, perSecond: 5 },
    },
  });
  await silent.promise;
  const { code, noted } = await console.interrupt();
  assert.equal(code, 130);
  assert.equal(
    noted,
    "Stopping the console. Press Ctrl-C again to stop immediately.\nThe replay ended early: 1 of 25 replayed, 1 not confirmed. .contact-transfer/dlq-audit.jsonl names them.\n",
  );
  assert.equal((await queues.peek("dead")).length, 24);
});
