import { isObject, parseJson } from "../../cli/json.ts";
import { parseInstant } from "../../events/rfc3339.ts";
import { attributeNames } from "../../lambda/intake/history.ts";
import type { Deployment } from "../../operate/aws/find-deployment.ts";
import type { DeadLetter } from "../../operate/letters/letter.ts";
import { describeLetterReason } from "../../operate/letters/reasons.ts";
import { attributeLines, effectText, originLines, replayLine } from "../../operate/print/describe-letter.ts";
import { decideAlone } from "../../operate/replay/plan-replay.ts";
import type { WriteCommand } from "../command-line.ts";
import type { Letter, LetterRow, ReplayVerdict, Resolution } from "../protocol/letters.ts";
import type { Freshness } from "../protocol/overview.ts";

export interface ShownLetter {
  readonly letter: DeadLetter;
  readonly row: LetterRow;
  readonly freshness: Freshness;
}

/** A dead letter in full, as `dlq show` has it. */
export function showLetter(
  { letter, row, freshness }: ShownLetter,
  deployment: Deployment,
  now: number,
  write: WriteCommand,
): Letter {
  const { reading, origin, history, reason } = letter;
  const isInQueue = freshness.source === "queue";
  const failure = origin.kind === "function" ? origin.failure : undefined;
  const reported = failure?.violations ?? [];
  const { firstSentAt, renewedAt, replays, effect } = history;
  return {
    ...row,
    ...describeLetterReason(reason),
    freshness,
    message: letter.message,
    body: isInQueue ? letter.intentBody : undefined,
    // The page reads it in the body, which may be nested deeper than an answer can be written.
    envelope: isInQueue ? undefined : reading.envelope,
    notAnIntent: reading.kind === "other" && isInQueue ? reading.message : undefined,
    violations:
      reported.length === 0 && reading.kind === "other" && isInQueue ? reading.violations : reported,
    moreViolations: failure?.moreViolations ?? 0,
    error: failure?.error,
    origin: originLines(origin).flatMap(([label, text]) => (text ? [{ label, text }] : [])),
    attributes: attributeLines(letter).flatMap(([name, text]) => (text ? [{ name, text }] : [])),
    history: { firstSentAt, renewedAt, replays, effect, effectText: effectText(effect) },
    resolution: resolutionOf(letter),
    replay: isInQueue ? verdictOf(letter, deployment, now) : undefined,
    traceId: row.clientToken ?? row.intentId,
    showCommand: isInQueue
      ? write(["dlq", "show", row.id])
      : write(["trace", row.clientToken ?? row.intentId ?? row.id]),
  };
}

function verdictOf(letter: DeadLetter, deployment: Deployment, now: number): ReplayVerdict {
  const decision = decideAlone(letter, deployment, now);
  const why = replayLine(decision);
  return decision.kind === "replay"
    ? { isPossible: true, why }
    : { isPossible: false, why, skipReason: decision.reason };
}

/** What Connect's reads had shown when it failed, as the function has kept it. */
function resolutionOf({ attributes }: DeadLetter): Resolution | undefined {
  const failure = parseJson(attributes[attributeNames.failure]?.StringValue ?? "");
  const resolution = isObject(failure) ? failure.resolution : undefined;
  if (!isObject(resolution)) return undefined;
  const found = findings.find((finding) => finding === resolution.found);
  if (found === undefined) return undefined;
  const { by, contactIds, readAt } = resolution;
  return {
    found,
    by: movers.find((mover) => mover === by),
    contactId: textOf(resolution.contactId),
    contactIds: Array.isArray(contactIds) ? contactIds.map(String) : undefined,
    queueId: textOf(resolution.queueId),
    agentId: textOf(resolution.agentId),
    why: textOf(resolution.why),
    readAt: typeof readAt === "string" ? parseInstant(readAt) : undefined,
  };
}

const findings = ["moved", "elsewhere", "several", "ended", "open", "unreadable"] as const;
const movers = ["other", "likely-us", "unproven"] as const;

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
