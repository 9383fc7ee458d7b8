import { type DetailedRow, formatDetailedTable, printable, wrapText } from "../../cli/print/table.ts";
import type { Terminal } from "../../cli/print/terminal.ts";
import { resolutionOf } from "../../lambda/resolve/resolve-effect.ts";
import { letterCount } from "../receive/select-letters.ts";
import type { ReplayResult } from "../replay/replay-letters.ts";
import { instant } from "../trace/instant.ts";
import type { Done } from "./carry-out.ts";
import type { JudgedLetter } from "./judge-letter.ts";

interface Facts {
  readonly seen: number;
  readonly mayBeMore?: string;
  /** Dead letters that were selected and whose effect is unknown. */
  readonly unknown: number;
  /** Why Connect could not be asked about some of them. */
  readonly unread?: string;
  readonly wasInterrupted: boolean;
}

/** What `--json` prints, with every count one of dead letters; `done` is missing in a preview. */
export function reportJson(judged: readonly JudgedLetter[], done: Done | undefined, facts: Facts) {
  const replays = done?.replayed.results ?? [];
  const failedReplays = replays.flatMap((result) =>
    result.kind === "replayed"
      ? Array.from(result.undeleted, ([messageId, why]) => ({
          messageId,
          why: `replayed, not deleted: ${why}`,
        }))
      : result.group.letters.map(({ messageId }) => ({ messageId, why: result.why })),
  );
  const failedPublishes = Array.from(done?.published.failed ?? [], ([messageId, why]) => ({
    messageId,
    why,
  }));
  return {
    dryRun: done === undefined,
    ...facts,
    judged: judged.length,
    letters: judged.map(({ letter, judgement, readAt, finalAfter = 0, as, action, whyNotReplayed }) => ({
      messageId: letter.messageId,
      reason: letter.reason,
      intentId: letter.intentId,
      clientToken: letter.clientToken,
      contactId: letter.contact?.contactId,
      resolution: resolutionOf(judgement, readAt),
      isFinal: judgement.isFinal,
      finalAfter: judgement.isFinal || finalAfter <= readAt ? undefined : new Date(finalAfter).toISOString(),
      resolvedAs: as,
      action,
      whyNotReplayed,
    })),
    published: done?.published.published.length ?? 0,
    replayed: replays.flatMap(deletedLetters).length,
    failed: [...failedPublishes, ...failedReplays],
    stopped: done?.published.stopped ?? done?.replayed.stopped,
  };
}

/** The dead letters of a replayed request that are no longer in the queue. */
function deletedLetters(result: ReplayResult): readonly { readonly messageId: string }[] {
  if (result.kind !== "replayed") return [];
  return result.group.letters.filter(({ messageId }) => !result.undeleted.has(messageId));
}

type Report = ReturnType<typeof reportJson>;
type Row = Report["letters"][number];

export function reportText(report: Report, { width }: Terminal): string {
  const { unknown, judged, letters, dryRun, published, replayed, failed, stopped, unread, mayBeMore } =
    report;
  const incomplete = mayBeMore === undefined ? [] : [`Incomplete: ${mayBeMore}.`];
  if (unknown === 0) {
    const none = "None of the selected dead letters has an unknown effect: there is nothing to resolve.";
    return [none, ...incomplete].join("\n");
  }
  const lines = [`${letterCount(unknown)} with an unknown effect.`];
  const head = ["ID", "REASON", "FOUND", "BY", "MEANS"];
  if (letters.length > 0)
    lines.push("", ...formatDetailedTable(head, letters.map(rowOf), width, head.length), "");
  for (const { messageId, resolution, whyNotReplayed } of letters) {
    const why = resolution.why ?? whyNotReplayed;
    if (why) lines.push(wrapText(`${messageId.slice(0, 8)}: ${printable(why)}.`, "", width));
  }
  const early = letters.filter(({ isFinal, resolution }) => !isFinal && resolution.found !== "unreadable");
  if (early.length > 0) {
    const finalAfter = early
      .flatMap((letter) => letter.finalAfter ?? [])
      .sort()
      .at(-1);
    const when = finalAfter === undefined ? "later" : `after ${instant(Date.parse(finalAfter))}`;
    lines.push(
      wrapText(
        `${letterCount(early.length)} cannot be judged for certain yet: Connect's reads may still lag behind the last request. Run the command again ${when}.`,
        "",
        width,
      ),
    );
  }
  const isAnythingToDo = letters.some(({ action }) => action !== "none");
  if (dryRun && isAnythingToDo) lines.push("Nothing has been changed. Add --yes to do it.");
  else if (published + replayed + failed.length === 0) lines.push("Nothing has been changed.");
  else lines.push(`Published ${published} as Succeeded and deleted them; replayed ${replayed}.`);
  if (stopped) lines.push(`Stopped: ${printable(stopped)}`);
  for (const { messageId, why } of failed)
    lines.push(`${messageId} may still be in the queue: ${printable(why)}`);
  if (judged < unknown) {
    const left = unknown - judged;
    const why = unread === undefined ? "the run was interrupted" : printable(unread);
    lines.push(wrapText(`${left} ${left === 1 ? "was" : "were"} not judged: ${why}`, "", width));
  }
  return [...lines, ...incomplete].join("\n");
}

const actions = {
  "publish Succeeded": "publishes Succeeded and deletes the dead letter",
  replay: "replays it",
  none: undefined,
} as const;

function rowOf({ messageId, reason, contactId, resolution, isFinal, resolvedAs, action }: Row): DetailedRow {
  const { found, by = "-", contactId: successor, contactIds } = resolution;
  const successors = successor ?? contactIds?.join(" ");
  const contact = `contact ${contactId ?? "unknown"}`;
  const step = actions[action];
  return {
    cells: [
      messageId.slice(0, 8),
      reason,
      isFinal ? found : `${found}?`,
      by,
      resolvedAs === "Succeeded" ? "it succeeded" : `effect ${resolvedAs}`,
    ],
    details: [
      successors === undefined ? contact : `${contact} → ${successors}`,
      step === undefined ? "" : `--yes ${step}`,
    ],
  };
}
