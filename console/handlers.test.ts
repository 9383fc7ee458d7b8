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

const request = (rest: Partial<ApiRequest> = {}): ApiRequest => ({
  params: {},
  query: {},
  body: {},
  ...rest,
});

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
  await handlers["POST /api/reading"](request());
  while (isBusy()) await setTimeout(5);
  const { rows } = await handlers["GET /api/letters"](request());
  const letter = await handlers["GET /api/letters/:id"](request({ params: { id: rows[0]?.id ?? "" } }));
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
  const start = async () => handlers["POST /api/runs"](request({ body }));
  const begun = await Promise.allSettled([start(), start()]);
  assert.deepEqual(begun.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  assert.equal((await handlers["GET /api/runs"](request())).runs.length, 1);
});

it("an operator whom STS did not know once is asked for again, and kept once known", async (t) => {
  const queues = await startTestQueues(t);
  let asked = 0;
  const operator = async () =>
    ++asked === 1
      ? ({ aws: "unknown (TimeoutError)", isUnknown: true, local: "kim@laptop" } as const)
      : { aws: "arn:aws:iam::111122223333:user/kim", local: "kim@laptop" };
  const { handlers } = await openHandlers(t, { ...queues.session, operator });
  const known = async () => (await handlers["GET /api/session"](request())).operator.aws;
  assert.deepEqual(
    [await known(), await known(), await known(), asked],
    ["unknown (TimeoutError)", "arn:aws:iam::111122223333:user/kim", "arn:aws:iam::111122223333:user/kim", 2],
  );
});

it("plans for 27,000 letters that are chosen one by one", async (t) => {
  const queues = await startTestQueues(t);
  await sendLetters(queues, 2);
  const { handlers, isBusy } = await openHandlers(t, queues.session);
  await handlers["POST /api/reading"](request());
  while (isBusy()) await setTimeout(5);
  const { rows } = await handlers["GET /api/letters"](request());
  const ids = [...rows.map(({ id }) => id), ...Array.from({ length: 27_000 }, () => crypto.randomUUID())];
  const plan = await handlers["POST /api/plans/replay"](
    request({ body: { selection: { kind: "ids", ids } } }),
  );
  assert.equal(plan.selected, 2);
});

it("says what helps if a run is not known, and that a text is no id", async (t) => {
  const { handlers } = await openHandlers(t, (await startTestQueues(t)).session);
  await assert.rejects(async () => handlers["GET /api/runs/:id"](request({ params: { id: "x" } })), {
    code: "NoSuchRun",
    message: /^This console knows no such run: .*\/audit\.jsonl has what they did/,
  });
  await assert.rejects(async () => handlers["GET /api/trace"](request({ query: { id: "x".repeat(257) } })), {
    code: "WrongUse",
    message: "No id has more than 256 characters; this text has 257.",
  });
});
