import assert from "node:assert/strict";
import { createServer } from "node:http";
import { it } from "node:test";
import { Command } from "commander";
import { exitCodes } from "../cli/errors.ts";
import { makeTerminal } from "../cli/print/terminal.ts";
import { outputClosed, runProgram } from "../cli/run-command.ts";
import { openSession, userName } from "./open-session.ts";
import { operatorCommands } from "./program.ts";

it("the operator of a container without a passwd entry is a uid", () => {
  const read = () => {
    throw new Error("A system error occurred: uv_os_get_passwd returned ENOENT (no such file or directory)");
  };
  assert.equal(userName(read), `uid ${process.getuid?.() ?? "unknown"}`);
  assert.equal(
    userName(() => ({ username: "ann" })),
    "ann",
  );
});

it("the dead-letter queue cannot be the intent queue, under whatever host", async () => {
  const terminal = makeTerminal(process.stdout, process.stderr);
  const path = "111122223333/intents";
  const options = {
    region: "us-east-1",
    deadLetterQueueUrl: `https://sqs.us-east-1.amazonaws.com/${path}`,
    intentQueueUrl: `https://us-east-1.queue.amazonaws.com/${path}/`,
  };
  await assert.rejects(openSession(options, terminal, new AbortController().signal), {
    code: "SameQueue",
    message: /^The dead-letter queue and the intent queue are the same: .* Check both URLs\.$/,
  });
});

for (const [reason, code] of [
  [undefined, exitCodes.interrupted],
  [outputClosed, exitCodes.failed],
] as const) {
  for (const args of [["waiting"], ["dlq", "list"], ["send", "--contact", "c", "--flow", "f"]]) {
    it(`${args[0]} ends with ${code}, without an error, if it is interrupted while AWS does not answer`, async (t) => {
      t.mock.property(process, "env", {
        ...process.env,
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
      });
      const interrupted = new AbortController();
      const server = createServer(() => interrupted.abort(reason)).listen(0, "127.0.0.1");
      t.after(() => {
        server.closeAllConnections();
        server.close();
      });
      await new Promise((resolve) => server.once("listening", resolve));
      const address = server.address();
      const port = typeof address === "object" ? address?.port : undefined;
      const noted: string[] = [];
      const codes: number[] = [];
      const terminal = {
        ...makeTerminal(process.stdout, process.stderr),
        note: (text: string) => noted.push(text),
      };
      await runProgram(
        new Command(),
        operatorCommands,
        [...args, "--stack", "S", "--region", "us-east-1", "--endpoint-url", `http://127.0.0.1:${port}`],
        { terminal, signal: interrupted.signal, exit: (exitCode) => codes.push(exitCode) },
      );
      assert.deepEqual(codes, [code]);
      assert.deepEqual(
        noted.filter((text) => !text.startsWith("Stopping")),
        [],
      );
    });
  }
}
