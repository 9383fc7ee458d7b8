import type { Followed } from "../follow/follow-replay.ts";

/** At most this many dead letters are named for each reason; `--report` and `--json` name them all. */
export const maxNamed = 5;

export function moreText(count: number): string[] {
  return count > maxNamed ? [`  … and ${count - maxNamed} more: --report FILE or --json names them all`] : [];
}

/** What became of replayed messages, as `--json` and `--report` show it. */
export function followedJson(followed: Followed) {
  if (followed.by === "queue") {
    const { by, isDrained, cameBack, notFailed } = followed;
    return { by, isDrained, cameBack: cameBack.map(({ bodyHash: _, ...letter }) => letter), notFailed };
  }
  const { by, transferred, shadowed, failedAgain, open, retried, isDrained } = followed;
  return {
    by,
    transferred,
    shadowed,
    failedAgain,
    waiting: open.map(({ messageId, facts }) => ({
      newMessageId: messageId,
      intentId: facts.intentId,
      retriedBecause: retried.get(messageId),
    })),
    isDrained,
  };
}

type FollowedReport = ReturnType<typeof followedJson>;

/** What became of replayed messages, for a person. */
export function followedText(followed: FollowedReport): string[] {
  if (followed.by === "outcomes") return outcomesText(followed);
  const { isDrained, cameBack, notFailed } = followed;
  return [
    isDrained
      ? `Intent queue drained: ${notFailed} did not fail again, ${cameBack.length} came back.`
      : `Intent queue not drained yet: so far ${cameBack.length} came back, ${notFailed} have not failed again.`,
    ...cameBack.slice(0, maxNamed).map(({ messageId, intentId, reason, message }) => {
      return `  came back: ${intentId ?? messageId} (${messageId.slice(0, 8)}): ${reason}: ${message}`;
    }),
    ...moreText(cameBack.length),
  ];
}

type OutcomesReport = Extract<FollowedReport, { by: "outcomes" }>;

function outcomesText({ transferred, shadowed, failedAgain, waiting, isDrained }: OutcomesReport): string[] {
  const counts = [
    `${transferred} transferred`,
    ...(shadowed > 0 ? [`${shadowed} would be transferred (shadow)`] : []),
    `${failedAgain.length} failed again`,
    ...(waiting.length > 0
      ? [`${waiting.length} ${isDrained ? "without an outcome yet" : "still waiting"}`]
      : []),
  ];
  const open = waiting.slice(0, maxNamed).map(({ newMessageId, intentId, retriedBecause }) => {
    const why = retriedBecause === undefined ? "" : `: retried, ${retriedBecause}`;
    return `  no outcome yet: ${intentId ?? newMessageId}${why}`;
  });
  return [
    `Outcomes: ${counts.join(", ")}.`,
    ...failedAgain
      .slice(0, maxNamed)
      .map(
        ({ newMessageId, intentId, reason, message }) =>
          `  failed again: ${intentId ?? newMessageId}: ${reason}: ${message}`,
      ),
    ...moreText(failedAgain.length),
    ...open,
    ...moreText(waiting.length),
    ...(waiting.length > 0 ? ["  npx contact-transfer trace shows where each of these is."] : []),
  ];
}
