import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DeleteQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SqsCall, SqsFault } from "../../../local/services/sqs/sqs-fault.ts";
import { makeEnvelope } from "../../../test/makers.ts";
import {
  hoursAgo,
  makeFailure,
  makeLetter,
  sendLetter,
  sendLetters,
  type TestQueues,
} from "../../../test/operator/dead-letter-queues.ts";
import { startReplays } from "../../../test/operator/start-replays.ts";
import { readConditions } from "../../letters/filters.ts";
import { parseSet } from "../../replay/edit-body.ts";

async function bodies(queues: TestQueues, queue: "dead" | "intents"): Promise<string[]> {
  return (await queues.peek(queue)).map(({ body }) => body).sort();
}

/** Ids of a batch's entries, selected by their content. */
function failing(
  action: string,
  isMeant: (entry: { MessageBody?: string }) => boolean,
  times = Number.POSITIVE_INFINITY,
) {
  return (call: SqsCall): SqsFault | undefined => {
    const isOfTool = call.action !== "SendMessageBatch" || call.queueName === "intents";
    if (call.action !== action || !isOfTool || times <= 0) return undefined;
    const entries = call.input.Entries as { Id: string; MessageBody?: string }[];
    const ids = entries.filter(isMeant).map(({ Id }) => Id);
    if (ids.length > 0) times--;
    return ids.length > 0 ? { kind: "failEntries", ids, code: "InternalError" } : undefined;
  };
}

describe("a replay without --yes", () => {
  it("changes nothing, leaves everything visible and shows what would happen", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetters(queues, 3);
    await sendLetter(queues, { reason: "AccessDenied", failure: makeFailure({ firstSentAt: hoursAgo(30) }) });
    await sendLetter(queues, { body: "not JSON", reason: "InvalidIntent" });
    await replay({ yes: false, json: false, perSecond: 0.5 });
    const text = queues.output.printed.join("\n");
    assert.match(text, /^Would replay 3 of 5 dead letters at 0.5\/s \(about 6s\)\./);
    assert.match(
      text,
      /Would skip 1 \(event-1\): would expire immediately: with --renew the age counts from now\./,
    );
    assert.match(text, /Would skip 1 \(\w{8}\): not an intent: repair it with --set/);
    assert.match(text, /Nothing has been changed. Add --yes to do it\.$/);
    assert.equal((await queues.receiveAll("dead")).length, 5);
    assert.equal((await queues.peek("intents")).length, 0);
  });

  it("says that the stack is paused", async (context) => {
    const { queues, replay } = await startReplays(context, { deployment: { isPaused: true } });
    await sendLetter(queues);
    await replay({ yes: false, json: false });
    assert.match(queues.output.printed.join("\n"), /^Note: the stack is paused \(paused=true\)/m);
  });

  it("says what is wrong with an edit that breaks the contract", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetter(queues);
    await replay({ yes: false, json: false, edits: [parseSet("detail.queueID=queue-new")] });
    assert.match(
      queues.output.printed.join("\n"),
      /not an intent after the edits: correct them, or add --include-invalid \(detail\/queueID is not a known property; did you mean queueId\?\)/,
    );
  });

  it("warns about dead letters that may already have transferred a contact", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetter(queues, { reason: "ConnectUnavailable", failure: makeFailure({ effect: "unknown" }) });
    const edits = [parseSet("detail.queueId=queue-new")];
    await replay({ yes: false, json: false });
    assert.match(
      queues.output.printed.join("\n"),
      /1 may already have transferred the contact .* keeps its client token/,
    );
    queues.output.printed.length = 0;
    await replay({ yes: false, json: false, edits });
    assert.match(queues.output.printed.join("\n"), /add --accept-unknown-effect/);
    queues.output.printed.length = 0;
    await replay({ yes: false, json: false, edits, acceptUnknownEffect: true });
    assert.match(queues.output.printed.join("\n"), /WARNING: 1 of these .* may be transferred a second time/);
  });
});

describe("a replay", () => {
  it("moves the selected dead letters, and records each change and who made it", async (context) => {
    const { queues, replay, readAudit } = await startReplays(context);
    await sendLetters(queues, 23);
    await sendLetter(queues, {
      body: makeEnvelope({}, { id: "stays" }),
      reason: "NotAllowed",
      failure: makeFailure(),
    });
    const { code, report } = await replay({ conditions: readConditions("--reason", "AccessDenied") });
    assert.equal(code, 0);
    assert.equal(report.replayed.length, 23);
    assert.equal((await queues.peek("intents")).length, 23);
    assert.deepEqual(await bodies(queues, "dead"), [JSON.stringify(makeEnvelope({}, { id: "stays" }))]);
    assert.equal((await queues.receiveAll("dead")).length, 1, "what stays is visible");

    const [begin, ...changes] = await readAudit();
    assert.equal(begin.operator.aws, "arn:aws:iam::111122223333:user/tester");
    assert.deepEqual(begin.options.conditions, [{ option: "--reason", value: "AccessDenied" }]);
    assert.equal(changes.filter(({ action }) => action === "replayed").length, 23);
    assert.equal(changes.at(-1).action, "end");
  });

  it("keeps body and attributes exactly: ten attributes, binary, Unicode, and any body", async (context) => {
    const { queues, replay } = await startReplays(context);
    const body = `\t${JSON.stringify(makeEnvelope({ metadata: { text: "🚚 ü \u2028 \ud7ff" } }), undefined, 3)}\r\n`;
    const own = {
      ...Object.fromEntries(
        Array.from({ length: 7 }, (_, n) => [
          `own-${n}`,
          { DataType: "String.custom", StringValue: `ü${n}` },
        ]),
      ),
      number: { DataType: "Number", StringValue: "1.50" },
    };
    const displaced = {
      bin: { dataType: "Binary.raw", binaryValue: "AP8=" },
      s: { dataType: "String", stringValue: "x" },
    };
    await sendLetter(queues, {
      body,
      reason: "AccessDenied",
      failure: makeFailure({ attributes: displaced }),
      attributes: own,
    });
    assert.equal((await replay()).code, 0);
    const [message] = await queues.receiveAll("intents");
    assert.equal(message?.body, body);
    const { History, ...kept } = message?.attributes ?? {};
    assert.deepEqual(Object.keys(kept).sort(), [...Object.keys(own), "bin"].sort());
    assert.deepEqual(kept["own-3"], { DataType: "String.custom", StringValue: "ü3" });
    assert.deepEqual(Buffer.from(kept.bin?.BinaryValue ?? []), Buffer.from([0, 255]));
    assert.deepEqual(JSON.parse(History?.StringValue ?? "").attributes, { s: displaced.s });
  });

  it("replays copies of a request once and deletes them all", async (context) => {
    const { queues, replay } = await startReplays(context);
    for (const effect of ["none", "unknown", "none"]) {
      await sendLetter(queues, { reason: "AccessDenied", failure: makeFailure({ effect }) });
    }
    const { report } = await replay();
    assert.equal(report.replayed[0].ids.length, 3);
    assert.equal((await queues.peek("dead")).length, 0);
    const [message, ...others] = await queues.peek("intents");
    assert.equal(others.length, 0);
    assert.equal(JSON.parse(message?.attributes.History ?? "").effect, "unknown");
  });

  it("replays the oldest, up to the limit", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetters(queues, 15);
    const { report } = await replay({ limit: 4 });
    assert.equal(report.replayed.length, 4);
    assert.equal((await queues.peek("dead")).length, 11);
  });

  it("skips a body of 1 MiB and a record of ids, and reports why", async (context) => {
    const { queues, replay } = await startReplays(context);
    const attributes = { RULE_ARN: { DataType: "String", StringValue: "arn" } };
    await sendLetter(queues, { body: "x".repeat(1024 * 1024 - 100), attributes });
    await sendLetter(queues, { body: { failedMessages: [{ eventId: "e-1" }] } });
    const { code, report } = await replay();
    assert.equal(code, 0);
    assert.deepEqual(report.skipped.map(({ skipReason }: { skipReason: string }) => skipReason).sort(), [
      "EventIdsOnly",
      "NotAnIntent",
    ]);
    assert.equal((await queues.receiveAll("dead")).length, 2);
  });
});

describe("a dead letter not confirmed as sent is never deleted", () => {
  it("if entries of a batch fail permanently", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: failing("SendMessageBatch", ({ MessageBody }) => /order-[37]"/.test(MessageBody ?? "")),
    });
    await queues.sqs.send(new SendMessageCommand({ QueueUrl: queues.deadLetterQueueUrl, ...makeLetter() }));
    await sendLetters(queues, 10);
    const { code, report } = await replay();
    assert.equal(code, 1);
    assert.deepEqual(
      report.failed
        .map(({ intentId, why }: { intentId: string; why: string }) => [intentId, why.slice(0, 13)])
        .sort(),
      [
        ["order-3", "InternalError"],
        ["order-7", "InternalError"],
      ],
    );
    assert.equal((await queues.peek("intents")).length, 9);
    assert.equal((await queues.receiveAll("dead")).length, 2, "they are still there, and visible");
  });

  it("and is sent again if the failure is transient", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: failing("SendMessageBatch", ({ MessageBody }) => /order-3"/.test(MessageBody ?? ""), 2),
    });
    await sendLetters(queues, 5);
    assert.equal((await replay()).code, 0);
    assert.equal((await queues.peek("intents")).length, 5);
  });

  it("if the response is lost: it may be in both queues, never in neither", async (context) => {
    let calls = 0;
    const { queues, replay } = await startReplays(context, {
      chooseFault: ({ action, queueName }) =>
        action === "SendMessageBatch" && queueName === "intents" && ++calls <= 2
          ? { kind: "loseAnswer" }
          : undefined,
    });
    await sendLetters(queues, 3);
    const { code } = await replay();
    assert.equal(code, 1);
    assert.equal((await queues.receiveAll("dead")).length, 3);
    assert.equal((await replayAgain(queues, replay)).code, 0);
    assert.equal(new Set(await bodies(queues, "intents")).size, 3);
  });

  it("if the message is too large for the intent queue", async (context) => {
    const { queues, replay } = await startReplays(context, { maximumMessageSizeBytes: 2048 });
    const metadata = { text: "x".repeat(3000) };
    await sendLetter(queues, {
      body: makeEnvelope({ metadata }),
      reason: "AccessDenied",
      failure: makeFailure(),
    });
    const { code, report } = await replay();
    assert.equal(code, 1);
    assert.match(report.failed[0].why, /InvalidParameterValue: .*2048/);
    assert.equal((await queues.receiveAll("dead")).length, 1);
  });

  it("if the destination does not exist: the run does not begin", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetters(queues, 20);
    await queues.sqs.send(new DeleteQueueCommand({ QueueUrl: queues.intentQueueUrl }));
    await assert.rejects(replay(), { name: "ToolError", message: /^The queue .* does not exist/ });
    assert.equal((await queues.receiveAll("dead")).length, 20);
  });

  it("if sending is not allowed: the run ends and names the permission", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: ({ action, queueName }) =>
        action === "SendMessageBatch" && queueName === "intents"
          ? { kind: "error", code: "AccessDenied", status: 403 }
          : undefined,
    });
    await sendLetters(queues, 30);
    const { code, report } = await replay();
    assert.equal(code, 1);
    assert.match(report.failed[0].why, /^You are not allowed to call sqs:SendMessage on /);
    assert.equal((await queues.receiveAll("dead")).length, 30);
  });
});

describe("a dead letter that is sent and cannot be deleted", () => {
  it("is reported, and is in both queues", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: failing("DeleteMessageBatch", () => true),
    });
    await sendLetters(queues, 2);
    const { code, report } = await replay();
    assert.equal(code, 1);
    assert.equal(report.undeleted.length, 2);
    assert.equal((await queues.peek("intents")).length, 2);
    assert.equal((await queues.receiveAll("dead")).length, 2);
  });

  it("is deleted at the second attempt if the failure is transient", async (context) => {
    const { queues, replay } = await startReplays(context, {
      chooseFault: failing("DeleteMessageBatch", () => true, 2),
    });
    await sendLetters(queues, 3);
    assert.equal((await replay()).code, 0);
    assert.equal((await queues.peek("dead")).length, 0);
  });
});

describe("an interruption", () => {
  it("ends after the current batch and releases the rest", async (context) => {
    const stop = new AbortController();
    const { queues, replay } = await startReplays(context, {
      signal: stop.signal,
      onAnswered: (action, queueName) => {
        if (action === "SendMessageBatch" && queueName === "intents") stop.abort();
      },
    });
    await sendLetters(queues, 300);
    const { report } = await replay();
    assert.equal(report.wasInterrupted, true);
    assert.ok(report.replayed.length > 0 && report.untried > 0);
    assert.equal(report.replayed.length + report.untried, 300);
    assert.equal((await queues.peek("intents")).length, report.replayed.length);
    assert.equal((await queues.receiveAll("dead")).length, report.untried, "they are visible");
  });
});

describe("--follow", () => {
  it("reports which failed again and why, and that the others have not failed", async (context) => {
    const { queues, replay } = await startReplays(context);
    await sendLetters(queues, 3);
    const following = replay({ follow: true });
    const fail = await workOff(queues, 3, "order-1");
    await sendLetter(queues, fail);
    await queues.sqs.send(
      new SendMessageCommand({
        QueueUrl: queues.deadLetterQueueUrl,
        ...makeLetter({ reason: "NotAllowed" }),
      }),
    );
    await queues.empty("intents");
    const { code, report } = await following;
    assert.equal(code, 1);
    assert.equal(report.followed.isDrained, true);
    assert.equal(report.followed.notFailed, 2);
    assert.deepEqual(
      report.followed.cameBack.map(({ intentId, reason }: Record<string, string>) => [intentId, reason]),
      [["order-1", "InvalidRequest"]],
    );
  });
});

async function replayAgain(queues: TestQueues, replay: () => Promise<{ code: number }>) {
  await queues.unhide();
  return replay();
}

/** Receives `count` messages from the intent queue. Returns the dead letter of the one that fails. */
async function workOff(queues: TestQueues, count: number, failingId: string) {
  let seen = 0;
  let body = "";
  while (seen < count) {
    const { Messages = [] } = await queues.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queues.intentQueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
      }),
    );
    seen += Messages.length;
    body = Messages.find(({ Body }) => Body?.includes(`"${failingId}"`))?.Body ?? body;
  }
  return { body, reason: "InvalidRequest", failure: makeFailure({ message: "the contact has ended" }) };
}
