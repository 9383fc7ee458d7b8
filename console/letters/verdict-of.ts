import { cut, maxLength } from "../../operate/print/summarize-letter.ts";
import type { JudgedLetter } from "../../operate/resolve/judge-letter.ts";
import type { Verdict } from "../protocol/letters.ts";
import type { JudgedRow, ResolveAction } from "../protocol/plans.ts";

/** As many as an outcome names. */
const maxSuccessors = 20;

/** A verdict as the page shows it. */
export function verdictOf(judged: JudgedLetter): Verdict {
  const { judgement, readAt } = judged;
  const successor = "successor" in judgement ? judgement.successor : {};
  return {
    found: judgement.found,
    by: "by" in judgement ? judgement.by : undefined,
    ...successor,
    contactIds: "successorIds" in judgement ? judgement.successorIds.slice(0, maxSuccessors) : undefined,
    why: "why" in judgement ? judgement.why : undefined,
    readAt,
    isFinal: judgement.isFinal,
    text: meaningOf(judged),
  };
}

/** What it means for the effect, and what helps. */
function meaningOf({ as, action, judgement, whyNotReplayed }: JudgedLetter): string {
  if (!judgement.isFinal && judgement.found !== "unreadable") {
    return "Connect's reads may still lag behind the last request: ask again later.";
  }
  if (as === "Succeeded")
    return "The transfer was made: a resolve publishes that and deletes the dead letter.";
  if (action === "replay") return "No request was carried out and the contact is open: a replay is safe.";
  switch (judgement.found) {
    case "open":
      return `No request was carried out, and ${whyNotReplayed}.`;
    case "ended":
      return "No request of this intent has transferred the contact, which has ended: discard it.";
    case "several":
      return "The contact may have been transferred twice: end the superfluous successor in Connect, then discard it.";
    case "moved":
    case "elsewhere":
      return as === "none"
        ? "Somebody else has moved the contact, and no request of this intent: discard it."
        : "The contact is where the intent did not want it, and nothing proves who moved it: move it in Connect, or discard it.";
    case "unreadable":
      return "Whether a request has transferred the contact cannot be proven: ask again later, or fix what is wrong.";
  }
}

const actions = {
  "publish Succeeded": "publish",
  replay: "replay",
  none: "none",
} as const satisfies Record<JudgedLetter["action"], ResolveAction>;

export function judgedRow(judged: JudgedLetter): JudgedRow {
  const { letter, action, whyNotReplayed } = judged;
  const { messageId, intentId, reason, contact } = letter;
  return {
    id: messageId,
    intentId: intentId && cut(intentId, maxLength.id),
    reason: cut(reason, maxLength.id),
    contactId: contact?.contactId,
    verdict: verdictOf(judged),
    action: actions[action],
    whyNotReplayed,
  };
}

/** Something is done with the first, and the last are certain to need nothing. */
const urgency: Readonly<Record<ResolveAction, number>> = { publish: 0, replay: 1, none: 2 };

export function byAction(a: JudgedRow, b: JudgedRow): number {
  return urgency[a.action] - urgency[b.action];
}
