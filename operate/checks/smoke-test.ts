import { randomUUID } from "node:crypto";
import { succeededDetailType } from "../../events/detail-types.ts";
import type { FailureReason } from "../../events/generated/contact-transfer-failed.ts";
import type { Outcome } from "../../events/merge-outcomes.ts";
import { findOutcomes } from "../aws/outcome-log.ts";
import { putRequest } from "../aws/put-request.ts";
import { isAbout } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { describeLetterReason } from "../letters/reasons.ts";
import { type Session, withLetters } from "../session.ts";
import { checkRule } from "./check-rule.ts";
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
 * Unless it is interrupted, it deletes its own dead letter. Yields a finding for each step.
 */
export async function* smokeTest(options: SmokeOptions, session: Session): AsyncGenerator<Finding> {
  const { timeoutMs } = options;
  const { clock } = session;
  const intentId = `smoke-${randomUUID()}`;
  const startedAt = clock.now();
  const rule = await checkRule(options.source, session);
  if (rule.kind === "dropped") {
    yield wrong(`${rule.why}; set --source to a source that it takes`);
    return;
  }
  if (session.deployment.isPaused) {
    yield wrong("the stack is paused (paused=true), so nothing was sent; resume it first");
    return;
  }
  await putIntent(intentId, options, session);
  yield right(`the bus ${session.outputs().eventBusName} accepted the intent ${intentId}`);
  const outcome = await waitForOutcome(intentId, startedAt, options, session);
  if (session.signal.aborted) {
    yield interruptedWait(intentId);
    return;
  }
  if (outcome?.["detail-type"] === succeededDetailType) {
    yield right(outcomeIsPublished);
    yield { verdict: "skipped", text: whyNoDeadLetter(outcome) };
    return;
  }
  // After the outcome the dead letter is a moment away. Without an outcome it is looked for once, to explain and to remove it.
  const hasOutcomeLog = session.outputs().outcomeLogGroupName !== undefined;
  const letterTimeoutMs = hasOutcomeLog ? (outcome ? Math.min(timeoutMs, 30_000) : 0) : timeoutMs;
  const taken = await takeLetters(intentId, letterTimeoutMs, session);
  const [letter] = taken.letters;
  if (!letter && session.signal.aborted) {
    yield interruptedWait(intentId);
    return;
  }
  const seconds = Math.round((clock.now() - startedAt) / 1000);
  if (!letter) {
    const why = outcome ? takenByOthers(intentId) : await findMessage(intentId, options, session);
    yield wrong(`no dead letter arrived within ${seconds} s: ${why}`);
    return;
  }
  yield taken.undeleted === undefined
    ? right(`its dead letter arrived after ${seconds} s and has been removed`)
    : wrong(`its dead letter ${letter.messageId} arrived but could not be removed: ${taken.undeleted}`);
  yield letter.reason === "ResourceNotFound"
    ? right(`Connect answered: ${letter.message}`)
    : wrong(whatIsWrong(letter));
  if (!hasOutcomeLog) yield { verdict: "skipped", text: noOutcomeLog };
  else {
    yield outcome
      ? right(outcomeIsPublished)
      : wrong(`the outcome was not in the outcome log within ${seconds} s`);
  }
}

const outcomeIsPublished = "the outcome was published on the bus and is in the outcome log";
const noOutcomeLog =
  "the stack keeps no outcome log, so whether the outcome was published cannot be checked here";

function takenByOthers(intentId: string): string {
  return `its outcome says that it failed, so somebody else may have received it; dlq discard --intent ${intentId} deletes it.`;
}

/** Why an intent for a contact that nobody has made succeeded. */
function whyNoDeadLetter({ detail }: Outcome): string {
  return detail.shadow
    ? "nothing was dead-lettered, because shadow mode does not call Connect; run smoke again without shadow"
    : "nothing was dead-lettered, because this Connect creates what an intent names, as that of start --open-world and --assembly does";
}

/** The outcome, once the outcome log has it; undefined if it has none in time, or without such a log. */
async function waitForOutcome(
  intentId: string,
  startedAt: number,
  { timeoutMs }: SmokeOptions,
  session: Session,
): Promise<Outcome | undefined> {
  const { outcomeLogGroupName } = session.outputs();
  if (outcomeLogGroupName === undefined) return undefined;
  const logs = await session.logs();
  const find = () => findOutcomes(logs, outcomeLogGroupName, intentId, startedAt - 60_000);
  return (await poll(find, timeoutMs, session))?.[0];
}

interface TakenLetters {
  readonly letters: readonly DeadLetter[];
  /** Why one of them is still in the queue. */
  readonly undeleted?: string;
}

/** Receives the dead letters of the intent and deletes them. */
async function takeLetters(intentId: string, timeoutMs: number, session: Session): Promise<TakenLetters> {
  const keep = (letter: DeadLetter) => (isAbout(letter, intentId) ? letter : undefined);
  let undeleted: string | undefined;
  const take = () =>
    withLetters(session, keep, async ({ kept }, lease) => {
      const failures = await lease.delete(kept.map(({ messageId }) => messageId));
      [undeleted] = failures.values();
      return kept;
    });
  return { letters: (await poll(take, timeoutMs, session)) ?? [], undeleted };
}

async function putIntent(
  intentId: string,
  { source, instanceId, contactFlowId = randomUUID(), queueId }: SmokeOptions,
  session: Session,
): Promise<void> {
  const { eventBusName } = session.outputs();
  const detail = { intentId, contactId: randomUUID(), contactFlowId, instanceId, queueId };
  await putRequest(await session.eventBridge(), eventBusName, source, detail);
}

function interruptedWait(intentId: string): Finding {
  const text = `interrupted before its dead letter arrived, which may still come: dlq discard --intent ${intentId} deletes it`;
  return { verdict: "unknown", text };
}

function right(text: string): Finding {
  return { verdict: "right", text };
}

function wrong(text: string): Finding {
  return { verdict: "wrong", text };
}

/** The first result that is not empty; undefined if there is none in time, or after Ctrl-C. */
async function poll<T>(
  ask: () => Promise<readonly T[]>,
  timeoutMs: number,
  { clock, signal }: Session,
): Promise<readonly T[] | undefined> {
  const endsAt = clock.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found.length > 0) return found;
    if (clock.now() >= endsAt || signal.aborted) return undefined;
    await clock.sleep(1_000, signal).catch(() => {});
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

async function findMessage(intentId: string, { source }: SmokeOptions, session: Session): Promise<string> {
  const { visible, inFlight } = await session.intentQueue().counts();
  if (inFlight > 0)
    return `the intent queue has messages in flight; trace ${intentId} shows if it is retried, and why.`;
  if (visible > 0)
    return "the intent queue has messages that nothing receives; is the event source mapping switched off, or does the function fail?";
  return `the intent queue is empty; does the rule match the source ${source} (eventSources, --source), and is this a shadow?`;
}
