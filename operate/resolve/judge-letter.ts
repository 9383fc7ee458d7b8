import { type IdentifiedIntent, mayHaveTwin, requestOf } from "../../lambda/intake/intent.ts";
import { readRequestedBy } from "../../lambda/intake/requested-by.ts";
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
import { type ContactOf, contactOf } from "../letters/contact-of.ts";
import { clientTokenOf } from "../letters/identify-letter.ts";
import type { DeadLetter } from "../letters/letter.ts";
import { type EditOptions, type LetterSketch, sketchLetter } from "../replay/sketch-letter.ts";

/** What is kept of a dead letter whose effect is unknown, until its verdict is carried out. */
export interface UnknownLetter extends LetterSketch {
  readonly contact?: ContactOf;
  readonly clientToken?: string;
  readonly queueId?: string;
  readonly userId?: string;
  readonly firstAskedAt: number;
  readonly mayHaveTwin?: boolean;
  /** No request can have been carried out later. */
  readonly lastAskedAt: number;
}

/** What `--yes` does with a dead letter. */
export type Action = "publish Succeeded" | "replay" | "none";

export interface JudgedLetter {
  readonly letter: UnknownLetter;
  readonly judgement: Judgement;
  readonly readAt: number;
  readonly as: ResolvedAs;
  readonly action: Action;
  /** Why an open contact is left alone: a replay would fail again. */
  readonly whyNotReplayed?: string;
}

/** Undefined for a dead letter whose effect is known, or which is no intent. */
export function sketchUnknown(
  letter: DeadLetter,
  options: EditOptions & { readonly maxIntentAgeMs: number },
  now: number,
): UnknownLetter | undefined {
  const { reading, history, origin, failedAt, sentAt } = letter;
  if (reading.kind !== "intent" || history.effect !== "unknown") return undefined;
  const { queueId, userId } = requestOf(reading.intent);
  const firstAskedAt = history.firstSentAt ?? sentAt;
  const failure = origin.kind === "function" ? origin.failure : undefined;
  return {
    ...sketchLetter(letter, options),
    contact: contactOf(letter),
    clientToken: clientTokenOf(letter),
    queueId,
    userId,
    firstAskedAt,
    mayHaveTwin: mayHaveTwin(reading.intent),
    // SQS does not say when it moved a message: until the intent expired it may have been asked for.
    lastAskedAt: failure?.failedAt ? failedAt : Math.min(now, firstAskedAt + options.maxIntentAgeMs),
  };
}

const defaultSettleForMs = 5 * 60_000;

/** How the deployment's letters are judged; `settleForMs` takes precedence over its setting. */
export function verdictRulesOf(deployment: Deployment, settleForMs?: number): VerdictRules {
  const { transferMethods } = deployment;
  return { settleForMs: settleForMs ?? deployment.settleForMs ?? defaultSettleForMs, transferMethods };
}

/** Reads Connect and judges. A letter whose instance is not known cannot be read. */
export async function judgeLetter(
  letter: UnknownLetter,
  reads: ContactReads,
  rules: VerdictRules,
  signal: AbortSignal,
): Promise<JudgedLetter> {
  const { contact } = letter;
  if (!contact) {
    const why = "the instance is unknown (give --stack or --instance-arn)";
    const judgement = { found: "unreadable", why, isFinal: false } as const;
    return { letter, judgement, readAt: reads.now(), as: "unknown", action: "none" };
  }
  const evidence = await readEvidence(contact, reads, rules, signal);
  const judgement = resolveEffect({ ...letter, contactId: contact.contactId }, evidence, rules);
  const as = resolvedAs(judgement);
  const judged = { letter, judgement, readAt: evidence.readAt, as };
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
