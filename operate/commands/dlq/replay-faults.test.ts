import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { ToolError } from "../../../cli/errors.ts";
import type { SqsCall, SqsFault } from "../../../local/services/sqs/sqs-fault.ts";
import { makeEnvelope } from "../../../test/makers.ts";
import { makeFailure, sendLetter, sendLetters } from "../../../test/operator/dead-letter-queues.ts";
import { startReplays } from "../../../test/operator/start-replays.ts";
import { parseSet } from "../../replay/edit-body.ts";

/** Answers the calls that a fault is for, up to `times`, with it. */
function faulty(action: string, fault: (call: SqsCall) => SqsFault, times = Number.POSITIVE_INFINITY) {
  return (call: SqsCall): SqsFault | undefined => {
    const isOfTool = action !== "SendMessageBatch" || call.queueName === "intents";
    return call.action === action && isOfTool && times-- > 0 ? fault(call) : undefined;
  };
}

const allEntries =
  (code: string, senderFault = false) =>
  ({ input }: SqsCall): SqsFault => ({
    kind: "failEntries",
    ids: (input.Entries as { Id: string }[]).map(({ Id }) => Id),
    code,
    senderFault,
  });

describe("a replay on an SQS that", () => {
  it("throttles entries, even as the sender's fault, slows down and sends them all", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: faulty("SendMessageBatch", allEntries("KmsThrottled", true), 3),
    });
    await sendLetters(queues, 20);
    assert.equal((await replay()).code, 0);
    assert.equal((await queues.peek("intents")).length, 20);
  });

  it("throttles calls is asked again", async (context) => {
    const { queues, replay } = await startReplays(context, {
      // The SDK itself tries twice.
      chooseFault: faulty(
        "SendMessageBatch",
        () => ({ kind: "error", code: "KmsThrottled", status: 400 }),
        2,
      ),
    });
    await sendLetters(queues, 3);
    assert.equal((await replay()).code, 0);
    assert.equal((await queues.peek("intents")).length, 3);
  });

  it("deletes nothing ends after a few batches: the rest is in one queue only", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: faulty("DeleteMessageBatch", allEntries("InternalError")),
    });
    await sendLetters(queues, 300);
    const { code, report } = await replay({ perSecond: 200 });
    assert.equal(code, 1);
    assert.match(report.stopped, /^SQS deletes nothing \(InternalError/);
    assert.ok(report.untried > 0, `${report.replayed.length} were replayed`);
    assert.equal((await queues.peek("dead")).length, 300);
    assert.equal((await queues.peek("intents")).length, report.undeleted.length);
  });

  it("loses an answer is not claimed to have refused", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: faulty("SendMessageBatch", () => ({ kind: "loseAnswer" }), 2),
    });
    await sendLetters(queues, 3);
    const { code } = await replay({ json: false });
    assert.equal(code, 1);
    assert.match(queues.output.printed.join("\n"), /may have been sent: .*: no answer \(/);
  });

  it("may not use the key names KMS and the permission", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: faulty("SendMessageBatch", () => ({
        kind: "error",
        code: "KmsAccessDenied",
        status: 400,
      })),
    });
    await sendLetters(queues, 3);
    const { code, report } = await replay();
    assert.equal(code, 1);
    assert.match(report.failed[0].why, /^KMS refused the key of .*intents .*kms:GenerateDataKey/);
    assert.equal(report.failed[0].maybeSent, false);
  });
});

describe("the audit of a replay", () => {
  it("has a line before each message is sent, with what an edit changes", async (context) => {
    const { queues, replay, readAudit } = await startReplays(context, {
      chooseFault: faulty("SendMessageBatch", () => ({ kind: "loseAnswer" })),
    });
    await sendLetter(queues, { reason: "AccessDenied", failure: makeFailure() });
    await replay({ edits: [parseSet("detail.queueId=queue-new")] });
    const lines = await readAudit();
    assert.deepEqual(
      lines.map(({ action }) => action),
      ["begin", "replaying", "end"],
    );
    assert.deepEqual(lines[1].changes, [
      { path: "detail.queueId", from: '"queue-cancellations"', to: '"queue-new"' },
    ]);
  });

  it("that the disk does not take ends the run before anything is sent", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetters(queues, 3);
    await assert.rejects(replay({ audit: "/dev/full" }), { name: "ToolError", message: /disk is full/ });
    assert.equal((await queues.peek("intents")).length, 0);
    assert.equal((await queues.receiveAll("dead")).length, 3);
  });
});

describe("a replay is refused", () => {
  it("into the intent queue of another deployment, and out of an intent queue", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetter(queues);
    const movesTo = "arn:aws:sqs:us-east-1:000000000000:other-dead";
    const session = queues.session;
    const movingTo = (queue: ReturnType<typeof session.intentQueue>) => ({
      ...queue,
      counts: async () => ({ ...(await queue.counts()), movesTo }),
    });
    await assert.rejects(replay({}, { ...session, intentQueue: () => movingTo(session.intentQueue()) }), {
      name: "UsageError",
      message: /belongs to another dead-letter queue, other-dead/,
    });
    await assert.rejects(
      replay({}, { ...session, deadLetterQueue: () => movingTo(session.deadLetterQueue()) }),
      { name: "UsageError", code: "NotADeadLetterQueue" },
    );
    assert.equal((await queues.receiveAll("dead")).length, 1);
  });

  it("with two answers to one question", async (context) => {
    const { replay } = await startReplays(context);
    const edits = [parseSet("detail.intentId=mine")];
    await assert.rejects(replay({ edits, newIdentity: true }), { name: "UsageError" });
  });
});

describe("a check that checks nothing", () => {
  it("says so, and replays nothing", async (context) => {
    const instances = { byId: new Map(), defaultInstance: undefined };
    const { queues, replay } = await startReplays(context, { deployment: { instances } });
    await sendLetters(queues, 2);
    const { code, report } = await replay({ check: true });
    assert.equal(code, 3);
    assert.deepEqual(
      report.skipped.map(({ skipReason, why }: Record<string, string>) => [skipReason, why]),
      Array.from({ length: 2 }, () => [
        "NotChecked",
        "not checked: the instance is unknown; give --stack or --instance-arn",
      ]),
    );
    assert.equal((await queues.receiveAll("dead")).length, 2);
  });

  for (const yes of [false, true]) {
    it(`says ${yes ? "after" : "before"} a replay that Connect cannot be reached, and exits with 3`, async (context) => {
      const { queues, replay } = await startReplays(context);
      await sendLetters(queues, 2);
      assert.equal((await replay({ check: true, yes, json: false })).code, 3);
      assert.match(
        queues.output.printed.join("\n"),
        /skip(?:ped)? 2.*: Connect could not be asked about its contact; without --check it is replayed anyway \(Could not reach the instance \S+ \(ECONNREFUSED\): check/,
      );
      assert.equal((await queues.receiveAll("dead")).length, 2);
    });
  }
});

describe("while other dead letters are in flight elsewhere", () => {
  it("nothing claims that the queue is empty, and the exit code is 3", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetter(queues);
    await queues.sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.deadLetterQueueUrl }));
    assert.equal((await replay({ json: false })).code, 3);
    assert.match(queues.output.printed.join("\n"), /^No dead letter was received: 1 more is in flight/);
  });

  it("a replay of the others reports that it is incomplete", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetters(queues, 2);
    const command = new ReceiveMessageCommand({
      QueueUrl: queues.deadLetterQueueUrl,
      MaxNumberOfMessages: 1,
    });
    await queues.sqs.send(command);
    assert.equal((await replay({ json: false })).code, 3);
    assert.match(queues.output.printed.join("\n"), /Replayed 1.*[\s\S]*Incomplete: 1 more is in flight/);
  });
});

describe("the preview of an edit", () => {
  it("shows the difference, and how many do not change", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetters(queues, 3);
    await sendLetter(queues, {
      body: makeEnvelope({ queueId: "queue-new" }),
      reason: "AccessDenied",
      failure: makeFailure(),
    });
    const edits = [parseSet("detail.queueId=queue-new")];
    await replay({ yes: false, json: false, edits });
    const text = queues.output.printed.join("\n");
    assert.match(
      text,
      /Edited: 3\. In order-0 and 2 more:\n {2}- detail\.queueId: "queue-cancellations"\n {2}\+ detail\.queueId: "queue-new"\n/,
    );
    assert.match(text, /Would skip 1 \(event-1\): the edits change nothing in it/);
  });
});

describe("--follow", () => {
  it("knows what came back by its body, even if only the function knows the instance", async (context) => {
    const instances = { byId: new Map(), defaultInstance: undefined };
    const { queues, replay } = await startReplays(context, { deployment: { instances } });
    await sendLetter(queues, { reason: "AccessDenied", failure: makeFailure() });
    const following = replay({ follow: true, edits: [parseSet("detail.queueId=queue-new")] });
    let body: string | undefined;
    while (body === undefined) {
      await setImmediate();
      [{ body } = { body: undefined }] = await queues.peek("intents");
    }
    await sendLetter(queues, { body, reason: "InvalidRequest", failure: makeFailure() });
    await queues.empty("intents");
    const { code, report } = await following;
    assert.equal(code, 1);
    assert.deepEqual([report.followed.cameBack.length, report.followed.notFailed], [1, 0]);
    assert.equal(report.replayed[0].clientToken, undefined);
  });

  it("follows by the queues if the outcome log cannot be read, and says so", async (context) => {
    const { queues, replay } = await startReplays(context);
    const { session } = queues;
    const outputs = {
      eventBusName: "default",
      intentQueueUrl: queues.intentQueueUrl,
      deadLetterQueueUrl: queues.deadLetterQueueUrl,
      outcomeLogGroupName: "outcomes",
    };
    await sendLetters(queues, 1);
    const { report } = await replay(
      { follow: true, timeoutMs: 100 },
      {
        ...session,
        deployment: { ...session.deployment, outputs },
        logs: () => Promise.reject(new ToolError("The log is shut.")),
      },
    );
    assert.equal(report.followed.by, "queue");
    assert.deepEqual(queues.output.noted, [
      "Following by the queues instead of the outcome log. The log is shut.",
    ]);
  });

  it("ends at its time-out if live intents keep the queue from being empty, with 3", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetters(queues, 2);
    const { code, report } = await replay({ follow: true, timeoutMs: 100 });
    assert.equal(code, 3);
    assert.equal(report.followed.isDrained, false);
  });
});
