import { memberAt } from "../../operate/letters/member-path.ts";
import type { LetterRow } from "../protocol/letters.ts";
import type { ReplayRequest } from "../protocol/plans.ts";
import type { Run } from "../protocol/runs.ts";
import { fixtureLetter } from "./fixture-letters.ts";

const command = "npx contact-transfer";

/** What a replay of these letters would do. */
export function fixturePlan(
  { edits = [], perSecond = 1 }: ReplayRequest,
  selected: readonly LetterRow[],
  readAt: number,
) {
  const invalid = edits.some(({ json }) => json?.includes(" ")) ? selected.length : 0;
  const notIntents = edits.length > 0 ? [] : selected.filter(({ isIntent }) => !isIntent);
  const toReplay = selected.length - notIntents.length - invalid;
  const [first] = selected;
  return {
    kind: "replay" as const,
    freshness: { source: "queue" as const, readAt },
    selected: selected.length,
    toReplay,
    merged: 0,
    skipped:
      notIntents.length === 0
        ? []
        : [
            {
              skipReason: "NotAnIntent",
              count: notIntents.length,
              why: "not an intent: repair it with --set and --unset, or add --include-invalid",
              examples: notIntents
                .slice(0, 3)
                .map(({ id, intentId }) => ({ id, ...(intentId !== undefined && { intentId }) })),
            },
          ],
    ...(edits.length > 0 &&
      first && {
        edited: {
          changed: selected.length - invalid,
          unchanged: 0,
          invalid,
          violations:
            invalid > 0
              ? [
                  {
                    path: edits.find(({ json }) => json?.includes(" "))?.path ?? "",
                    message:
                      "detail/userId must be a user id (1-256 characters A-Z a-z 0-9 - _ .) or a user ARN (…/agent/…)",
                  },
                ]
              : [],
          differences: [
            {
              count: selected.length,
              example: { id: first.id, ...(first.intentId !== undefined && { intentId: first.intentId }) },
              changes: edits.map(({ path, json }) => ({
                path: path.slice(1).replaceAll("/", "."),
                from: JSON.stringify(
                  memberAt(fixtureLetter(first, readAt).envelope, path.slice(1).split("/")),
                ),
                ...(json !== undefined && { to: json }),
              })),
            },
          ],
          moreDifferences: 0,
        },
      }),
    notes: selected.some(({ effect }) => effect === "unknown")
      ? [
          {
            kind: "note" as const,
            text: "6 may already have transferred the contact (effect unknown); each keeps its client token, which protects against a second transfer.",
          },
        ]
      : [],
    perSecond,
    seconds: Math.ceil(toReplay / perSecond),
    steps: [1, 10, toReplay - 11].filter((step) => step > 0),
    commandLine: `${command} dlq replay --queue queue-refunds --yes --follow`,
  };
}

/** A run that waits for the fate of its second step. */
export function fixtureRun(why: string, selected: number, now: number): Run {
  return {
    id: "run-1",
    kind: "replay",
    state: "watching",
    revision: 1,
    startedAt: now - 14_000,
    why,
    operator: "assumed-role/on-call/kim (kim@laptop)",
    commandLine: `${command} dlq replay --queue queue-refunds --yes --follow`,
    selected,
    done: 11,
    skipped: 0,
    failed: 0,
    perSecond: 1,
    secondsLeft: 31,
    step: { number: 2, of: 3, until: 11 },
    fates: { transferred: 9, failedAgain: 0, waiting: 2, readAt: now - 2000, failedAgainAs: [] },
    failures: [],
    canUndo: false,
  };
}

/** What became of a message of that run. */
export function fixtureReportRow({ id, intentId, clientToken }: LetterRow, index: number, now: number) {
  const fate =
    index < 2
      ? { fate: "waiting" as const }
      : { fate: "transferred" as const, newContactId: `8f28b205-${index}c1d-4a70-b2f0-3d6f1f1c2a11` };
  return {
    id,
    ...(intentId !== undefined && { intentId }),
    ...(clientToken !== undefined && { clientToken }),
    newMessageId: `new-${id}`,
    sentAt: now - (11 - index) * 1000,
    ...fate,
  };
}
