/**
 * `npm run bench:dlq`: the memory and speed of the dead-letter commands, each in a process of its own, as an operator
 * starts it, on a queue with small bodies and one with bodies of 16 KiB.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOwnArgs, wholeNumber } from "../../cli/read-args.ts";

/** A queue to create and fill. */
export interface Fill {
  readonly queueName: string;
  readonly letters: number;
  /** Of a text in each body, beside about 500 bytes. */
  readonly bodyBytes: number;
}

interface Used {
  readonly rssMb: number;
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** Until the first byte on either stream. */
  readonly firstByteMs: number;
}

const usage = "npm run bench:dlq [-- --letters N]";
const options = readOwnArgs({ letters: { type: "string", default: "100000" } }, usage);
const letters = wholeNumber("letters", options.letters, usage, 1000);
const bodies = { small: 0, large: 15_500 } as const;

const server = fork(new URL("./queue-server.ts", import.meta.url), {
  execArgv: ["--max-old-space-size=12000"],
  stdio: "inherit",
});
const [{ url }] = (await once(server, "message")) as [{ url: string }];
const folder = await mkdtemp(join(tmpdir(), "bench-dlq-"));

/** The arguments of each command on the queue of `size`. */
const commands: Readonly<Record<string, (size: string) => readonly string[]>> = {
  "`list`": () => ["list"],
  "`list --json`": () => ["list", "--json"],
  "`export FILE`": (size) => ["export", fileOf(size)],
  "`export -`": () => ["export", "-"],
  "`replay`, the preview": () => ["replay"],
  "`discard`, the preview": () => ["discard"],
  "`import FILE --yes` of that export": (size) => [
    "import",
    fileOf(size),
    ...["--yes", "--audit", join(folder, `${size}-audit.jsonl`)],
  ],
};

let intents = "";
try {
  intents = await fill("intents", 0, 0);
  const few = await fill("few", Math.round(letters / 10), bodies.small);
  const fewUsed = await measure(["list"], few);
  const small = await fill("small", letters, bodies.small);
  const large = await fill("large", letters, bodies.large);
  const empty = await fill("restored", 0, 0);
  print(`\n## The dead-letter commands\n
\`npm run bench:dlq\`: ${letters} dead letters in the local SQS server, with bodies of 0.5 KiB and of 16 KiB.
*Memory* is the peak of the whole process; *first byte* counts from its start. Letters per second depend on what else the
machine does; letters per second of its own processor time do not.\n
| command | memory, 0.5 KiB | memory, 16 KiB | ratio | per second, 0.5 KiB | per processor second, 0.5 KiB | 16 KiB | first byte |
|---|---|---|---|---|---|---|---|`);
  for (const [name, args] of Object.entries(commands)) {
    const target = name.startsWith("`import") ? [empty, empty] : [small, large];
    const [s, l] = [
      await measure(args("small"), target[0] ?? ""),
      await measure(args("large"), target[1] ?? ""),
    ];
    print(
      `| ${name} | ${s.rssMb.toFixed(0)} MB | ${l.rssMb.toFixed(0)} MB | ${(l.rssMb / s.rssMb).toFixed(2)} | ${perSecond(s.seconds)} | ${perSecond(s.cpuSeconds)} | ${perSecond(l.cpuSeconds)} | ${Math.max(s.firstByteMs, l.firstByteMs).toFixed(0)} ms |`,
    );
  }
  print(`\n\`list\` of a tenth of the letters: ${fewUsed.rssMb.toFixed(0)} MB.`);
} finally {
  server.kill();
  await rm(folder, { recursive: true });
}

function fileOf(size: string): string {
  return join(folder, `${size}.jsonl`);
}

function perSecond(seconds: number): string {
  return (letters / seconds).toFixed(0);
}

async function fill(queueName: string, count: number, bodyBytes: number): Promise<string> {
  server.send({ queueName, letters: count, bodyBytes } satisfies Fill);
  const [{ queueUrl }] = (await once(server, "message")) as [{ queueUrl: string }];
  return queueUrl;
}

async function measure(args: readonly string[], queueUrl: string): Promise<Used> {
  const file = join(folder, "usage.json");
  const report = new URL("./report-usage.mjs", import.meta.url);
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", report.href, "cli/contact-transfer.mjs", "dlq", ...args],
    {
      env: {
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_ENDPOINT_URL_SQS: url,
        DEAD_LETTER_QUEUE_URL: queueUrl,
        INTENT_QUEUE_URL: intents,
        USAGE_FILE: file,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const firstByteMs = firstByteOf(child).then(() => performance.now() - startedAt);
  const [code] = (await once(child, "close")) as [number | null];
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new Error(`dlq ${args.join(" ")} ended with ${code}.`);
  const used = JSON.parse(await readFile(file, "utf8"));
  return { ...used, seconds, firstByteMs: await firstByteMs };
}

/** Reads all that the command writes. */
function firstByteOf({ stdout, stderr }: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    stdout?.on("data", () => resolve());
    stderr?.on("data", () => resolve());
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
