/**
 * `npm run bench:dlq`: the memory and speed of the dead-letter commands, each in a process of its own, as an operator
 * starts it, on a queue with small bodies and one with bodies of nearly 16 KiB, the most that the function accepts.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOwnArgs, wholeNumber } from "../../cli/read-args.ts";
import { figuresTable } from "../figures-table.ts";
import { measureCommand, type Used } from "./measure-command.ts";
import type { Asked } from "./queue-server.ts";

const usage = "npm run bench:dlq [-- --letters N]";
const options = readOwnArgs({ letters: { type: "string", default: "100000" } }, usage);
const letters = wholeNumber("letters", options.letters, usage, 1000);
const sizes = { small: 512, large: 16_000 } as const;
type Size = keyof typeof sizes;

/** A command, and what its queues must have afterwards, so that only a complete run is measured. */
interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Works on the queue that the import fills. @default on the full one */
  readonly onRestored?: true;
  readonly leaves?: Readonly<Partial<Record<"full" | "restored" | "intents", number>>>;
}

function stepsIn(folder: string): readonly Step[] {
  const [file, some, discarded] = ["all", "some", "gone"].map((name) => join(folder, `${name}.jsonl`));
  const change = ["--yes", "--audit", join(folder, "audit.jsonl")];
  return [
    { name: "list", args: ["list"] },
    { name: "list --json", args: ["list", "--json"] },
    { name: "list --limit 10", args: ["list", "--limit", "10"] },
    { name: "list --contact ID", args: ["list", "--contact", "task-7"] },
    { name: "list --where CONDITION", args: ["list", "--where", "detail.contactId=task-7"] },
    { name: "export FILE", args: ["export", file ?? ""] },
    { name: "export FILE --limit 1000", args: ["export", some ?? "", "--limit", "1000"] },
    { name: "export -", args: ["export", "-"] },
    { name: "replay", args: ["replay"] },
    { name: "replay --limit 100", args: ["replay", "--limit", "100"] },
    { name: "discard", args: ["discard"], leaves: { full: letters } },
    {
      name: "import FILE --yes",
      args: ["import", file ?? "", ...change],
      onRestored: true,
      leaves: { restored: letters },
    },
    {
      name: "replay --yes --rate max",
      args: ["replay", "--rate", "max", ...change],
      onRestored: true,
      leaves: { restored: 0, intents: letters },
    },
    { name: "discard --yes", args: ["discard", "--to", discarded ?? "", ...change], leaves: { full: 0 } },
  ];
}

const server = fork(new URL("./queue-server.ts", import.meta.url), {
  execArgv: ["--max-old-space-size=12000"],
  stdio: "inherit",
});
const { url } = await answer<{ url: string }>();
await using temporary = await mkdtempDisposable(join(tmpdir(), "bench-dlq-"));
try {
  const few = await ask({ queueName: "few", letters: letters / 10, bodyBytes: sizes.small });
  const { queueUrl: none } = await ask({ queueName: "none", letters: 0 });
  const fewUsed = await measure(["list"], few.queueUrl, none);
  const small = await measureAll("small");
  const large = await measureAll("large");
  process.stdout.write(report(small, large, fewUsed));
} finally {
  server.kill();
}

async function measureAll(size: Size): Promise<ReadonlyMap<string, Used>> {
  const folder = await mkdtempDisposable(join(temporary.path, size));
  const names = { full: `${size}-full`, restored: `${size}-restored`, intents: `${size}-intents` };
  const { queueUrl: full } = await ask({ queueName: names.full, letters, bodyBytes: sizes[size] });
  const { queueUrl: restored } = await ask({ queueName: names.restored, letters: 0 });
  const { queueUrl: intents } = await ask({ queueName: names.intents, letters: 0 });
  const measured = new Map<string, Used>();
  for (const { name, args, onRestored, leaves = {} } of stepsIn(folder.path)) {
    const used = await measure(args, onRestored ? restored : full, intents);
    for (const queue of ["full", "restored", "intents"] as const) {
      const { count } = await ask({ queueName: names[queue] });
      const expected = leaves[queue] ?? count;
      if (count !== expected) throw new Error(`dlq ${name} left ${count} in ${queue}, not ${expected}.`);
    }
    process.stderr.write(`${size} ${name}: ${used.seconds.toFixed(1)} s, ${used.rssMb.toFixed(0)} MB\n`);
    measured.set(name, used);
  }
  // The next size needs the disk.
  await folder.remove();
  return measured;
}

function measure(args: readonly string[], deadLetters: string, intents: string): Promise<Used> {
  return measureCommand(args, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_SQS: url,
    DEAD_LETTER_QUEUE_URL: deadLetters,
    INTENT_QUEUE_URL: intents,
    USAGE_FILE: join(temporary.path, "usage.json"),
  });
}

function report(small: ReadonlyMap<string, Used>, large: ReadonlyMap<string, Used>, few: Used): string {
  const head = [
    "dlq …",
    "memory, 0.5 KiB",
    "16 KiB",
    "per second, 0.5 KiB",
    "16 KiB",
    "per CPU second, 0.5 KiB",
    "16 KiB",
    "first byte",
  ];
  const per = (seconds: number) => (letters / seconds).toFixed(0);
  const rows = Array.from(small, ([name, s]) => {
    const l = large.get(name) ?? s;
    return [
      `\`${name}\``,
      ...[s, l].map(({ rssMb }) => `${rssMb.toFixed(0)} MB`),
      ...[s, l].map(({ seconds }) => per(seconds)),
      ...[s, l].map(({ cpuSeconds }) => per(cpuSeconds)),
      `${Math.max(s.firstByteMs, l.firstByteMs).toFixed(0)} ms`,
    ];
  });
  return `
## Dead letters

\`npm run bench:dlq\`: ${letters} dead letters in the local SQS, with bodies of 0.5 KiB and of 16 KiB. Memory is the peak of
the command's process. Per second is the queue's dead letters by the time from the start of the process to its end, which
depends on what else the machine does; per CPU second is of the command's own processor time. The first byte is that of the
progress or of the result. The import is of what \`export FILE\` wrote, into an empty queue, which the replay then empties.

${figuresTable([head, ...rows])}

\`list\` of a tenth of the dead letters: ${few.rssMb.toFixed(0)} MB.
`;
}

function ask(asked: Asked): Promise<{ queueUrl: string; count: number }> {
  server.send(asked);
  return answer();
}

async function answer<T>(): Promise<T> {
  const [message] = await once(server, "message");
  return message as T;
}
