import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { ConnectClient, DescribeContactCommand } from "@aws-sdk/client-connect";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readSamples } from "./input/read-test-events.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const program = "cli/contact-transfer.mjs";

/** Nothing, or on a slow machine the progress of the samples. */
const progressAlone = /^(?:\d+ of 27 sent, \d+ ended\n)*$/;

type Command = "start" | "send" | "dlq" | "trace";

/** Starts a command as a process with exactly the given environment. */
function spawnCommand(command: Command, args: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, [program, command, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: "true", HOME: tmpdir(), ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs a command until it exits. */
async function run(command: Command, args: readonly string[], { env, stdin = "" }: RunOptions = {}) {
  const child = spawnCommand(command, args, env);
  child.stdin.end(stdin);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { stdout, stderr, exitCode };
}

interface RunOptions {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
}

/** Collects a process's output, and waits for expected text in it. */
function readOutput(child: ChildProcess) {
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  return {
    async waitFor(pattern: RegExp): Promise<RegExpMatchArray> {
      for (;;) {
        const match = output.match(pattern);
        if (match) return match;
        if (child.exitCode !== null || child.signalCode !== null)
          assert.fail(`ended without ${pattern}: ${output}`);
        await Promise.race([once(child.stdout ?? child, "data"), once(child, "exit")]);
      }
    },
    read: () => output,
  };
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill("SIGINT");
  const [exitCode] = await once(child, "exit");
  return exitCode;
}

async function writeTemporary(context: TestContext, name: string, content: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "start-"));
  context.after(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, name), content);
  return join(directory, name);
}

describe("npm start", () => {
  it("ends every sample as expected, and prints a table without colors to a pipe", async () => {
    const { stdout, stderr, exitCode } = await run("start", [], { env: { CI: "true" } });
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stderr, progressAlone);
    assert.equal(stripVTControlCharacters(stdout), stdout);
    const samples = await readSamples();
    for (const { name, expected } of samples) {
      const reason = expected.outcome === "failed" ? ` +${expected.reason}` : "";
      assert.match(stdout, new RegExp(`^✔ ${name} .* ${expected.outcome}${reason} +\\d`, "m"));
    }
    const failures = samples.filter(({ expected }) => expected.outcome === "failed").length;
    assert.match(stdout, new RegExp(`^${failures} dead letters in ContactTransfer-\\S*DeadLetterQueue`, "m"));
  });

  it("sends events from files and stdin, and explains --world if ids are unknown", async (context) => {
    const detail = { contactId: "task-1", contactFlowId: "flow-to-queue", queueId: "queue-seniors" };
    const file = await writeTemporary(
      context,
      "orders.jsonl",
      [detail, { ...detail, contactId: "no-such-task" }]
        .map((each) =>
          JSON.stringify({ source: "x", "detail-type": "Contact Transfer Requested", detail: each }),
        )
        .join("\n"),
    );
    const stdin = JSON.stringify({ id: "by-hand", detail: { ...detail, contactId: "task-2" } });
    const { stdout, exitCode } = await run("start", [file, "-"], { stdin });
    assert.equal(exitCode, 1);
    assert.match(stdout, /^✔ orders\.jsonl:1 .* succeeded/m);
    assert.match(stdout, /^✖ orders\.jsonl:2 +failed +ResourceNotFound/m);
    assert.match(stdout, /^✔ stdin .* succeeded/m);
    assert.match(stdout, /^1 dead letter in /m);
    assert.match(stdout, /--world FILE.*--open-world/);
  });

  it("ends at once if the stack is paused, and says why nothing ends", async () => {
    const stdin = JSON.stringify({ id: "1", detail: { contactId: "task-1", contactFlowId: "flow-inbound" } });
    const { stdout, exitCode } = await run("start", ["-c", "paused=true", "-"], { stdin });
    assert.equal(exitCode, 1);
    assert.match(stdout, /^1 event waits in the queue: the stack is paused \(paused=true\)/m);
  });

  it("--demo shows a lost answer, dead letters, a replay and the life of an intent", async () => {
    const { stdout, stderr, exitCode } = await run("start", [
      ...["--demo", "--quota", "none", "-c", "transfersPerSecond=20"],
    ]);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /the answer was lost\n[\s\S]*the same token, so the same contact/);
    assert.match(stdout, /12 events, 12 transfers in /);
    assert.match(stdout, /\$ npx contact-transfer dlq list\n3 dead letters in /);
    // While a command runs, it has the terminal for itself: outcomes follow its report.
    assert.match(stdout, /--yes\nReplayed 3, failed 0, skipped 0\.\n {2}refund-\d: succeeded/);
    assert.match(stdout, /refund-3: succeeded, refund-3 → queue-refunds/);
    assert.match(stdout, /\$ npx contact-transfer trace refund-1\n[\s\S]*outcome: Succeeded\n/);
  });

  it("does not call a shadow a success", async () => {
    const stdin = JSON.stringify({ id: "1", detail: { contactId: "task-1", contactFlowId: "flow-inbound" } });
    const { stdout } = await run("start", ["-c", "shadow=true", "-"], { stdin });
    assert.match(stdout, /^✔ stdin: would be transferred \(shadow\), task-1 → flow flow-inbound \(/m);
  });

  it("accepts unknown ids with --open-world", async () => {
    const stdin = JSON.stringify({ id: "1", detail: { contactId: "my-task", contactFlowId: "my-flow" } });
    const { stdout, exitCode } = await run("start", ["--open-world", "-"], { stdin });
    assert.equal(exitCode, 0, stdout);
  });

  it("applies the stack's settings and Connect's faults", async () => {
    const detail = { contactId: "task-1", contactFlowId: "flow-to-queue", queueId: "queue-seniors" };
    const stdin = JSON.stringify({ id: "1", detail });
    const args = ["-c", "queueIds=queue-cancellations", "--faults", "throttle=1x", "-"];
    const { stdout, stderr, exitCode } = await run("start", args, { stdin });
    assert.equal(exitCode, 1, stderr);
    assert.match(stdout, /^✖ stdin: failed, NotAllowed/m);
  });

  it("asks once more for a contact that becomes visible a moment later", async () => {
    const stdin = JSON.stringify({
      id: "1",
      detail: { contactId: "task-1", contactFlowId: "flow-to-queue" },
    });
    const { stdout, exitCode } = await run("start", ["--faults", "not-found=1x", "-"], { stdin });
    assert.equal(exitCode, 0, stdout);
  });

  it("exits without an error on Ctrl-C while it works", async () => {
    const child = spawnCommand("start", []);
    const stderr = text(child.stderr);
    const { waitFor, read } = readOutput(child);
    await waitFor(/succeeded/);
    assert.equal(await end(child), 130);
    assert.match(await stderr, progressAlone);
    assert.match(read(), /^Interrupted: \d+ of \d+ events have ended\.$/m);
  });

  it("exits without a message when its output is closed", async () => {
    const child = spawnCommand("start", []);
    const stderr = text(child.stderr);
    const exit = once(child, "exit");
    await readOutput(child).waitFor(/./);
    child.stdout.destroy();
    const [exitCode] = await exit;
    assert.equal(exitCode, 0);
    assert.match(await stderr, progressAlone);
  });

  it("says once that its output cannot be written, and fails", {
    skip: process.platform !== "linux",
  }, async () => {
    const command = `${process.execPath} ${program} start > /dev/full`;
    const child = spawn("sh", ["-c", command], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    const [noted, [exitCode]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    assert.deepEqual([noted, exitCode], ["The output cannot be written (ENOSPC).\n", 1]);
  });

  it("prints its help", async () => {
    const { stdout, exitCode } = await run("start", ["--help"]);
    assert.equal(exitCode, 0);
    assert.match(stdout, /--time-scale <n>/);
  });
});

describe("wrong use of npm start prints one sentence and exits with 2", () => {
  const cases: [string[], RegExp][] = [
    [["--nonsense"], /^error: unknown option '--nonsense'\nSee npx contact-transfer start --help\.\n$/],
    [["--serv"], /Did you mean --serve\?/],
    [["no-such-file.json"], /^Cannot read no-such-file\.json: it does not exist\.\n$/],
    [["--world", "no-such-file.json"], /^Cannot read no-such-file\.json: it does not exist\.\n$/],
    [["--faults", "nonsense=1x"], /^--faults: "nonsense" is not a fault/],
    [["--serve", "events.json"], /--serve takes no files: events\.json/],
    [["--demo", "events.json"], /--demo takes no files: events\.json/],
    [["--port", "4510"], /--port requires --serve/],
    [["--save-env", "x"], /--save-env requires --serve/],
    [["-c", "retryFor=soon"], /^retryFor: /],
    [["-c", "instanceArns=nonsense"], /^instanceArns: .*\n$/],
  ];
  for (const [args, message] of cases) {
    it(args.join(" "), async () => {
      const { stderr, exitCode } = await run("start", args);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n {4}at /);
      assert.equal(exitCode, 2);
    });
  }
});

describe("npm start -- --serve", () => {
  let child: ChildProcess;
  let output: ReturnType<typeof readOutput>;
  let printed: Record<string, string>;

  before(async () => {
    child = spawnCommand("start", ["--serve", "--port", "0"]);
    output = readOutput(child);
    await output.waitFor(/Ctrl-C to stop the stack/);
    printed = Object.fromEntries(
      [...output.read().matchAll(/^export (\w+)=(.+)$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
  });
  after(async () => {
    await end(child);
  });

  /** The environment of a client: only the printed lines. */
  const clientConfig = () => ({
    endpoint: printed.AWS_ENDPOINT_URL_EVENTBRIDGE,
    region: printed.AWS_REGION,
    credentials: {
      accessKeyId: printed.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: printed.AWS_SECRET_ACCESS_KEY ?? "",
    },
  });

  it("prints the variables that clients need", () => {
    assert.deepEqual(Object.keys(printed), [
      "AWS_ENDPOINT_URL_EVENTBRIDGE",
      "AWS_ENDPOINT_URL_SQS",
      "AWS_ENDPOINT_URL_CONNECT",
      "AWS_ENDPOINT_URL_CLOUDWATCH",
      "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
      "AWS_ENDPOINT_URL_CLOUDTRAIL",
      "AWS_ENDPOINT_URL_CLOUDFORMATION",
      "AWS_ENDPOINT_URL_STS",
      "AWS_ENDPOINT_URL_SERVICE_QUOTAS",
      "AWS_REGION",
      "AWS_DEFAULT_REGION",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "CONTACT_TRANSFER_STACK",
      "INTENT_QUEUE_URL",
      "DEAD_LETTER_QUEUE_URL",
    ]);
  });

  it("prints a put-events line whose entries transfer a contact", async () => {
    const [, entries = ""] = await output.waitFor(/^aws events put-events --entries '(.+)'$/m);
    const command = new PutEventsCommand({ Entries: JSON.parse(entries) });
    const { FailedEntryCount, Entries = [] } = await new EventBridgeClient(clientConfig()).send(command);
    assert.equal(FailedEntryCount, 0);
    await output.waitFor(new RegExp(`^${Entries[0]?.EventId}: succeeded, .* → .*, now contact `, "m"));
  });

  it("prints queue URLs that work unchanged", async () => {
    const { Attributes } = await new SQSClient(clientConfig()).send(
      new GetQueueAttributesCommand({ QueueUrl: printed.DEAD_LETTER_QUEUE_URL, AttributeNames: ["All"] }),
    );
    assert.equal(Attributes?.MessageRetentionPeriod, "1209600");
  });

  it("responds as Connect", async () => {
    const { Contact } = await new ConnectClient(clientConfig()).send(
      new DescribeContactCommand({
        InstanceId: "11111111-1111-4111-8111-111111111111",
        ContactId: "email-1",
      }),
    );
    assert.equal(Contact?.Channel, "EMAIL");
  });

  it("transfers an intent of npm run send, with the printed variables alone", async () => {
    const args = ["--contact", "task-3", "--flow", "flow-to-queue", "--queue", "queue-seniors"];
    const sent = await run("send", [...args, "--intent-id", "order-3"], { env: printed });
    assert.equal(sent.stderr, "");
    assert.match(
      sent.stdout,
      /^Put event [0-9a-f-]{36} on the bus default, intentId order-3\.\ntrace order-3 shows/,
    );
    await output.waitFor(/^order-3: succeeded/m);
  });

  it("prints the next step when an intent fails", async () => {
    const args = ["--contact", "voice-call", "--flow", "flow-to-queue", "--intent-id", "order-4"];
    await run("send", args, { env: printed });
    await output.waitFor(/^order-4: failed, InvalidRequest: .*VOICE.*\n {4}next: /m);
  });

  it("lets dlq know the stack, and not only its queues", async () => {
    const { stdout } = await run("dlq", ["list", "--check"], { env: printed });
    assert.match(stdout, /order-4\n.*\n.*\n +check: it is a VOICE contact/);
    const preview = await run("dlq", ["replay", "--json"], { env: printed });
    assert.equal(JSON.parse(preview.stdout).assumed, undefined);
    const unknown = await run("dlq", ["list"], { env: { ...printed, CONTACT_TRANSFER_STACK: "Nope" } });
    assert.match(
      unknown.stderr,
      /There is no stack Nope in us-east-1: check --stack \(or CONTACT_TRANSFER_STACK\)/,
    );
  });

  it("serves the same variables as text for eval, and unsets what would get in the way", async () => {
    const [, url = ""] = await output.waitFor(/eval "\$\(curl -s (\S+)\)"/);
    const lines = (await (await fetch(url)).text()).trim().split("\n");
    const [unset, ...exports] = lines;
    assert.match(unset ?? "", /^unset AWS_PROFILE .*AWS_SESSION_TOKEN/);
    assert.deepEqual(
      exports,
      Object.entries(printed).map(([name, value]) => `export ${name}=${value}`),
    );
  });

  it("names an event that no rule takes, and why", async () => {
    const client = new EventBridgeClient(clientConfig());
    const entry = { Source: "x", DetailType: "Contact Transfer Request", Detail: "{}" };
    const Entries = [entry, { ...entry, EventBusName: "nope" }];
    await client.send(new PutEventsCommand({ Entries }));
    await output.waitFor(/no rule takes it: detail-type "Contact Transfer Request" is not "Contact Transfer/);
    await output.waitFor(
      /no rule takes it: it is on the bus nope; the stack's requests go to the bus default/,
    );
  });

  it("runs the template that the same settings deploy, without example routes", async () => {
    const entry = { Source: "com.example.orders", DetailType: "Order Cancelled", Detail: "{}" };
    const client = new EventBridgeClient(clientConfig());
    await client.send(new PutEventsCommand({ Entries: [entry] }));
    await output.waitFor(/no rule takes it: detail-type "Order Cancelled"/);
  });

  it("reports that its port is in use", async () => {
    const port = new URL(printed.AWS_ENDPOINT_URL_SQS ?? "").port;
    const { stderr, exitCode } = await run("start", ["--serve", "--port", port]);
    assert.equal(
      stderr,
      `Port ${port} on 127.0.0.1 is in use. Give another one with --port, or --port 0 for any free one.\n`,
    );
    assert.equal(exitCode, 1);
  });

  it("exits with 0 on Ctrl-C, and reports what is gone", async () => {
    assert.equal(await end(child), 0);
    const left =
      /^Stopped: 2 succeeded, 1 failed\. Deleted with the stack: 0 waiting intents and 1 dead letter\.$/m;
    assert.match(output.read(), left);
  });
});

describe("npm start -- --serve with settings, faults and an env file", () => {
  it("prints a line that these settings accept, and what the faults do", async (context) => {
    const file = await writeTemporary(context, "local.env", "");
    const settings = ["-c", "eventSources=com.acme", "-c", "eventBus=own", "-c", "queueIds=queue-seniors"];
    const child = spawnCommand("start", [
      ...["--serve", "--port", "0", "--save-env", file, "--faults", "lost-answer=1x"],
      ...settings,
    ]);
    context.after(() => end(child));
    const { waitFor, read } = readOutput(child);
    const [, entries = ""] = await waitFor(/^aws events put-events --entries '(.+)'$/m);
    await waitFor(/Ctrl-C to stop/);
    assert.doesNotMatch(read(), /^export /m);
    const environment = await readFile(file, "utf8");
    const [, url = ""] = /^export AWS_ENDPOINT_URL_EVENTBRIDGE=(.*)$/m.exec(environment) ?? [];
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new EventBridgeClient({ endpoint: url, region: "us-east-1", credentials });
    await client.send(new PutEventsCommand({ Entries: JSON.parse(entries) }));
    await waitFor(/^Connect: (\S+): transferred to contact \S+; the answer was lost$/m);
    await waitFor(/^Connect: \S+, attempt 2: the same token, so the same contact \S+$/m);
    await waitFor(/: succeeded, \S+ → queue-seniors, now contact /);
  });
});

describe("npm start -- --serve --agents", () => {
  it("has agents whose work a trace shows, with contactEvents", async (context) => {
    const file = await writeTemporary(context, "local.env", "");
    const serving = ["--serve", "--port", "0", "--save-env", file, "--agents", "-c", "contactEvents=true"];
    const child = spawnCommand("start", serving);
    context.after(() => end(child));
    const { waitFor } = readOutput(child);
    const [, args = ""] = await waitFor(/^npx contact-transfer send (.+)$/m);
    await waitFor(/Ctrl-C to stop/);
    const lines = (await readFile(file, "utf8")).matchAll(/^export (\w+)=(.*)$/gm);
    const env = Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value]));
    await run("send", [...args.split(" "), "--intent-id", "for-an-agent"], { env });
    await waitFor(/^for-an-agent: succeeded/m);
    let traced = "";
    for (let tries = 0; tries < 60 && !/ended at/.test(traced); tries++)
      traced = (await run("trace", ["for-an-agent"], { env })).stdout;
    assert.match(
      traced,
      /transferred by the intent for-an-agent,\s+queued\s+at \S+\s+in\s+queue-\S+\s+connected\s+to\s+the\s+agent\s+user-senior\s+at\s+\S+,\s+ended\s+at/,
    );
  });
});

describe("npm run send reports what is missing in one sentence", () => {
  const intent = ["--contact", "c", "--flow", "f", "--bus", "default", "--unchecked"];
  const credentials = { AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" };
  const cases: [string, string[], Record<string, string>, RegExp, number][] = [
    ["an argument", ["--contact", "c"], {}, /^error: required option '--flow <id>' not specified\n/, 2],
    ["the Region", intent, credentials, /^No valid AWS Region is set: give --region, or set AWS_REGION/, 1],
    ["credentials", intent, { AWS_REGION: "us-east-1" }, /^No valid AWS credentials .*set AWS_PROFILE/, 1],
    [
      "the stack",
      intent,
      { ...credentials, AWS_REGION: "us-east-1", AWS_ENDPOINT_URL_EVENTBRIDGE: "http://127.0.0.1:9" },
      /^Could not reach the bus default \(ECONNREFUSED\): .* contact-transfer start --serve is still running\.\n$/,
      1,
    ],
  ];
  for (const [what, args, env, message, code] of cases) {
    it(what, async () => {
      const { stderr, exitCode } = await run("send", args, { env });
      assert.match(stderr, message);
      assert.equal(exitCode, code);
    });
  }
});
