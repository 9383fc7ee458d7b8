import { writeFile } from "node:fs/promises";
import { UsageError } from "../../cli/errors.ts";
import { foldLines } from "../../cli/print/fold-lines.ts";
import type { ServeConsole } from "../console-port.ts";
import { exampleEntry } from "../input/example-intent.ts";
import { readOutcome } from "../outcomes/outcome.ts";
import { whyDropped } from "../report/describe-dropped.ts";
import { OutcomeText } from "../report/print-results.ts";
import type { WorldSeed } from "../services/connect/world/read-world.ts";
import type { LocalStack } from "../stack/local-stack.ts";
import { environmentPath } from "../stack/shell-environment.ts";
import type { RunDeps } from "./run-test-events.ts";
import { watchBacklog } from "./watch-backlog.ts";

export interface ServeDeps
  extends Pick<RunDeps, "startStack" | "print" | "progress" | "paint" | "width" | "signal"> {
  readonly seed: WorldSeed;
  readonly serveConsole?: ServeConsole;
  /** Receives the variables for other shells, which are printed otherwise. */
  readonly envFile?: string;
}

/**
 * Keeps the stack running for other programs until `signal` aborts. Prints outcomes as they arrive, and events that no rule
 * takes.
 */
export async function serve({
  seed,
  envFile,
  startStack,
  serveConsole,
  print,
  progress,
  paint,
  width,
  signal,
}: ServeDeps): Promise<void> {
  const text = new OutcomeText(paint);
  const ended = { succeeded: 0, failed: 0 };
  const starting = startStack({
    onEvent(event) {
      const outcome = readOutcome(event);
      if (!outcome) return;
      ended[outcome.outcome.kind]++;
      const name = outcome.intentId ?? `message ${outcome.messageId}`;
      print(foldLines(text.ofOutcome(name, outcome.outcome), width));
    },
    onDropped(event, eventBusName) {
      if (readOutcome(event) || event.source === "aws.connect") return;
      void starting.then((stack) => {
        const why = whyDropped(event, eventBusName, stack);
        print(foldLines(`event ${event.id}: ${paint("yellow", "no rule takes it")}: ${why}`, width));
      });
    },
  });
  await using stack = await starting;
  signal.throwIfAborted();
  if (envFile !== undefined) await writeEnvironment(envFile, stack.shellEnvironment);
  print(describeStack(stack, seed, envFile));
  await using console = await serveConsole?.(stack);
  if (console) print(`Dead letters, traces and pace in the browser (opens once):\n${console.address}\n`);
  await watchBacklog({ stack, progress, signal });
  print(await describeStop(stack, ended));
}

async function writeEnvironment(file: string, environment: string): Promise<void> {
  try {
    await writeFile(file, `${environment}\n`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "its folder does not exist" : message;
    throw new UsageError(`Cannot write --save-env ${file}: ${why}.`, { cause: error });
  }
}

/** How to use the stack, ready to paste into a POSIX shell. */
function describeStack(stack: LocalStack, seed: WorldSeed, envFile: string | undefined): string {
  const { url, shellEnvironment, isPaused } = stack;
  const entry = exampleEntry(stack, seed);
  const { contactId, contactFlowId, queueId } = JSON.parse(entry.Detail) as Record<string, string>;
  const queue = queueId === undefined ? "" : ` --queue ${queueId}`;
  const use =
    envFile === undefined
      ? `  eval "$(curl -s ${url}${environmentPath})"\n\nor paste the same by hand:\n\n${shellEnvironment}`
      : `  . ${envFile}`;
  const paused = isPaused
    ? "\nThe stack is paused (paused=true): intents wait, and nothing is transferred.\n"
    : "";
  return `The stack is running at ${url}, which serves SQS, EventBridge
and Connect. To use it in another shell:

${use}

Then send an intent, with the AWS CLI (version 2.13 or 1.29 or later) or with
this program:

aws events put-events --entries '${JSON.stringify([entry])}'

npx contact-transfer send --contact ${contactId} --flow ${contactFlowId}${queue} --source ${entry.Source}
${paused}
Version 1 of the AWS CLI also needs --endpoint-url $AWS_ENDPOINT_URL_SQS for aws sqs.

Outcomes appear here as they arrive. Press Ctrl-C to stop the stack.
`;
}

async function describeStop(
  { peek }: LocalStack,
  { succeeded, failed }: { readonly succeeded: number; readonly failed: number },
): Promise<string> {
  const [waiting, dead] = await Promise.all([peek("IntentQueueUrl"), peek("DeadLetterQueueUrl")]);
  const left = [
    waiting.length === 1 ? "1 waiting intent" : `${waiting.length} waiting intents`,
    dead.length === 1 ? "1 dead letter" : `${dead.length} dead letters`,
  ];
  return `Stopped: ${succeeded} succeeded, ${failed} failed. Deleted with the stack: ${left.join(" and ")}.`;
}
