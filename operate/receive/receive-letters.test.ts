import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { projectPage } from "../../cli/project-page.ts";
import {
  makeFailure,
  sendLetter,
  sendLetters,
  startTestQueues,
  type TestQueues,
} from "../../test/operator/dead-letter-queues.ts";
import { readDocument } from "../../test/operator/read-document.ts";
import { runList } from "../commands/dlq/list.ts";
import { readConditions } from "../letters/filters.ts";
import { MessageLease } from "./lease.ts";
import { receiveLetters } from "./receive-letters.ts";

const everything = { conditions: [], json: true, check: false };

/** Lists everything; the exit code is 0 if all could be seen. */
async function list(queues: TestQueues, code = 0) {
  assert.equal(await runList(everything, queues.session), code);
  return readDocument("dlq-list", queues.output.printed.pop());
}

/** Loses every lease at once, as if SQS did not extend it. */
class ForgetfulLease extends MessageLease {
  override add(): void {}
}

describe("a listing", () => {
  it("of an empty queue shows 0", async (context) => {
    const queues = await startTestQueues(context);
    await runList({ ...everything, json: false }, queues.session);
    assert.deepEqual(queues.output.printed, [`0 dead letters in ${queues.deadLetterQueueUrl}`]);
  });

  it("sees each once, removes none and leaves all visible", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetters(queues, 300);
    const { seen, isComplete, letters, reasons } = await list(queues);
    assert.deepEqual([seen, isComplete, reasons[0].count], [300, true, 300]);
    assert.equal(new Set(letters.map(({ intentId }: { intentId: string }) => intentId)).size, 300);
    assert.equal((await queues.receiveAll("dead")).length, 300);
  });

  it("counts a message once that SQS delivers twice", async (context) => {
    let rounds = 0;
    const queues: TestQueues = await startTestQueues(context, {
      async onAnswered(action) {
        if (action === "ReceiveMessage" && rounds++ < 4) await queues.unhide();
      },
    });
    await sendLetters(queues, 25);
    const { seen } = await list(queues);
    assert.equal(seen, 25);
    assert.ok(rounds > 4, "they were delivered again");
  });

  it("counts a message once whose lease was lost, so that it was received again", async (context) => {
    let rounds = 0;
    const queues: TestQueues = await startTestQueues(context, {
      async onAnswered(action) {
        if (action === "ReceiveMessage" && rounds++ < 4) await queues.unhide();
      },
    });
    await sendLetters(queues, 25);
    const { session } = queues;
    const lease = new ForgetfulLease(session.deadLetterQueue(), session.clock);
    const { kept, seen } = await receiveLetters({
      ...session,
      queue: session.deadLetterQueue(),
      lease,
      instances: session.deployment.instances,
      keep: (letter) => letter.messageId,
    });
    await lease.release();
    assert.ok(rounds > 4, "they were delivered again");
    assert.deepEqual([seen, kept.length, new Set(kept).size], [25, 25, 25]);
  });

  it("reports that more are in flight, and exits with 3", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetters(queues, 3);
    await queues.sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.deadLetterQueueUrl }));
    const { seen, isComplete, mayBeMore } = await list(queues, 3);
    assert.deepEqual([seen, isComplete], [2, false]);
    assert.match(mayBeMore, /^1 more is in flight/);
  });

  it("stops with a clear message near SQS's limit of messages in flight", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetters(queues, 200);
    const { session } = queues;
    const lease = new MessageLease(session.deadLetterQueue(), session.clock);
    const received = await receiveLetters({
      ...session,
      queue: session.deadLetterQueue(),
      lease,
      instances: session.deployment.instances,
      keep: (letter) => letter.messageId,
      maxInFlight: 50,
    });
    await lease.release();
    assert.ok(received.seen >= 50 && received.seen < 200);
    assert.match(received.mayBeMore ?? "", /120,000 messages of a queue in flight/);
    assert.equal((await queues.receiveAll("dead")).length, 200);
  });

  it("treats SQS's own refusal of more in flight the same way", async (context) => {
    let receives = 0;
    const queues = await startTestQueues(context, {
      chooseFault: ({ action }) =>
        action === "ReceiveMessage" && ++receives > 8
          ? { kind: "error", code: "OverLimit", status: 403 }
          : undefined,
    });
    await sendLetters(queues, 200);
    const { seen, mayBeMore } = await list(queues, 3);
    assert.ok(seen >= 10 && seen < 200);
    assert.match(mayBeMore, /120,000/);
  });

  it("that is interrupted releases its messages and reports it", async (context) => {
    const stop = new AbortController();
    const queues = await startTestQueues(context, {
      signal: stop.signal,
      onAnswered: (action) => {
        if (action === "ReceiveMessage") stop.abort();
      },
    });
    await sendLetters(queues, 500);
    const { seen, mayBeMore } = await list(queues, 3);
    assert.ok(seen > 0 && seen < 500);
    assert.equal(mayBeMore, "the listing was interrupted");
    assert.equal((await queues.receiveAll("dead")).length, 500);
  });

  it("without permission names the permission and the fix", async (context) => {
    const queues = await startTestQueues(context, {
      chooseFault: ({ action }) =>
        action === "ReceiveMessage" ? { kind: "error", code: "AccessDenied", status: 403 } : undefined,
    });
    await assert.rejects(list(queues), {
      name: "ToolError",
      message: `You are not allowed to call sqs:ReceiveMessage on ${queues.deadLetterQueueUrl}. Add it to your role's policy: ${projectPage("docs/operations.md")} lists what each command needs.`,
    });
  });

  it("shows the meaning and the next step of each reason, and a table", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetter(queues, { reason: "AccessDenied", failure: makeFailure() });
    await sendLetter(queues, { body: "not JSON" });
    await runList({ ...everything, json: false }, queues.session);
    const text = queues.output.printed.join("\n");
    assert.match(text, /^2 dead letters in /);
    assert.match(
      text,
      /1 {2}AccessDenied\n {8}Connect denied the request.*\n {8}Next: check the function's role/,
    );
    assert.match(text, /1 {2}NoReason\n {8}SQS moved it after 1000 receives/);
    assert.match(text, /ID +AGE +REASON +INTENT\n/);
    assert.match(
      text,
      /AccessDenied +event-1\n {10}the role may not transfer\n {10}contact task-1, queue queue-cancellations, flow flow-to-queue/,
    );
  });

  it("shows which reasons are in the queue if the filter selects none", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetter(queues, { reason: "AccessDenied" });
    await runList(
      { ...everything, conditions: readConditions("--reason", "AccesDenied"), json: false },
      queues.session,
    );
    assert.equal(
      queues.output.printed.at(-1),
      "None of 1 dead letter matches. Reasons in the queue: AccessDenied (1).",
    );
  });
});

describe("a lease", () => {
  it("is extended while it is needed, and never for more than 30 s", async (context) => {
    const extended: unknown[] = [];
    const queues = await startTestQueues(context, {
      chooseFault: ({ action, input }) => {
        if (action === "ChangeMessageVisibilityBatch") extended.push(...(input.Entries as unknown[]));
        return undefined;
      },
    });
    await sendLetter(queues);
    const { session } = queues;
    let now = 0;
    const ticks: (() => void)[] = [];
    const clock = {
      now: () => now,
      monotonic: () => now,
      sleep: (_: number, signal?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          ticks.push(resolve);
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    };
    const lease = new MessageLease(session.deadLetterQueue(), clock);
    const [message] = await session.deadLetterQueue().receive(1, 0, 30);
    lease.add(message?.MessageId ?? "", message?.ReceiptHandle ?? "", now);
    now = 11_000;
    ticks.shift()?.();
    assert.deepEqual(await lease.renew([message?.MessageId ?? ""]), new Set([message?.MessageId]));
    assert.equal(extended.length, 0, "19 s are enough");
    now = 21_000;
    assert.deepEqual(await lease.renew([message?.MessageId ?? ""]), new Set([message?.MessageId]));
    assert.equal(extended.length, 1);
    await lease.release();
    assert.deepEqual(
      extended.map((entry) => (entry as { VisibilityTimeout: number }).VisibilityTimeout),
      [30, 0],
    );
  });

  it("deletes the other batches if one call fails, and names only what that call was for", async (context) => {
    let calls = 0;
    const queues = await startTestQueues(context, {
      chooseFault: ({ action }) =>
        action === "DeleteMessageBatch" && ++calls === 2
          ? { kind: "error", code: "AccessDenied", status: 403 }
          : undefined,
    });
    await sendLetters(queues, 30);
    const { session } = queues;
    const lease = new MessageLease(session.deadLetterQueue(), session.clock);
    const { kept } = await receiveLetters({
      ...session,
      queue: session.deadLetterQueue(),
      lease,
      instances: session.deployment.instances,
      keep: (letter) => letter.messageId,
    });
    const errors: unknown[] = [];
    const failures = await lease.delete(kept, (error) => errors.push(error));
    await lease.release();
    assert.deepEqual([failures.size, errors.length], [10, 1]);
    const left = await queues.receiveAll("dead");
    assert.deepEqual(new Set(left.map(({ messageId }) => messageId)), new Set(failures.keys()));
  });

  it("that SQS does not extend is dropped: its message is not worked on", async (context) => {
    const queues = await startTestQueues(context);
    const messageId = await sendLetter(queues);
    const { session } = queues;
    let now = 0;
    const clock = { ...session.clock, now: () => now };
    const refusing = {
      ...session.deadLetterQueue(),
      changeVisibility: async (handles: readonly string[]) =>
        handles.map(
          () => ({ isDone: false, code: "MessageNotInflight", message: "", isPermanent: true }) as const,
        ),
    };
    const lease = new MessageLease(refusing, clock);
    const [message] = await session.deadLetterQueue().receive(1, 0, 30);
    lease.add(messageId, message?.ReceiptHandle ?? "", now);
    now = 25_000;
    assert.deepEqual(await lease.renew([messageId]), new Set());
    assert.equal(lease.size, 0);
    await lease.release();
  });
});
