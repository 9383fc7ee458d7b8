import type { LetterRow, Verdict } from "../protocol/letters.ts";
import type { JudgedRow, ResolvePlan } from "../protocol/plans.ts";

/** What Connect's reads show of the letters of the made-up incident whose effect is unknown: one of each verdict. */
export function fixtureResolvePlan(selected: readonly LetterRow[], readAt: number, now: number): ResolvePlan {
  const rows = selected
    .filter(({ effect }) => effect === "unknown")
    .map((row, index) => judgedRow(row, index, now));
  const count = (action: JudgedRow["action"]) => rows.filter((row) => row.action === action).length;
  return {
    kind: "resolve",
    freshness: { source: "queue", readAt },
    selected: selected.length,
    unknown: rows.length,
    judged: rows.length,
    toPublish: count("publish"),
    toReplay: count("replay"),
    early: rows.filter(({ verdict }) => !verdict.isFinal).length,
    ...(rows.length > 0 && { readAt: now - 3000 }),
    rows,
    moreRows: 0,
    commandLine: "npx contact-transfer dlq resolve --reason ConnectUnavailable --yes",
  };
}

const successor = "8f28b205-1c1d-4a70-b2f0-3d6f1f1c2a11";

const verdicts: readonly (Pick<JudgedRow, "action"> & Partial<JudgedRow> & { verdict: Verdict })[] = [
  {
    action: "publish",
    verdict: {
      ...{ found: "moved", by: "likely-us", contactId: successor, queueId: "queue-refunds", isFinal: true },
      text: "The transfer was made: a resolve publishes that and deletes the dead letter.",
    },
  },
  {
    action: "replay",
    verdict: {
      ...{ found: "open", isFinal: true },
      text: "No request was carried out and the contact is open: a replay is safe.",
    },
  },
  {
    action: "none",
    verdict: {
      ...{ found: "several", contactIds: [successor, `${successor.slice(0, -1)}2`], isFinal: true },
      text: "The contact may have been transferred twice: end the superfluous successor in Connect, then discard it.",
    },
  },
  {
    action: "none",
    verdict: {
      ...{ found: "ended", isFinal: true },
      text: "No request of this intent has transferred the contact, which has ended: discard it.",
    },
  },
  {
    action: "none",
    verdict: {
      ...{ found: "open", isFinal: false },
      text: "Connect's reads may still lag behind the last request: ask again later.",
    },
  },
];

function judgedRow({ id, intentId, contactId, reason }: LetterRow, index: number, now: number): JudgedRow {
  const [first] = verdicts;
  const made = verdicts[index % verdicts.length] ?? first;
  if (!made) throw new Error("There are no verdicts.");
  return {
    id,
    reason,
    ...(intentId !== undefined && { intentId }),
    ...(contactId !== undefined && { contactId }),
    ...made,
    verdict: { ...made.verdict, readAt: now - 3000 },
  };
}
