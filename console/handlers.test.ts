import assert from "node:assert/strict";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { sendLetters, startTestQueues, type TestQueues } from "../test/operator/dead-letter-queues.ts";
import { createHandlers } from "./handlers.ts";
import type { ApiRequest } from "./server/routes.ts";

const asked = (rest: Partial<ApiRequest> = {}): ApiRequest => ({ params: {}, query: {}, body: {}, ...rest });

async function openHandlers(t: TestContext, session: TestQueues["session"]) {
  const folder = await mkdtempDisposable(join(tmpdir(), "console-"));
  const auditFile = join(folder.path, "audit.jsonl");
  const console = createHandlers({
    ...{ session, options: {}, canWrite: true, auditFile, idleMinutes: 0 },
    note() {},
  });
  t.after(async () => {
    await console[Symbol.asyncDispose]();
    await folder.remove();
  });
  return console;
}

it("a letter that is nested deeper than JSON can be written is shown", async (t) => {
  const queues = await startTestQueues(t);
  const MessageBody = `{"id":"deep","detail":{"metadata":${"[".repeat(7000)}${"]".repeat(7000)}}}`;
  await queues.sqs.send(new SendMessageCommand({ QueueUrl: queues.deadLetterQueueUrl, MessageBody }));
  const { handlers, isBusy } = await openHandlers(t, queues.session);
  await handlers["POST /api/reading"](asked());
  while (isBusy()) await setTimeout(5);
  const { rows } = await handlers["GET /api/letters"](asked());
  const letter = await handlers["GET /api/letters/:id"](asked({ params: { id: rows[0]?.id ?? "" } }));
  assert.equal(JSON.parse(JSON.stringify(letter)).body, MessageBody);
});

it("of two runs that are asked for before any other, one begins", async (t) => {
  const queues = await startTestQueues(t);
  await sendLetters(queues, 2);
  const { handlers } = await openHandlers(t, queues.session);
  const body = {
    kind: "replay",
    why: "twice",
    request: { selection: { kind: "filter", filter: {} }, perSecond: 0.001 },
  };
  const start = async () => handlers["POST /api/runs"](asked({ body }));
  const begun = await Promise.allSettled([start(), start()]);
  assert.deepEqual(begun.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  assert.equal((await handlers["GET /api/runs"](asked())).runs.length, 1);
});
