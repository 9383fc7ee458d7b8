import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { styleText } from "node:util";
import { Command, Option } from "commander";
import { operatorCommands } from "../operate/program.ts";
import packageJson from "../package.json" with { type: "json" };
import { sendLetters, startTestQueues, type TestQueues } from "../test/operator/dead-letter-queues.ts";
import { readDocument } from "../test/operator/read-document.ts";
import { toolEnvironment } from "../test/operator/tool-environment.ts";
import { makeTerminal } from "./print/terminal.ts";
import { addCommands } from "./run-command.ts";

function dlq(args: readonly string[], queues?: TestQueues, env?: NodeJS.ProcessEnv) {
  return run(["dlq", ...args], queues, env);
}

function run(args: readonly string[], queues?: TestQueues, env?: NodeJS.ProcessEnv) {
  return spawnProgram(process.execPath, ["cli/contact-transfer.mjs", ...args], queues, env);
}

const hasScript = /util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "");

async function spawnProgram(
  program: string,
  args: readonly string[],
  queues?: TestQueues,
  env?: NodeJS.ProcessEnv,
) {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      TERM: "xterm-256color",
      ...toolEnvironment(queues),
      ...env,
    },
  });
  const exit = once(child, "exit") as Promise<[number | null]>;
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  return {
    child,
    async ended() {
      const [[code], [printed, noted]] = await Promise.all([exit, output]);
      return { code, printed, noted };
    },
  };
}

const wrongUses: [string[], RegExp][] = [
  [["lst"], /unknown command 'lst'[\s\S]*Did you mean list/],
  [["list", "--intent-queue-url", "http://127.0.0.1:9/0/q"], /^Which dead-letter queue\? Give --stack NAME/],
  [["list", "--message-id", ""], /'--message-id <id>' argument '' is invalid. It must not be empty/],
  [["replay", "--rate", "fast"], /'--rate <n>' argument 'fast' is invalid. It must be messages per second/],
  [["list", "--older-than", "soon"], /It must be a duration such as 90s, 30m, 6h, 2d/],
  [["list", "--where", "a=b=c", "--where", "=x"], /'=x' is invalid. It must be PATH=VALUE/],
  [["list", "--stack", ""], /'--stack <name>' argument '' is invalid. It must not be empty/],
  [
    ["list", "--endpoint-url", "localhost"],
    /'--endpoint-url <url>' argument 'localhost' is invalid. It must be a URL/,
  ],
  [["show", ""], /'' is invalid for argument 'id'. It must not be empty/],
  [
    ["import", "docs", "--dead-letter-queue-url", "http://127.0.0.1:9/0/q"],
    /^Cannot read docs: it is a folder\.$/m,
  ],
  [["show"], /missing required argument 'id'/],
];

describe("wrong use ends with one sentence and 2", () => {
  for (const [args, sentence] of wrongUses) {
    it(`dlq ${args.join(" ")}`, async () => {
      const { code, printed, noted } = await (await dlq(args)).ended();
      assert.equal(code, 2);
      assert.match(noted, sentence);
      assert.doesNotMatch(noted, /\n\s+at /, "no stack trace");
      assert.equal(printed, "");
    });
  }
});

describe("the help", () => {
  const listOfSchemas = readFileSync(new URL("../docs/replay.md", import.meta.url), "utf8");
  const context = {
    terminal: makeTerminal(process.stdout, process.stderr),
    signal: new AbortController().signal,
    exit: () => {},
  };
  const paths = [
    ["console"],
    ...["start", "send", "trace", "waiting", "preflight", "probe", "smoke"].map((name) => [name]),
    ...["list", "show", "replay", "resolve", "discard", "export", "import"].map((name) => ["dlq", name]),
  ];

  for (const path of paths) {
    it(`of ${path.join(" ")} describes it and has examples that are its own, and it takes no empty value`, async () => {
      let help = "";
      const program = new Command("contact-transfer").configureOutput({
        writeOut: (text) => {
          help += text;
        },
      });
      const commands = {
        start: { summary: "", load: () => import("../local/start.ts") },
        ...operatorCommands,
        console: { summary: "", load: () => import("../console/command.ts") },
      };
      await addCommands(program, commands, context, path);
      const command = path.reduce<Command | undefined>(
        (parent, name) => parent?.commands.find((each) => each.name() === name),
        program,
      );
      command?.outputHelp();
      assert.match(help, /^[A-Z].*[.:]?/m);
      assert.doesNotMatch(
        help,
        /(?<![\w/.-])(?:docs|events|infra|local|operate)\//,
        "no path of the repository",
      );
      const output = command?.options.filter(({ helpGroupHeading }) => helpGroupHeading === "Output:") ?? [];
      assert.ok(output.every(({ long }) => long === "--json"));
      if (command?.options.some(({ long }) => long === "--json")) {
        const name = `${path.join("-")}.schema.json`;
        assert.ok(existsSync(new URL(`../events/schemas/cli/${name}`, import.meta.url)), name);
        assert.ok(listOfSchemas.includes(`/cli/${name}`), `docs/replay.md does not list ${name}`);
      }
      for (const value of [...(command?.options ?? []), ...(command?.registeredArguments ?? [])]) {
        const takesValue = !(value instanceof Option) || value.required || value.optional;
        if (takesValue)
          assert.throws(() => value.parseArg?.("", undefined), `${value.name()}: an empty value`);
      }
      for (const line of help.split("\n"))
        assert.ok(line.length <= 80 || !/\S\s{2,}\S/.test(line), `more than 80 columns: ${line}`);
      const examples = help.split("\nExamples:\n")[1]?.split("\n") ?? [];
      assert.ok(examples.length > 0);
      for (const example of examples.filter((line) => line.includes("npx"))) {
        assert.ok(example.startsWith(`  npx contact-transfer ${path.join(" ")}`), example);
      }
    });
  }
});

it("trace has the option that it advises where the instance of a contact is unknown", async () => {
  const { code, noted } = await (await run(["trace", "x", "--instance-arn", ""])).ended();
  assert.equal(code, 2);
  assert.match(noted, /'--instance-arn <arn>' argument '' is invalid/);
});

it("what is missing because npm took it is named", () => {
  const env = { ...process.env, npm_lifecycle_event: "send", npm_config_contact: "true" };
  const args = ["cli/contact-transfer.mjs", "send", "task-1"];
  const { stderr, status } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  assert.match(stderr, /^error: required option '--contact <id>' not specified\n/);
  assert.match(stderr, /^npm took --contact for itself\. .*: npm run send -- --contact …$/m);
  assert.equal(status, 2);
});

it("--version prints the version of the package", async () => {
  const { code, printed } = await (await run(["--version"])).ended();
  assert.deepEqual([code, printed], [0, `${packageJson.version}\n`]);
});

it("a command that reaches nothing fails with what to check", async () => {
  const args = [
    "list",
    "--dead-letter-queue-url",
    "http://127.0.0.1:9/0/dead",
    "--endpoint-url",
    "http://127.0.0.1:9",
  ];
  const { code, noted } = await (await dlq(args)).ended();
  assert.equal(code, 1);
  assert.match(noted, /^Could not reach .*ECONNREFUSED.*contact-transfer start --serve/);
});

for (const [what, args, env] of [
  ["named on the command line is not warned of", ["--profile", "work"], {}],
  ["of the environment is warned of by the SDK", [], { AWS_PROFILE: "work" }],
] as const) {
  it(`a profile beside keys in the environment that is ${what}`, async (context) => {
    const queues = await startTestQueues(context);
    await using folder = await mkdtempDisposable(join(tmpdir(), "profile-"));
    const config = join(folder.path, "config");
    await writeFile(
      config,
      "[profile work]\nregion = us-east-1\naws_access_key_id = AKIDLOCAL\naws_secret_access_key = local\n",
    );
    const run = await dlq(["list", ...args], queues, { ...env, AWS_CONFIG_FILE: config });
    const { code, printed, noted } = await run.ended();
    assert.deepEqual([code, printed], [0, `0 dead letters in ${queues.deadLetterQueueUrl}\n`]);
    if (args.length > 0) assert.equal(noted, "");
    else assert.match(noted, /Multiple credential sources detected/);
  });
}

it("an endpoint in the environment that is not a URL is named, without a stack trace", async (context) => {
  const queues = await startTestQueues(context);
  const { code, noted } = await (
    await dlq(["list"], { ...queues, server: { ...queues.server, url: "localhost" } })
  ).ended();
  assert.equal(code, 1);
  assert.match(noted, /^The endpoint is not a URL: check AWS_ENDPOINT_URL.*\n$/);
});

it("a Region that cannot be one is named, without a stack trace", async (context) => {
  const queues = await startTestQueues(context);
  const { code, noted } = await (await dlq(["list", "--region", "us east"], queues)).ended();
  assert.equal(code, 1);
  assert.equal(noted, "No valid AWS Region is set: give --region, or set AWS_REGION.\n");
});

it("Ctrl-C stops in an orderly way: the report shows what was done, the rest is visible, the exit code is 130", async (context) => {
  const firstSent = Promise.withResolvers<void>();
  const queues = await startTestQueues(context, {
    onAnswered: (action, queueName) => {
      if (action === "SendMessageBatch" && queueName === "intents") firstSent.resolve();
    },
  });
  await sendLetters(queues, 30);
  const run = await dlq(["replay", "--yes", "--rate", "1", "--json", "--audit", "/dev/null"], queues);
  await firstSent.promise;
  run.child.kill("SIGINT");
  const { code, printed, noted } = await run.ended();
  assert.equal(code, 130);
  assert.match(noted, /^Stopping: finishing/);
  const { replayed, untried } = JSON.parse(printed);
  assert.equal(replayed.length + untried, 30);
  assert.equal((await queues.receiveAll("dead")).length, untried);
});

describe("in a terminal", { skip: !hasScript && "script(1) of util-linux makes the terminal" }, () => {
  it("colors are colors: the report of a replay is bold, and no escape is torn", async (context) => {
    const queues = await startTestQueues(context);
    await sendLetters(queues, 2);
    const command = `stty cols 80; ${process.execPath} cli/contact-transfer.mjs dlq replay --yes --rate max --audit /dev/null`;
    const { printed } = await (await spawnProgram("script", ["-qec", command, "/dev/null"], queues)).ended();
    const bold = styleText("bold", "Replayed 2, failed 0, skipped 0.", { validateStream: false });
    assert.ok(printed.includes(bold), JSON.stringify(printed));
    assert.doesNotMatch(printed, /\ufffd/);
  });
});

for (const signal of ["SIGHUP", "SIGTERM"] as const) {
  it(`${signal} ends a listing as Ctrl-C does: everything is visible again`, async (context) => {
    const firstReceived = Promise.withResolvers<void>();
    const queues = await startTestQueues(context, {
      onAnswered: (action) => {
        if (action === "ReceiveMessage") firstReceived.resolve();
      },
    });
    await sendLetters(queues, 60);
    const listing = await dlq(["list"], queues);
    await firstReceived.promise;
    listing.child.kill(signal);
    assert.equal((await listing.ended()).code, 130);
    assert.equal((await queues.receiveAll("dead")).length, 60);
  });
}

describe("with --json what is wrong is a document", () => {
  it("of wrong use", async () => {
    const { code, printed, noted } = await (await dlq(["list", "--json", "--resaon", "x"])).ended();
    assert.deepEqual([code, noted], [2, ""]);
    assert.deepEqual(readDocument("error", printed).error, {
      code: "WrongUse",
      message: "unknown option '--resaon'. Did you mean --reason?",
      hint: "Did you mean --reason?",
    });
  });

  it("of a call that AWS refuses", async (context) => {
    const queues = await startTestQueues(context, {
      chooseFault: () => ({ kind: "error", code: "AccessDenied", status: 403 }),
    });
    const { code, printed } = await (await dlq(["list", "--json"], queues)).ended();
    const { error } = readDocument("error", printed);
    assert.deepEqual([code, error.code], [1, "AccessDenied"]);
    assert.match(error.hint, /^Add it to your role's policy/);
  });
});

it("a full disk behind standard output is a sentence and 1", {
  skip: process.platform !== "linux",
}, async (context) => {
  const queues = await startTestQueues(context);
  await sendLetters(queues, 2);
  const command = `${process.execPath} cli/contact-transfer.mjs dlq list > /dev/full`;
  const { code, noted } = await (await spawnProgram("sh", ["-c", command], queues)).ended();
  assert.equal(code, 1);
  assert.equal(noted, "The output cannot be written (ENOSPC).\n");
});
