import { randomUUID } from "node:crypto";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ToolError } from "../../cli/errors.ts";
import { requestDetailType } from "../../events/detail-types.ts";
import type { FailureReason } from "../../events/generated/contact-transfer-failed.ts";
import type { Clock } from "../../lambda/ports.ts";
import { askAws } from "../aws/explain-error.ts";
import { findOutcomes } from "../aws/outcome-log.ts";
import { isAbout } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { describeLetterReason } from "../letters/reasons.ts";
import { type Session, withLetters } from "../session.ts";
import type { Finding } from "./finding.ts";

export interface SmokeOptions {
  readonly source: string;
  readonly instanceId?: string;
  /** Ids that the deployment allows, if it does not allow all. */
  readonly contactFlowId?: string;
  readonly queueId?: string;
  readonly timeoutMs: number;
}

/**
 * Puts an intent for a contact that does not exist and waits for its `ResourceNotFound`, in the dead-letter queue and in
 * the outcome log. That verifies rule, queue, function, role, Connect, bus and dead-letter queue, and transfers nothing.
 * However it ends, it deletes its own dead letter. Yields a finding for each step.
 */
export async function* smokeTest(options: SmokeOptions, session: Session): AsyncGenerator<Finding> {
  const { timeoutMs } = options;
  const { clock } = session;
  const intentId = `smoke-${randomUUID()}`;
  const startedAt = clock.now();
  await putIntent(intentId, options, session);
  yield right(`the bus ${session.outputs().eventBusName} accepted the intent ${intentId}`);
  const [letter] = (await poll(() => takeLetters(intentId, session), timeoutMs, clock)) ?? [];
  if (!letter) {
    yield wrong(
      `no dead letter arrived within ${timeoutMs / 1000} s: ${await findMessage(options, session)}`,
    );
    return;
  }
  const seconds = Math.round((clock.now() - startedAt) / 1000);
  yield right(`its dead letter arrived after ${seconds} s and has been removed`);
  yield letter.reason === "ResourceNotFound"
    ? right(`Connect answered: ${letter.message}`)
    : wrong(whatIsWrong(letter));
  yield await checkOutcome(intentId, startedAt, options, session);
}

/** Receives the dead letters of the intent and deletes them. */
async function takeLetters(intentId: string, session: Session): Promise<readonly DeadLetter[]> {
  const keep = (letter: DeadLetter) => (isAbout(letter, intentId) ? letter : undefined);
  return withLetters(session, keep, async ({ kept }, lease) => {
    await lease.delete(kept.map(({ messageId }) => messageId));
    return kept;
  });
}

async function putIntent(
  intentId: string,
  { source, instanceId, contactFlowId = randomUUID(), queueId }: SmokeOptions,
  session: Session,
): Promise<void> {
  const { eventBusName } = session.outputs();
  const detail = { intentId, contactId: randomUUID(), contactFlowId, instanceId, queueId };
  const entry = {
    EventBusName: eventBusName,
    Source: source,
    DetailType: requestDetailType,
    Detail: JSON.stringify(detail),
  };
  const eventBridge = await session.eventBridge();
  const { Entries = [] } = await askAws("events:PutEvents", `the bus ${eventBusName}`, () =>
    eventBridge.send(new PutEventsCommand({ Entries: [entry] })),
  );
  const { EventId, ErrorCode = "Unconfirmed", ErrorMessage = "" } = Entries[0] ?? {};
  if (!EventId) throw new ToolError(`EventBridge rejected the event: ${ErrorCode} ${ErrorMessage}`.trim());
}

async function checkOutcome(
  intentId: string,
  since: number,
  { timeoutMs }: SmokeOptions,
  session: Session,
): Promise<Finding> {
  const { outcomeLogGroupName } = session.outputs();
  if (outcomeLogGroupName === undefined) {
    const text =
      "the stack keeps no outcome log, so whether the outcome was published cannot be checked here";
    return { verdict: "unknown", text };
  }
  const logs = await session.logs();
  const find = () => findOutcomes(logs, outcomeLogGroupName, intentId, since - 60_000);
  const isPublished = (await poll(find, timeoutMs, session.clock)) !== undefined;
  return isPublished
    ? right("the outcome was published on the bus and is in the outcome log")
    : wrong("the outcome is not in the outcome log");
}

function right(text: string): Finding {
  return { verdict: "right", text };
}

function wrong(text: string): Finding {
  return { verdict: "wrong", text };
}

/** The first result that is not empty; undefined if there is none in time. */
async function poll<T>(
  ask: () => Promise<readonly T[]>,
  timeoutMs: number,
  clock: Clock,
): Promise<readonly T[] | undefined> {
  const endsAt = clock.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found.length > 0) return found;
    if (clock.now() >= endsAt) return undefined;
    await clock.sleep(1_000);
  }
}

/** Reasons that other options of this command avoid; the next step of any other reason is that of its list. */
const optionHints: Readonly<Partial<Record<string, string>>> = {
  NotAllowed: "set --instance, --flow and --queue to ids that the deployment allows",
  InvalidIntent: "the deployment has several instances and no default: set --instance",
  InvalidRequest: "Connect rejected the form of the ids: set --flow to an existing flow",
} satisfies Partial<Record<FailureReason, string>>;

function whatIsWrong({ reason, message }: DeadLetter): string {
  const nextStep = optionHints[reason] ?? describeLetterReason(reason).nextStep;
  return `the reason is ${reason} instead of ResourceNotFound: ${message}. Next: ${nextStep}.`;
}

async function findMessage({ source }: SmokeOptions, session: Session): Promise<string> {
  const { visible, inFlight } = await session.intentQueue().counts();
  if (inFlight > 0)
    return "the intent queue has messages in flight, so it is being retried; look at the function's log.";
  if (visible > 0)
    return "the intent queue has messages that nothing receives; is the stack paused, or does the function fail?";
  return `the intent queue is empty; does the rule match the source ${source} (eventSources, --source), and is this a shadow?`;
}
