import assert from "node:assert/strict";
import { it } from "node:test";
import { startTestQueues } from "../test/operator/dead-letter-queues.ts";
import { openConsole } from "./open-console.ts";

it("a port that is in use, or is none, is reported in a sentence", async (t) => {
  const { session, server } = await startTestQueues(t);
  const facts = { session, options: {}, canWrite: false, auditFile: "unused" };
  const open = (port: number) => openConsole({ ...facts, port, note() {} });
  const hint = "Give another one with --port, or leave --port out for any free one.";
  await assert.rejects(open(server.port), {
    name: "ToolError",
    message: `Port ${server.port} on 127.0.0.1 is in use. ${hint}`,
  });
  await assert.rejects(open(70_000), {
    name: "ToolError",
    message: `Port 70000 on 127.0.0.1 does not exist. ${hint}`,
  });
});
