import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runReplay } from "../../operate/commands/dlq/replay.ts";
import { type Ending, startTestQueues, type TestOptions } from "./dead-letter-queues.ts";
import { readDocument } from "./read-document.ts";

/** Queues, replays of all dead letters as fast as possible unless a test says otherwise, and the audit file that they write. */
export async function startReplays(context: Ending, options: TestOptions = {}) {
  const queues = await startTestQueues(context, options);
  const directory = await mkdtemp(join(tmpdir(), "replay-"));
  context.after(() => rm(directory, { recursive: true }));
  const audit = join(directory, "audit.jsonl");
  const replay = async (more: Partial<Parameters<typeof runReplay>[0]> = {}, session = queues.session) => {
    const code = await runReplay(
      {
        conditions: [],
        yes: true,
        check: false,
        follow: false,
        json: true,
        perSecond: Number.POSITIVE_INFINITY,
        audit,
        ...more,
      },
      session,
    );
    const report = more.json === false ? undefined : readDocument("dlq-replay", queues.output.printed.pop());
    return { code, report };
  };
  const readAudit = async () =>
    (await readFile(audit, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  return { queues, replay, readAudit, directory };
}
