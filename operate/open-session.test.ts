import assert from "node:assert/strict";
import { it } from "node:test";
import { makeTerminal } from "../cli/terminal.ts";
import { openSession, userName } from "./open-session.ts";

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
