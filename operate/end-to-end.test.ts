import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { rehearsedContacts, startRehearsal } from "../test/operator/failing-stack.ts";

it("failed intents are listed, previewed, replayed, and transferred once", async (context) => {
  await using rehearsal = await startRehearsal();
  const { stack, stackName, repair } = rehearsal;
  const directory = await mkdtemp(join(tmpdir(), "dlq-"));
  context.after(() => rm(directory, { recursive: true }));
  const dlq = async (...args: string[]) => {
    const { code, output } = await rehearsal.dlq([...args, "--stack", stackName, "--json"], directory);
    assert.equal(code, 0, output);
    return JSON.parse(output);
  };

  const { reasons, letters } = await dlq("list", "--check");
  assert.deepEqual(
    reasons.map(({ reason, count }: { reason: string; count: number }) => [reason, count]).sort(),
    [
      ["InvalidIntent", 1],
      ["InvalidRequest", 1],
      ["NotDelivered", 1],
      ["ResourceNotFound", 3],
    ],
  );
  const open = letters.find(({ contactId }: { contactId: string }) => contactId === "task-1");
  assert.deepEqual(open.check, { canBeTransferred: true, why: "open, TASK" });

  repair();
  const report = await dlq(
    "replay",
    "--reason",
    "ResourceNotFound",
    "--check",
    "--yes",
    "--follow",
    "--rate",
    "max",
  );
  assert.deepEqual(
    [report.replayed.length, report.followed.transferred, report.followed.failedAgain],
    [3, 3, []],
  );
  assert.deepEqual(
    stack.connectWorld.transfers.map(({ contactId, queueId }) => [contactId, queueId]).sort(),
    rehearsedContacts.map((contactId) => [contactId, "queue-refunds"]).sort(),
  );

  const repaired = ["--set", "detail.queueId=queue-seniors", "--unset", "detail.queueID"];
  const mended = await dlq("replay", ...repaired, "--check", "--yes", "--rate", "max");
  const skipReasons = mended.skipped.map(({ skipReason }: { skipReason: string }) => skipReason);
  assert.deepEqual(skipReasons.sort(), ["InvalidAfterEdits", "NoChange"]);
  while (stack.connectWorld.transfers.length < 4) await setTimeout(20);
  const again = ["--reason", "InvalidRequest", "--yes", "--rate", "max", "--follow"];
  const { code, output } = await rehearsal.dlq(["replay", ...again, "--stack", stackName], directory);
  assert.equal(code, 1);
  assert.match(
    output,
    /^Outcomes: 0 transferred, 1 failed again\.\n {2}failed again: order-4711-cancelled: InvalidRequest: The contact is not active/m,
  );
  assert.equal(stack.connectWorld.transfers[3]?.contactId, "task-3");

  await dlq("discard", "--to", "gone.jsonl", "--yes");
  assert.equal((await stack.peek("DeadLetterQueueUrl")).length, 0);
  assert.equal((await readFile(join(directory, "gone.jsonl"), "utf8")).trim().split("\n").length, 2);

  const audit = (await readFile(join(directory, ".contact-transfer", "dlq-audit.jsonl"), "utf8"))
    .trim()
    .split("\n");
  const begin = JSON.parse(audit[0] ?? "");
  assert.match(begin.operator.aws, /^arn:aws:/);
  assert.equal(audit.filter((line) => JSON.parse(line).action === "replayed").length, 5);
});
