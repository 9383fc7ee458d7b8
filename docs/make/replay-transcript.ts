// Writes the transcript of docs/replay.md: `node docs/make/replay-transcript.ts` runs each command against the local stack.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRehearsal } from "../../test/operator/failing-stack.ts";

const document = new URL("../replay.md", import.meta.url);
const [begin, end] = [
  "<!-- transcript: written by docs/make/replay-transcript.ts -->\n",
  "<!-- end of transcript -->",
];

await using rehearsal = await startRehearsal();
const { repair } = rehearsal;
const directory = await mkdtemp(join(tmpdir(), "dlq-"));
const lines: string[] = [];

async function run(command: string): Promise<void> {
  const args = Array.from(command.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? "");
  const { code, output } = await rehearsal.dlq(args, directory);
  lines.push(
    `$ npx contact-transfer dlq ${command}`,
    output.trimEnd(),
    ...(code ? [`(exit code ${code})`] : []),
    "",
  );
}

await run("list");
await run("show order-4712-cancelled");
await run("replay --reason ResourceNotFound --check");
lines.push("# Create the queue in Connect. Try one, then the rest:", "");
repair();
await run("replay --reason ResourceNotFound --limit 1 --yes --follow");
await run("replay --reason ResourceNotFound --yes --follow --rate 2");
lines.push("# Repair the misspelt one:", "");
await run(
  "replay --reason InvalidIntent --set detail.queueId=queue-seniors --unset detail.queueID --yes --follow",
);
lines.push("# Discard what cannot succeed; the file can restore it:", "");
await run("replay --check");
await run("discard --to gone.jsonl --yes");
await run("list");
await rm(directory, { recursive: true });

const text = await readFile(document, "utf8");
const before = text.slice(0, text.indexOf(begin) + begin.length);
const after = text.slice(text.indexOf(end));
await writeFile(document, `${before}\`\`\`\n${lines.join("\n").trimEnd()}\n\`\`\`\n${after}`);
