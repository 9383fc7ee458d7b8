import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { makeEnvelope } from "../../../test/makers.ts";
import {
  makeFailure,
  sendLetter,
  sendLetters,
  startTestQueues,
  type TestQueues,
} from "../../../test/operator/dead-letter-queues.ts";
import { readDocument } from "../../../test/operator/read-document.ts";
import { runList } from "./list.ts";
import { runShow } from "./show.ts";

/** A list as a terminal of 80 columns shows it. */
async function listText(queues: TestQueues, width: number | undefined = 80, check = false): Promise<string> {
  const { session } = queues;
  const terminal = { ...session.terminal, width };
  await runList({ conditions: [], json: false, check }, { ...session, terminal });
  return queues.output.printed.join("\n");
}

const uuid = (n: number) => `${n}0000000-0000-4000-8000-000000000000`;

async function startWith(context: TestContext, ...letters: Parameters<typeof sendLetter>[1][]) {
  const instances = { byId: new Map(), defaultInstance: undefined };
  const queues = await startTestQueues(context, { deployment: { instances } });
  for (const letter of letters) await sendLetter(queues, letter);
  return queues;
}

describe("a list at 80 columns", () => {
  it("cuts nothing that decides: reason, message, source, flow, destination and check are whole", async (context) => {
    const message = "The queue queue-refunds-of-the-north does not exist, or you may not see it";
    const detail = { contactId: uuid(1), contactFlowId: uuid(2), queueId: uuid(3), intentId: uuid(4) };
    const queues = await startWith(context, {
      body: makeEnvelope(detail, { source: "com.example.orders" }),
      reason: "ServiceQuotaExceeded",
      failure: makeFailure({ message }),
    });
    const text = await listText(queues, 80, true);
    const unwrapped = text.replace(/\n\s+/g, " ");
    assert.ok(
      text.split("\n").every((line) => line.length <= 80 || line.startsWith("1 dead letter in")),
      text,
    );
    for (const whole of [
      `ServiceQuotaExceeded  ${uuid(4)}`,
      message,
      `contact ${uuid(1)}, queue ${uuid(3)}, flow ${uuid(2)}, from com.example.orders`,
    ]) {
      assert.ok(unwrapped.includes(whole), `${whole} in ${text}`);
    }
    assert.match(
      unwrapped,
      / from com\.example\.orders not checked: the instance is unknown; give --stack or --instance-arn/,
    );
  });

  it("shows what it can of what is not an intent, and why it is not checked", async (context) => {
    const queues = await startWith(context, {
      body: makeEnvelope({ queueId: undefined, queueID: "q", contactId: "task-7" }, { source: "crm" }),
      reason: "InvalidIntent",
      failure: makeFailure({ message: "detail/queueID is not a known property" }),
    });
    const text = await listText(queues, 80, true);
    assert.match(text, /InvalidIntent +\S+\n +detail\/queueID is not a known property/);
    assert.match(text, /contact task-7, flow flow-to-queue, from crm\n +not checked: it is not an intent/);
  });

  it("is not torn by a hostile letter: control characters are replaced, and no cell pads the others", async (context) => {
    const hostile = "\u009b31mred\u202e";
    const queues = await startWith(context, {
      body: makeEnvelope({ intentId: "x".repeat(50_000) }, { id: "x".repeat(50_000) }),
      reason: hostile,
      failure: makeFailure({ message: `${hostile}\u001b]0;title\u0007` }),
    });
    await sendLetters(queues, 3);
    for (const width of [80, undefined]) {
      queues.output.printed.length = 0;
      const text = await listText(queues, width);
      assert.ok(text.length < 10_000, `${text.length} characters`);
      assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cf}]/u);
    }
  });
});

it("a check of intents whose instance is unknown exits with 3", async (context) => {
  const queues = await startWith(context, {});
  assert.equal(await runList({ conditions: [], json: true, check: true }, queues.session), 3);
  const messageId = (await queues.peek("dead"))[0]?.messageId ?? "";
  assert.equal(
    await runShow({ conditions: [], json: true, check: true, ids: [messageId] }, queues.session),
    3,
  );
});

describe("a check while Connect cannot be reached", () => {
  const unreachable = /Could not reach the instance \S+ \(ECONNREFUSED\): check --region/;

  it("leaves the list whole, says once what was not checked, and exits with 3", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetters(queues, 5);
    const { session, output } = queues;
    assert.equal(await runList({ conditions: [], json: false, check: true }, session), 3);
    const text = output.printed.splice(0).join("\n");
    assert.equal(text.match(/^ +not checked: see below$/gm)?.length, 5, text);
    assert.match(text, /^5 contacts were not checked: Could not reach[^\n]+$/m);
    assert.equal(await runList({ conditions: [], json: true, check: true }, session), 3);
    const { letters } = readDocument("dlq-list", output.printed.pop());
    for (const { check } of letters) {
      assert.equal(check.canBeTransferred, undefined);
      assert.match(check.why, unreachable);
    }
  });

  it("leaves the dead letter whole", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetters(queues, 1);
    const { session, output } = queues;
    const messageId = (await queues.peek("dead"))[0]?.messageId ?? "";
    assert.equal(await runShow({ conditions: [], json: false, check: true, ids: [messageId] }, session), 3);
    assert.match(output.printed.join("\n").replace(/\n\s+/g, " "), unreachable);
  });
});

describe("show", () => {
  const show = async (queues: TestQueues, json: boolean, ...ids: string[]) => {
    const code = await runShow({ conditions: [], json, check: false, ids }, queues.session);
    return { code, text: queues.output.printed.join("\n") };
  };

  it("prints the document that its schema describes", async (context) => {
    const queues = await startWith(
      context,
      { reason: "AccessDenied", failure: makeFailure() },
      { body: "not JSON", history: { effect: "none", replays: 2 } },
    );
    const { letters } = readDocument("dlq-list", await listJson(queues));
    const ids = letters.map(({ messageId }: { messageId: string }) => messageId);
    const { code, text } = await show(queues, true, ...ids);
    assert.equal(code, 0);
    assert.equal(readDocument("dlq-show", text).letters.length, 2);
  });

  it("names the command that finds out what became of an unknown effect, and only then", async (context) => {
    const queues = await startWith(context, {
      reason: "InvalidRequest",
      failure: makeFailure({ effect: "unknown" }),
    });
    const sentence =
      /\n1 dead letter may have transferred the contact \(effect unknown\): dlq resolve finds out\.\n/;
    assert.match(await listText(queues, 200), sentence);
    assert.match(
      (await show(queues, false, "event-1")).text,
      /effect +unknown: .* Find out with dlq resolve\n/,
    );
    const known = await startWith(context, {
      reason: "NotAllowed",
      failure: makeFailure({ effect: "none" }),
    });
    assert.doesNotMatch(await listText(known, 200), /dlq resolve/);
    assert.doesNotMatch((await show(known, false, "event-1")).text, /dlq resolve/);
  });

  it("says once that a body is not JSON", async (context) => {
    const queues = await startWith(context, { body: "garbage" });
    const [{ messageId = "" } = {}] = await queues.peek("dead");
    const { text } = await show(queues, false, messageId);
    assert.match(text, /not an intent +the body is not JSON\n +body +garbage\n/);
  });

  it("recognizes a dead letter of a schedule, and shows attributes that are its own", async (context) => {
    const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
    const queues = await startWith(context, {
      attributes: {
        SCHEDULE_ARN: attribute("arn:aws:scheduler:us-east-1:111122223333:schedule/default/nightly"),
        TARGET_ARN: attribute("arn:aws:sqs:us-east-1:111122223333:intents"),
        ERROR_CODE: attribute("AccessDenied"),
        ERROR_MESSAGE: attribute("no permission"),
        EXECUTION_ID: attribute("e-1"),
        tenant: attribute("north"),
      },
    });
    const { text } = await show(queues, false, "event-1");
    assert.match(text, /reason +NotDelivered\n/);
    assert.match(text, /message +AccessDenied: no permission\n/);
    assert.match(text, /schedule +arn:aws:scheduler:\S+nightly\n/);
    assert.match(text, /Attributes\n {2}tenant +north\nHistory/);
    assert.match(text, /effect +none: /);
  });
});

async function listJson(queues: TestQueues): Promise<string | undefined> {
  await runList({ conditions: [], json: true, check: false }, queues.session);
  return queues.output.printed.pop();
}
