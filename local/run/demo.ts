import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { foldLines } from "../../cli/print/fold-lines.ts";
import { wrapText } from "../../cli/print/table.ts";
import { requestDetailType } from "../../events/detail-types.ts";
import type { ServeConsole } from "../console-port.ts";
import { readOutcome } from "../outcomes/outcome.ts";
import { OutcomeText } from "../report/print-results.ts";
import type { WorldSeed } from "../services/connect/world/read-world.ts";
import type { LocalStack } from "../stack/local-stack.ts";
import { variablesInTheWay } from "../stack/shell-environment.ts";
import type { RunDeps } from "./run-test-events.ts";

export interface DemoDeps extends Pick<RunDeps, "startStack" | "print" | "paint" | "width" | "signal"> {
  readonly seed: WorldSeed;
  readonly serveConsole?: ServeConsole;
  /** The program whose commands are shown. */
  readonly program: string;
}

const burst = 12;
const refunds = ["refund-1", "refund-2", "refund-3"];
const missingQueue = "queue-refunds";

/** Shows what is special: Connect's pace, a lost answer, a failure for a missing queue, its repair and a replay. */
export async function runDemo(deps: DemoDeps): Promise<void> {
  const { seed, program, startStack, print, paint, width, signal } = deps;
  const [instanceArn = ""] = Object.keys(seed.instances);
  const text = new OutcomeText(paint);
  const printFolded = (line: string) => print(foldLines(line, width));
  let ended = 0;
  /** Outcomes of the time in which a command has the terminal for itself. */
  let held: string[] | undefined;
  await using stack = await startStack({
    onEvent(event) {
      const outcome = readOutcome(event);
      if (!outcome) return;
      ended++;
      const line = `  ${text.ofOutcome(outcome.intentId ?? "", outcome.outcome).replaceAll("\n", "\n  ")}`;
      if (held) held.push(line);
      else printFolded(line);
    },
  });
  await using folder = await mkdtempDisposable(join(tmpdir(), "contact-transfer-demo-"));
  const chapter = (title: string, body: string) => {
    const lines = body.split("\n").map((line) => wrapText(line, "", width));
    print(`\n${paint("bold", title)}\n${lines.join("\n")}\n`);
  };
  const waitFor = async (count: number) => {
    while (ended < count && !signal.aborted) await sleep(50);
  };
  const show = async (...args: readonly string[]) => {
    if (signal.aborted) return;
    print(paint("dim", `$ npx contact-transfer ${args.join(" ")}`));
    held = [];
    await runProgram(program, [...args, "--stack", stack.stackName], stack.env, folder.path, signal);
    for (const line of held) printFolded(line);
    held = undefined;
  };

  const contacts = Array.from({ length: burst }, (_, index) => `burst-${index + 1}`);
  addContacts(stack, instanceArn, [...contacts, ...refunds]);
  chapter(
    `1. A burst of ${burst} events at once, and an answer that is lost`,
    "Connect allows 2 requests per second. The first transfer is made, but its answer is lost.",
  );
  const startedAt = performance.now();
  await put(stack, contacts, "queue-seniors");
  await waitFor(burst);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  printFolded(
    `\n  ${burst} events, ${stack.connectWorld.transfers.length} transfers in ${seconds} s: the lost one was asked for again under the same token.`,
  );

  chapter(
    `2. A queue that does not exist`,
    `Three events name ${missingQueue}. They fail, and nothing is lost: they are in the dead-letter queue.`,
  );
  await put(stack, refunds, missingQueue);
  await waitFor(burst + refunds.length);
  while ((await stack.peek("DeadLetterQueueUrl")).length < refunds.length && !signal.aborted) await sleep(50);
  await show("dlq", "list");

  chapter("3. Somebody creates the queue, and an operator replays", "A preview comes first. --yes does it.");
  addContacts(stack, instanceArn, [], [missingQueue]);
  await show("dlq", "replay", "--reason", "ResourceNotFound");
  await show("dlq", "replay", "--reason", "ResourceNotFound", "--yes");
  await waitFor(burst + 2 * refunds.length);

  chapter(
    "4. The whole life of one of them",
    "From the outcome log, the function's log and the dead-letter queue.",
  );
  await show("trace", "refund-1");
  if (deps.serveConsole && width !== undefined && !signal.aborted) {
    await using console = await deps.serveConsole(stack);
    chapter(
      "5. An incident, in the browser",
      `${console.address}\n\nIt opens once. ${incident.length} intents fail for three causes while you look: find them, repair them, replay them.\nCtrl-C ends the demo.`,
    );
    addContacts(
      stack,
      instanceArn,
      incident.map(({ contactId }) => contactId).filter((id) => !id.includes("gone")),
    );
    await putDetails(stack, incident);
    if (!signal.aborted) await once(signal, "abort");
  }
  if (!signal.aborted)
    printFolded(
      "\nNext: npx contact-transfer start --serve, and send events of your own. README.md says how to deploy.",
    );
}

function addContacts(
  { connectWorld }: LocalStack,
  instanceArn: string,
  contacts: readonly string[],
  queues: readonly string[] = [],
): void {
  const tasks = Object.fromEntries(contacts.map((id) => [id, { channel: "TASK" as const }]));
  connectWorld.add({
    instances: { [instanceArn]: { contactFlows: {}, queues, users: [], contacts: tasks } },
  });
}

interface DemoDetail {
  readonly contactId: string;
  readonly [member: string]: unknown;
}

/** Three causes: a queue that is missing, a member that is misspelt, contacts that nobody knows. */
const incident: readonly DemoDetail[] = Array.from({ length: 24 }, (_, index) => {
  const number = index + 1;
  if (index % 4 === 3) return { contactId: `order-${number}-gone`, queueId: "queue-seniors" };
  return index % 3 === 0
    ? { contactId: `order-${number}`, queueID: "queue-seniors" }
    : { contactId: `order-${number}`, queueId: "queue-night-shift" };
});

async function put(stack: LocalStack, contacts: readonly string[], queueId: string): Promise<void> {
  await putDetails(
    stack,
    contacts.map((contactId) => ({ contactId, queueId })),
  );
}

async function putDetails(
  { eventBridge, outputs }: LocalStack,
  details: readonly DemoDetail[],
): Promise<void> {
  const entries = details.map((detail) => ({
    Source: "com.example.orders",
    DetailType: requestDetailType,
    EventBusName: outputs.EventBusName,
    Detail: JSON.stringify({ contactFlowId: "flow-to-queue", intentId: detail.contactId, ...detail }),
  }));
  for (let start = 0; start < entries.length; start += 10) {
    await eventBridge.putEvents(entries.slice(start, start + 10));
  }
}

/** Runs a command of this program as its user would, in a folder of its own. */
async function runProgram(
  program: string,
  args: readonly string[],
  env: LocalStack["env"],
  cwd: string,
  signal: AbortSignal,
): Promise<void> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !variablesInTheWay.some((each) => each === name),
  );
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["ignore", "inherit", "inherit"],
    signal,
  });
  await once(child, "exit").catch(() => {}); // ended by Ctrl-C
}
