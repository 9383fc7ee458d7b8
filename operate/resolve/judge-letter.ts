import { type IdentifiedIntent, mayHaveTwin, requestOf } from "../../lambda/intake/intent.ts";
import { readRequestedBy } from "../../lambda/intake/requested-by.ts";
import type { Evidence } from "../../lambda/resolve/evidence.ts";
import { type ContactReads, readEvidence } from "../../lambda/resolve/read-evidence.ts";
import {
  type Judgement,
  type ResolvedAs,
  resolvedAs,
  resolveEffect,
} from "../../lambda/resolve/resolve-effect.ts";
import type { VerdictRules } from "../../lambda/settings.ts";
import type { Deployment } from "../aws/find-deployment.ts";
import { whyNotTransferable } from "../checks/transferable-channels.ts";
import { type ContactOf, contactKey, contactOf } from "../letters/contact-of.ts";
import { clientTokenOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { type EditOptions, type LetterSketch, sketchLetter } from "../replay/sketch-letter.ts";

/** What is kept of a dead letter whose effect is unknown, until its verdict is carried out. */
export interface UnknownLetter extends LetterSketch {
  readonly contact?: ContactOf;
  readonly clientToken?: string;
  readonly queueId?: string;
  readonly userId?: string;
  /** No request of this message can have been made earlier. */
  readonly firstAskedAt: number;
  readonly mayHaveTwin?: boolean;
  /** No request of this message can have been carried out later. */
  readonly lastAskedAt: number;
}

/** What `--yes` does with a dead letter. */
export type Action = "publish Succeeded" | "replay" | "none";

export interface JudgedLetter {
  readonly letter: UnknownLetter;
  readonly judgement: Judgement;
  readonly readAt: number;
  /** No verdict is final earlier. */
  readonly finalAfter?: number;
  readonly as: ResolvedAs;
  readonly action: Action;
  /** Why an open contact is left alone: a replay would fail again, or would be skipped. */
  readonly whyNotReplayed?: string;
}

/** Undefined for a dead letter whose effect is known, or which is no intent. */
export function sketchUnknown(
  letter: DeadLetter,
  options: EditOptions & { readonly maxIntentAgeMs: number },
  now: number,
): UnknownLetter | undefined {
  const { reading, history, failedAt, sentAt, wasMoved } = letter;
  if (reading.kind !== "intent" || history.effect !== "unknown") return undefined;
  const { intent } = reading;
  const { queueId, userId } = requestOf(intent);
  const firstSentAt = history.firstSentAt ?? sentAt;
  // SQS does not say when it moved a message: until the intent expired it may have been asked for.
  const expiredAt = (history.renewedAt ?? firstSentAt) + options.maxIntentAgeMs;
  return {
    ...sketchLetter(letter, options),
    contact: contactOf(letter),
    clientToken: clientTokenOf(letter),
    queueId,
    userId,
    // A record of Lambda's, or a letter without a readable `Failure`, shows only when it came here.
    firstAskedAt: Math.min(firstSentAt, intent.time ?? firstSentAt),
    mayHaveTwin: mayHaveTwin(intent),
    lastAskedAt: wasMoved ? Math.min(now, expiredAt) : failedAt,
  };
}

const defaultSettleForMs = 5 * 60_000;

/** How the deployment's letters are judged; `settleForMs` takes precedence over its setting. */
export function verdictRulesOf(deployment: Deployment, settleForMs?: number): VerdictRules {
  const { transferMethods } = deployment;
  return { settleForMs: settleForMs ?? deployment.settleForMs ?? defaultSettleForMs, transferMethods };
}

/** Reads Connect and judges one dead letter. */
export async function judgeLetter(
  letter: UnknownLetter,
  reads: ContactReads,
  rules: VerdictRules,
  signal: AbortSignal,
): Promise<JudgedLetter> {
  const { contact } = letter;
  const evidence = contact && (await readEvidence(contact, reads, rules, signal));
  return evidence ? judge(letter, evidence, rules) : withoutInstance(letter, reads.now());
}

/**
 * Reads Connect and judges the dead letters of one request. Each contact is read once, and a verdict is final only when the
 * reads must show the last request of all of them.
 */
export async function judgeRequest(
  letters: readonly UnknownLetter[],
  reads: ContactReads,
  rules: VerdictRules,
  signal: AbortSignal,
): Promise<readonly JudgedLetter[]> {
  const asked = {
    firstAskedAt: Math.min(...letters.map(({ firstAskedAt }) => firstAskedAt)),
    lastAskedAt: Math.max(...letters.map(({ lastAskedAt }) => lastAskedAt)),
    mayHaveTwin: letters.some((letter) => letter.mayHaveTwin),
  };
  const known = new Map<string, Evidence>();
  const judged: JudgedLetter[] = [];
  for (const letter of letters) {
    const { contact } = letter;
    if (!contact) {
      judged.push(withoutInstance(letter, reads.now()));
      continue;
    }
    // A `Failure` may name the token of another contact: anybody can write one.
    const key = contactKey(contact);
    const evidence = known.get(key) ?? (await readEvidence(contact, reads, rules, signal));
    known.set(key, evidence);
    judged.push(judge({ ...letter, ...asked }, evidence, rules));
  }
  return judged;
}

/** A letter whose instance is not known cannot be read. */
function withoutInstance(letter: UnknownLetter, readAt: number): JudgedLetter {
  const why = "the instance is unknown; give --stack or --instance-arn";
  const judgement = { found: "unreadable", why, isFinal: false } as const;
  return { letter, judgement, readAt, as: "unknown", action: "none" };
}

function judge(letter: UnknownLetter, evidence: Evidence, rules: VerdictRules): JudgedLetter {
  const asked = { ...letter, contactId: letter.contact?.contactId ?? "" };
  const judgement = resolveEffect(asked, evidence, rules);
  const as = resolvedAs(judgement);
  const finalAfter = letter.lastAskedAt + rules.settleForMs;
  const judged = { letter, judgement, readAt: evidence.readAt, finalAfter, as };
  if (as === "Succeeded") return { ...judged, action: "publish Succeeded" };
  if (!judgement.isFinal || judgement.found !== "open" || evidence.contact.kind !== "seen")
    return { ...judged, action: "none" };
  const whyNotReplayed = whyNotTransferable(evidence.contact.channel);
  return { ...judged, action: whyNotReplayed === undefined ? "replay" : "none", whyNotReplayed };
}

/** The intent of a dead letter, in the form of an outcome. */
export function identify(letter: DeadLetter): IdentifiedIntent | undefined {
  const { reading } = letter;
  if (reading.kind !== "intent") return undefined;
  const clientToken = clientTokenOf(letter);
  if (clientToken === undefined) return undefined;
  return { intent: reading.intent, clientToken, requestedBy: readRequestedBy(reading.envelope) };
}
