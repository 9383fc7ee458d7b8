import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, it, mock } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { makeTerminal } from "../cli/print/terminal.ts";
import { runProgram } from "../cli/run-command.ts";
import { ConnectWorld } from "../local/services/connect/world/connect-world.ts";
import { readConnectSeed } from "../local/services/connect/world/seed.ts";
import { type LocalStack, startLocalStack } from "../local/stack/local-stack.ts";
import { synthesizeAssembly } from "../local/template/synthesize-assembly.ts";
import { instanceArn, instanceId, makeDetail } from "../test/makers.ts";
import { readDocument } from "../test/operator/read-document.ts";
import { until } from "../test/until.ts";
import { operatorCommands } from "./program.ts";

interface Ended {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  /** Both streams, without times. */
  readonly out: string;
}

const withoutTimes = (text: string) =>
  text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME").replace(/after \d+ s/, "after N s");

describe("the operator's commands on a local stack", { timeout: 240_000 }, () => {
  const denied = new Set<string>();
  let stack: LocalStack;
  let released: AsyncDisposable;

  before(async () => {
    const synthesized = await synthesizeAssembly({ instanceArns: instanceArn, contactEvents: true });
    released = synthesized;
    let contacts = 0;
    stack = await startLocalStack({
      assembly: synthesized.assembly,
      quota: "unlimited",
      timeScale: 10,
      isDenied: (action) => denied.has(action),
      connectWorld: new ConnectWorld({
        seed: await readConnectSeed(),
        now: Date.now,
        newId: () => `new-contact-${++contacts}`,
        allow: (action) => !denied.has(action),
      }),
    });
    mock.property(process, "env", { ...process.env, ...stack.env });
  });
  after(async () => {
    mock.restoreAll();
    await stack.stop();
    await released[Symbol.asyncDispose]();
  });

  /** Runs a command in this process, which has its libraries loaded. Each command also runs as a process once. */
  async function run(...args: string[]): Promise<Ended> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const printed = Promise.all([text(stdout), text(stderr)]);
    let exitCode = 0;
    await runProgram(new Command(), operatorCommands, args, {
      terminal: makeTerminal(stdout, stderr),
      signal: new AbortController().signal,
      exit(code) {
        exitCode ||= code;
      },
    });
    stdout.end();
    stderr.end();
    const [results, remarks] = await printed;
    return { exitCode, stdout: results, out: withoutTimes(results + remarks) };
  }

  /** Runs a command as npm does. */
  const runAsProcess = (...args: string[]) => runWith({}, ...args);

  function runWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
    const program = fileURLToPath(new URL("../cli/contact-transfer.mjs", import.meta.url));
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [program, ...args],
        { env: { ...process.env, ...env } },
        (error, stdout, stderr) =>
          resolve({ exitCode: error ? error.code : 0, stdout, out: withoutTimes(stdout + stderr) }),
      );
    });
  }

  async function runDenied(action: string, command: string, ...args: string[]): Promise<Ended> {
    denied.add(action);
    try {
      return await run(command, ...args);
    } finally {
      denied.delete(action);
    }
  }

  /** The document of a command, held to its schema. */
  async function json(command: string, ...args: string[]) {
    const { stdout } = await run(command, ...args, "--json");
    return readDocument(command, stdout);
  }

  describe("smoke", () => {
    it("verifies the deployment and leaves nothing behind", async () => {
      const { exitCode, out } = await runAsProcess("smoke", "--timeout", "60s");
      assert.match(
        out.replace(/smoke-[0-9a-f-]{36}/, "ID").replace(/[0-9a-f-]{36}/, "CONTACT"),
        /^✔ the bus default accepted the intent ID\n✔ its dead letter arrived after N s and has been removed\n✔ Connect answered: Contact not found: CONTACT\n✔ the outcome was published on the bus and is in the outcome log\nThe deployment works\.\n$/,
      );
      assert.equal(exitCode, 0);
      assert.deepEqual(await stack.peek("DeadLetterQueueUrl"), []);
    });

    it("explains a different failure reason, and deletes that dead letter too", async () => {
      const { exitCode, out } = await run("smoke", "--instance", "other", "--timeout", "60s");
      assert.match(
        out,
        /✖ the reason is NotAllowed instead of ResourceNotFound: .* Next: set --instance, --flow and --queue to ids/,
      );
      assert.equal(exitCode, 1);
      assert.deepEqual(await stack.peek("DeadLetterQueueUrl"), []);
    });

    it("names the step that it did not complete", async () => {
      const { exitCode, out } = await runDenied("connect:TransferContact", "smoke", "--timeout", "1s");
      assert.match(out, /✖ no dead letter arrived within \d+ s: the intent queue has messages in flight/);
      assert.equal(exitCode, 1);
      for (const { body } of await stack.peek("IntentQueueUrl")) assert.match(body, /smoke-/);
    });

    it("sends nothing that no rule takes", async () => {
      const { exitCode, out } = await run("smoke", "--source", "contact-transfer");
      assert.match(out, /^✖ the rule \S+ does not take it: source "contact-transfer" is excluded/);
      assert.equal(exitCode, 1);
      const document = await json("smoke", "--source", "contact-transfer");
      assert.deepEqual([document.isWorking, document.steps.length], [false, 1]);
    });

    it("names a missing permission", async () => {
      const { exitCode, out } = await runDenied("cloudformation:DescribeStacks", "smoke");
      assert.match(
        out,
        /^You are not allowed to call cloudformation:DescribeStacks on the stack ContactTransfer\./,
      );
      assert.equal(exitCode, 1);
    });
  });

  describe("trace", () => {
    const send = (detail: Record<string, unknown>) =>
      stack.eventBridge.putEvents([
        {
          Source: "com.example.orders",
          DetailType: "Contact Transfer Requested",
          Detail: JSON.stringify(makeDetail(detail)),
        },
      ]);
    /** Waits until the dead-letter queue has a message with this text. */
    const deadLetter = (text: string) =>
      until(async () => (await stack.peek("DeadLetterQueueUrl")).some(({ body }) => body.includes(text)));
    const traced = async (id: string, until: RegExp) => {
      for (;;) {
        const ended = await run("trace", id);
        if (until.test(ended.out)) return ended;
        await setTimeout(100); // the stack needs the processor
      }
    };

    it("shows the timeline of an intent that succeeded", async () => {
      await send({ contactId: "task-1", intentId: "order-1" });
      const { exitCode, out } = await traced("order-1", /outcome:/);
      assert.match(
        out,
        /^order-1 \(ct1-[\w-]{43}\)\n {2}contact task-1 → flow flow-to-queue, queue queue-cancellations\n {2}TIME {2}succeeded: now contact new-contact-\d, receive 1\n {2}outcome: Succeeded\n\nThe chain of contacts:\n {2}task-1\n {2}→ new-contact-\d: transferred by the intent order-1, queued at TIME in queue-cancellations\n$/,
      );
      assert.equal(exitCode, 0);
    });

    it("finds a failed intent by its contact and leaves it in the dead-letter queue", async () => {
      await send({ contactId: "task-ended", intentId: "order-2" });
      await deadLetter("task-ended");
      const { out } = await traced("task-ended", /failed[\s\S]*in the dead/);
      assert.match(
        out,
        /TIME {2}failed, InvalidRequest: The contact is not active \(effect unknown, receive 1\)/,
      );
      assert.match(out, /TIME {2}in the dead-letter queue: InvalidRequest, message [0-9a-f-]{36}\n/);
      assert.match(out, /outcome: Failed; see dlq show for details/);
      const letters = await stack.peek("DeadLetterQueueUrl");
      assert.equal(letters.filter(({ body }) => body.includes("task-ended")).length, 1);
    });

    it("--check says that Connect does not know a contact, which is no gap in the trace", async () => {
      await send({ contactId: "gone", intentId: "order-gone" });
      await deadLetter("order-gone");
      await traced("order-gone", /failed[\s\S]*in the dead-letter queue/);
      const { out, exitCode } = await run("trace", "order-gone", "--check");
      assert.match(
        out,
        /outcome: Failed; see dlq show for details\nConnect does not know the contact gone\.\n$/,
      );
      assert.equal(exitCode, 0);
      const { unknownContact, unread } = await json("trace", "order-gone", "--check");
      assert.deepEqual([unknownContact, unread], ["gone", undefined]);
    });

    it("finds a message that is not an intent by its message id", async () => {
      const messageId = await stack.queues.sendMessage(stack.outputs.IntentQueueUrl ?? "", "not JSON");
      await deadLetter("not JSON");
      const { out } = await traced(messageId, /InvalidIntent/);
      assert.match(out, /^an intent that could not be read/);
    });

    it("shows the outcome and the dead letter of an invalid intent as one", async () => {
      await send({ contactId: "task-3", intentId: "order-3", queueID: "misspelt" });
      await deadLetter("order-3");
      const { out } = await traced("order-3", /failed, InvalidIntent[\s\S]*in the dead-letter queue/);
      assert.equal(out.match(/outcome:/g)?.length, 1, out);
      // The console knows it by its outcome.
      const [outcome] = (await json("trace", "order-3")).outcomes;
      assert.equal((await run("trace", `outcome.${outcome.id}`)).out, out);
      assert.doesNotMatch(out, /\.\d+Z/, "one format of time");
    });

    it("shows why an intent is retried, and `waiting` lists it, without receiving it", async () => {
      denied.add("connect:TransferContact");
      await send({ contactId: "task-4", intentId: "order-4" });
      const { out, exitCode } = await traced("order-4", /being retried/);
      assert.match(out, /TIME {2}retried, AccessDenied/);
      assert.match(
        out,
        /being retried since TIME \(AccessDenied, \w+\): \d+ deliver\S+ so far, the next not/,
      );
      assert.equal(exitCode, 3);
      const { log, total } = await json("waiting");
      assert.equal((await json("trace", "order-4")).intents[0].kind, "retrying");
      const [retried] = log.retried.filter(({ intentId }: { intentId: string }) => intentId === "order-4");
      assert.deepEqual([retried.reason, retried.contactId, total > 0], ["AccessDenied", "task-4", true]);
      assert.match(
        (await runAsProcess("waiting")).out,
        /^\d+ intents? (?:is|are) in the queue: [\s\S]*AccessDenied[\s\S]*intent order-4\n/,
      );
      denied.delete("connect:TransferContact");
      const { out: done } = await traced("order-4", /outcome: Succeeded/);
      assert.match(done, /TIME {2}succeeded: now contact/);
    });

    it("follows a contact to the contacts that it became", async () => {
      const { contactId } = (await json("trace", "order-1")).outcomes[0].detail.response;
      await send({ contactId, intentId: "order-1-again" });
      await traced("order-1-again", /outcome: Succeeded/);
      assert.match((await run("trace", "task-1")).out, /^order-1 [\s\S]*^order-1-again /m);
    });

    it("shows the chain from any of its contacts, on to the agent, and with --check who else moved them", async () => {
      await send({ contactId: "task-6", intentId: "order-6" });
      const { out: sent } = await traced("order-6", /outcome: Succeeded[\s\S]*queued at/);
      const [, moved = ""] = /now contact (\S+), /.exec(sent) ?? [];
      const world = stack.connectWorld;
      const [user = ""] = world.instance(instanceId).agentQueues.keys();
      world.connectToAgent({ InstanceId: instanceId, ContactId: moved }, user);
      const last = world.moveByOther({ InstanceId: instanceId, ContactId: moved }, "agent", "queue-seniors");
      world.endContact({ InstanceId: instanceId, ContactId: last });
      const chain = (by: string) =>
        [
          "The chain of contacts:",
          "  task-6CHECKED",
          `  → ${moved}: transferred by the intent order-6, queued at TIME in queue-cancellations, connected to the agent ${user} at TIME, ended at TIME`,
          `  → ${last}: transferred${by}, queued at TIME in queue-seniors, ended at TIME`,
        ].join("\n");
      const { out } = await traced(moved, /ended at TIME[\s\S]*ended at TIME/);
      assert.ok(out.includes(chain(", by whom is not known").replace("CHECKED", "")), out);
      const { out: checked } = await run("trace", last, "--check");
      assert.ok(checked.includes(chain(" by an agent").replace("CHECKED", ": ended at TIME")), checked);
    });

    it("reports that it found nothing", async () => {
      await until(async () => (await stack.peek("IntentQueueUrl")).length === 0);
      const { exitCode, out } = await runAsProcess("trace", "nobody", "--check");
      assert.match(out, /^Nothing is known about nobody\. The intent queue is empty, so: no rule took it/);
      assert.match(
        out,
        /The rule \S+ on the bus default takes the pattern \{"detail-type":\["Contact Transfer Requ/,
      );
      assert.equal(exitCode, 1);
    });

    it("shows what it can read, names what it cannot, and exits with 3", async () => {
      const { exitCode, out } = await runDenied("logs:FilterLogEvents", "trace", "order-2");
      assert.match(out, /^order-2 [\s\S]*TIME {2}in the dead-letter queue: InvalidRequest/);
      assert.match(out, /^Incomplete: You are not allowed to call logs:FilterLogEvents on the log group/m);
      assert.equal(exitCode, 3);
      const queue = await runWith({ AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:9" }, "trace", "order-1");
      assert.match(queue.out, /outcome: Succeeded\n[\s\S]*^Incomplete: Could not reach http\S+ \(ECONNREF/m);
      const nobody = await runDenied("logs:FilterLogEvents", "trace", "nobody");
      assert.match(nobody.out, /^Nothing is known about nobody from what could be read\.\nIncomplete: /);
      assert.equal((await json("trace", "order-2")).unread, undefined);
      assert.deepEqual([queue.exitCode, nobody.exitCode], [3, 3]);
    });

    it("`waiting` counts even if the function's log cannot be read, and exits with 3", async () => {
      const { exitCode, out } = await runDenied("logs:FilterLogEvents", "waiting");
      assert.match(out, /queue[\s\S]*Retries are not shown\. You are not allowed to call logs:/);
      assert.equal(exitCode, 3);
      const document = readDocument(
        "waiting",
        (await runDenied("logs:FilterLogEvents", "waiting", "--json")).out,
      );
      assert.match(document.unread, /^You are not allowed/);
    });

    it("refuses wrong use", async () => {
      assert.equal((await runAsProcess("trace")).exitCode, 2);
      assert.match(
        (await runAsProcess("trace", "x", "--since", "soon")).out,
        /'--since <duration>' argument 'soon' is invalid/,
      );
    });
  });

  describe("send", () => {
    const intent = ["--contact", "task-5", "--flow", "flow-to-queue"];

    it("refuses an event that no rule takes", async () => {
      const { exitCode, out } = await runAsProcess("send", ...intent, "--source", "contact-transfer");
      assert.match(
        out,
        /^EventBridge would drop the event, so it was not sent: the rule \S+ does not take it: source/,
      );
      assert.equal(exitCode, 1);
      assert.equal((await json("send", ...intent)).eventBusName, "default");
      const other = await run("send", ...intent, "--bus", "nope");
      assert.match(other.out, /^The stack takes requests from the bus default, not from nope/);
      assert.equal(other.exitCode, 2);
    });

    it("refuses an intent that breaks the contract", async () => {
      const wrong = ["--contact", "task 5", "--flow", "f", "--expires-at", "tomorrow"];
      const { exitCode, out } = await run("send", ...wrong);
      assert.match(
        out,
        /^The intent breaks the contract, so it was not sent:\n {2}- detail\/contactId[^\n]+\n {2}- detail\/expiresAt/,
      );
      assert.equal(exitCode, 2);
      const late = await run("send", ...intent, "--expires-at", "2020-01-01T00:00:00Z");
      assert.match(late.out, /is in the past, so the intent was not sent/);
    });

    it("says what it could not check, and sends", async () => {
      const { exitCode, out } = await runDenied("events:DescribeRule", "send", ...intent);
      assert.match(
        out,
        /Could not check whether a rule takes it: You are not allowed to call events:DescribeRule/,
      );
      assert.equal(exitCode, 0);
    });
  });

  describe("preflight", () => {
    const setting = (name: string, value: string) => ["-c", `${name}=${value}`];

    it("passes if the settings are correct", async () => {
      const { exitCode, out } = await run(
        "preflight",
        ...setting("instanceArns", instanceArn),
        ...setting("contactFlowIds", "flow-to-queue"),
        ...setting("queueIds", "queue-seniors"),
        ...setting("userIds", "user-senior"),
      );
      assert.equal(out.match(/^✔ /gm)?.length, 6, out);
      assert.match(out, /✔ the quota of TransferContact is 2 per second, and transfersPerSecond is 2\n/);
      assert.match(out, /All checks passed; ready to deploy\.\n$/);
      assert.equal(exitCode, 0);
    });

    it("reports a flow of the wrong type, a missing queue, and a rate above the quota", async () => {
      const { exitCode, out } = await run(
        "preflight",
        ...setting("instanceArns", instanceArn),
        ...setting("contactFlowIds", "flow-whisper"),
        ...setting("queueIds", "queue-none"),
        ...setting("transfersPerSecond", "4"),
      );
      assert.match(out, /✖ the flow flow-whisper of \S+ has the type AGENT_WHISPER; a transfer needs/);
      assert.match(out, /✖ the queue queue-none of \S+ does not exist/);
      assert.match(out, /✖ the quota of TransferContact is 2 per second, and transfersPerSecond is 4/);
      assert.equal(exitCode, 1);
    });

    it("names a missing permission, continues, and exits with 3", async () => {
      const { exitCode, out } = await runDenied(
        "connect:DescribeInstance",
        "preflight",
        ...setting("instanceArns", instanceArn),
      );
      assert.match(out, /\? You are not allowed to call connect:DescribeInstance on the instance/);
      assert.match(out, /✔ the quota of TransferContact is 2/);
      assert.equal(exitCode, 3);
    });

    it("checks the reads that resolveUnknown needs", async () => {
      const { exitCode, out } = await runDenied(
        "connect:ListAssociatedContacts",
        "preflight",
        ...setting("instanceArns", instanceArn),
        ...setting("resolveUnknown", "true"),
      );
      assert.match(
        out,
        /✔ connect:DescribeContact can be called on contacts of \S+, which resolveUnknown needs\n/,
      );
      assert.match(out, /\? You are not allowed to call connect:ListAssociatedContacts on contacts of/);
      assert.equal(exitCode, 3);
    });

    it("reads a config file, and says what it did not check", async (context) => {
      const folder = await mkdtemp(join(tmpdir(), "preflight-"));
      context.after(() => rm(folder, { recursive: true }));
      const file = join(folder, "production.json");
      await writeFile(
        file,
        JSON.stringify({
          instanceArns: [instanceArn],
          queueIds: ["nope"],
          transfersPerSecond: 40,
          eventBusName: "mine",
        }),
      );
      const { exitCode, out } = await run("preflight", ...setting("config", file));
      assert.match(out, /✖ the queue nope of \S+ does not exist/);
      assert.match(out, /✖ the quota .* transfersPerSecond is 40/);
      assert.match(out, /✖ the event bus mine does not exist/);
      assert.match(out, /^- not checked, because the settings name none: contactFlowIds, userIds$/m);
      assert.equal(exitCode, 1);
    });

    it("does not claim to have checked what the settings do not name", async () => {
      const { exitCode, out } = await runAsProcess("preflight", ...setting("instanceArns", instanceArn));
      assert.match(out, /Everything that was checked is right; ready to deploy\.\n$/);
      assert.equal(exitCode, 0);
      assert.equal((await json("preflight", ...setting("instanceArns", instanceArn))).isReady, true);
    });

    it("reports wrong settings as the synthesis does", async () => {
      const { exitCode, out } = await run("preflight", ...setting("instanceArns", "mine"));
      assert.match(out, /^instanceArns: "mine" /);
      assert.equal(exitCode, 2);
    });
  });
});
